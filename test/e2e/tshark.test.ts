import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { without } from '../support/installed.js';
import { countAll, installedVersion, readTable, TABLE_FILE } from '../support/tshark-counts.js';

const KINDS = ['requests', 'responses', 'quoted', 'flows'] as const;

/** `4.0` of `4.0.17`: what tshark reads changes from one of these to the next. */
function series(version: string): string {
  return version.split('.', 2).join('.');
}

test('the installed tshark counts what the committed table says', {
  skip: without('tshark'),
}, async (t) => {
  const table = readTable();
  const version = await installedVersion();
  const counted = await countAll();
  assert.deepEqual(Object.keys(counted), Object.keys(table.captures));
  const differing = Object.entries(counted).flatMap(([name, counts]) =>
    KINDS.filter((kind) => !isDeepStrictEqual(counts[kind], table.captures[name]![kind])).map(
      (kind) => `${name}: ${kind} ${JSON.stringify(counts[kind] ?? {})}`,
    ),
  );
  if (series(version) === series(table.version)) {
    assert.deepEqual(differing, [], `not as in ${TABLE_FILE}, which npm run tshark-counts writes`);
  } else if (differing.length > 0) {
    // Another version may read more or less, which is no fault of the sensor's: people decide.
    for (const line of differing) t.diagnostic(`tshark ${version}: ${line}`);
    t.skip(
      `tshark ${version} counts otherwise than ${table.version}: ${differing.length} differences`,
    );
  }
});
