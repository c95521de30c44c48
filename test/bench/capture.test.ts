import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { buildCapture } from '../../bench/capture/build-capture.js';
import { readCapture } from '../../src/capture/read-capture.js';
import { packageRoot } from '../../src/package-root.js';
import { loadSignatures } from '../../src/rules/load.js';
import { SensorRun } from '../support/sensor-run.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const MESSAGES = 5000;

describe('the capture that is measured on', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'first.pcap');
  const run = new SensorRun(loadSignatures([join(packageRoot(), 'signatures')]), new Set([5060]));

  before(async () => {
    buildCapture(path, MESSAGES);
    const { warning } = await readCapture(path, run.sensor, { counters: run.counters });
    assert.equal(warning, undefined);
    run.finish();
  });

  test('is the same from the same seed, and another from another', () => {
    const again = join(folder, 'again.pcap');
    const built = buildCapture(again, MESSAGES);
    assert.equal(built.messages, MESSAGES);
    const bytes = readFileSync(path);
    assert.equal(built.bytes, bytes.length);
    assert.ok(bytes.equals(readFileSync(again)));
    buildCapture(again, MESSAGES, 2);
    assert.ok(!bytes.equals(readFileSync(again)));
  });

  test('has as many messages as it says, all of them read', () => {
    const { requests, responses, malformed, notSip, duplicates } = run.counters;
    assert.deepEqual(
      { messages: requests + responses, malformed, notSip, duplicates },
      { messages: MESSAGES, malformed: 0, notSip: 0, duplicates: 0 },
    );
  });

  test('has TCP, proxies, fragments and keep-alives among them, and nothing that is lost', () => {
    const { tcpGaps, streamMessagesCut, relayed, fragments, keepAlives } = run.counters;
    assert.deepEqual({ tcpGaps, streamMessagesCut }, { tcpGaps: 0, streamMessagesCut: 0 });
    assert.ok(relayed > 0);
    assert.ok(fragments > 0);
    assert.ok(keepAlives > 0);
  });

  test('accuses attackers, and nobody else', () => {
    const accused = new Set(
      run.alerts.filter((alert) => alert.class !== 'hygiene').map(({ actor }) => actor.name),
    );
    assert.ok(accused.size > 0);
    for (const name of accused) assert.match(name, /^20\.(?:1\d\d|2[0-4]\d|250)\./);
  });
});
