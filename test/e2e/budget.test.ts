import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ENUMERATOR, GUESSER, OPENING, SERVER } from '../support/forged-traffic.js';
import { runCommand } from '../support/run-program.js';
import type { FloodReport } from './forged-flood.js';

const MILLION = 1_000_000;
const SOURCES = 10 * MILLION;
/** The budget that docs/LIMITS.md states (bytes): of the heap, after garbage was collected. */
const HEAP_BUDGET = 256 * 1024 * 1024;
/** What the whole process may take of the heap before garbage is collected (MiB). */
const HEAP_LIMIT = 512;

describe('ten million forged sources', () => {
  let report: FloodReport;

  before(async () => {
    const program = fileURLToPath(new URL('forged-flood.js', import.meta.url));
    const flags = ['--expose-gc', `--max-old-space-size=${HEAP_LIMIT}`];
    const { code, stdout, stderr } = await runCommand(process.execPath, [
      ...flags,
      program,
      String(SOURCES),
    ]);
    assert.equal(code, 0, stderr);
    report = JSON.parse(stdout);
  });

  test('cost no more memory than one million, and no more than the budget', () => {
    const { measured } = report;
    const first = measured.find(({ sources }) => sources === MILLION)!.heap;
    const later = measured.filter(({ sources }) => sources >= MILLION).map(({ heap }) => heap);
    assert.equal(later.length, SOURCES / MILLION);
    const most = Math.max(...later);
    assert.ok(most <= 1.1 * first, `${most} after ${first}`);
    assert.equal(measured[0]?.sources, OPENING);
    const peak = Math.max(...measured.map(({ heap }) => heap));
    assert.ok(peak <= HEAP_BUDGET, `${peak}`);
  });

  test('hide neither who asks for one account a minute nor who guesses', () => {
    const { found } = report;
    assert.ok(found[ENUMERATOR]?.includes('SIP-BEHAV-010'), JSON.stringify(found));
    assert.ok(found[GUESSER]?.includes('SIP-BEHAV-023'), JSON.stringify(found));
  });

  test('are told as what they are: one flood of the server, and no incident of each', () => {
    assert.ok(report.found[SERVER]?.includes('SIP-BEHAV-073'));
    const accused = Object.keys(report.found).filter((name) => name.startsWith('20.'));
    assert.deepEqual(accused, []);
    assert.ok(report.alerts < 100, `${report.alerts} alerts`);
  });

  test('are accounted for: each is kept, or counted as pushed out', () => {
    const { tables, counters } = report;
    const kept = tables
      .filter(({ table }) => /^sources_(strangers|returning|settled)$/.test(table))
      .reduce((sum, { entries }) => sum + entries, 0);
    const all = kept + counters.sourcesEvicted;
    // The two attackers are among them, more than once where they were pushed out themselves.
    assert.ok(all >= SOURCES + 2 && all <= SOURCES + 100, `${all}`);
    for (const { table, entries, limit } of tables) assert.ok(entries <= limit, table);
  });
});
