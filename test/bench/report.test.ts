import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { guardLines } from '../../bench/guard/guard-lines.js';
import { benchProgram } from '../../bench/options.js';
import { withSection } from '../../bench/readme.js';
import type { Standing } from '../../bench/replay/contest.js';
import { atLeast, atMost, contestTable, contestTargets, targetTable } from '../../bench/report.js';

const MIB = 1024 * 1024;

function standing(name: string, walls: readonly number[], peak = 100): Standing {
  return { name, does: '', costs: walls.map((wall) => ({ wall, cpu: wall, peak: peak * MIB })) };
}

const STANDINGS: readonly Standing[] = [
  standing('sipseer replay -q', [10, 9, 11], 150),
  standing('floor: byte loop', [1, 2, 1]),
  standing('floor: indexOf', [4]),
  standing('sipgrep', [8]),
  standing('sngrep', [20]),
  standing('tshark fields', [500]),
  { name: 'tshark sip,stat', does: '', costs: [], skipped: 'skipped: not installed' },
];

describe('the report of the bench', () => {
  test('tells medians, messages a second, memory and ratios', () => {
    const line = contestTable(STANDINGS, 1_000_000).split('\n')[2]!;
    assert.deepEqual(
      line
        .split('|')
        .map((cell) => cell.trim())
        .slice(1, 8),
      ['sipseer replay -q', '10.00 s', '10.00 s', '100,000', '10.00 µs', '150 MiB', '1.00'],
    );
  });

  test('says which targets are met, and of which nothing is known', () => {
    const told = contestTargets(STANDINGS).map(({ got, isMet }) => [got, isMet]);
    assert.deepEqual(told, [
      ['10.00 ×', false],
      ['2.50 ×', false],
      ['1.25 ×', false],
      ['2.00 ×', false],
      ['not measured', undefined],
      ['150 MiB', true],
    ]);
  });

  test('says NOT met where a ratio is on the wrong side', () => {
    assert.match(targetTable([atMost('a', 1.51, 1.5)]), /NOT met/);
    assert.doesNotMatch(targetTable([atMost('a', 1.5, 1.5)]), /NOT/);
    assert.match(targetTable([atLeast('a', 4.9, 5)]), /NOT met/);
  });

  test('goes between the marks of its section, and leaves the rest', () => {
    const document = 'a\n<!-- x: written by npm run bench -->\nold\n<!-- end of x -->\nb\n';
    const written = withSection(document, 'x', 'new');
    assert.equal(
      written,
      'a\n<!-- x: written by npm run bench -->\n\nnew\n\n<!-- end of x -->\nb\n',
    );
    assert.equal(withSection(written, 'x', 'new'), written);
    assert.throws(() => withSection('a', 'x', 'new'), /no section/);
  });
});

describe('the guard', () => {
  test('compares the least of each, and warns above a tenth', () => {
    assert.deepEqual(guardLines({ before: [2, 1], now: [1.05, 3] }), [
      'replay cost against the commit before: +5.0 % (1.00 s, now 1.05 s)',
    ]);
    assert.match(guardLines({ before: [1], now: [1.2] })[1]!, /^warning/);
    assert.match(guardLines({ before: [2], now: [1] })[0]!, /: -50\.0 %/);
  });
});

describe('the command line of the bench', () => {
  const asked = async (...args: string[]) => {
    const found: unknown[] = [];
    const program = benchProgram({
      replay: async (options) => void found.push(options),
      micro: async (topics) => void found.push(topics),
      live: async (options) => void found.push(options),
    });
    program.exitOverride().configureOutput({ writeOut: () => {}, writeErr: () => {} });
    await program.parseAsync(args, { from: 'user' });
    return found[0];
  };

  test('measures a million messages unless it is told otherwise', async () => {
    const full = { messages: 1e6, rounds: 5, forged: 1e7, quick: false, writeDocs: false };
    assert.deepEqual(await asked(), full);
    assert.deepEqual(await asked('--messages', '20_000', '--write-docs'), {
      ...full,
      messages: 20_000,
      writeDocs: true,
    });
    const quick = { ...full, messages: 1e5, rounds: 2, forged: 1e6, quick: true };
    assert.deepEqual(await asked('--quick'), quick);
  });

  test('takes topics of micro-benchmarks, and live', async () => {
    assert.deepEqual(await asked('micro', 'tables', 'wire'), ['tables', 'wire']);
    assert.deepEqual(await asked('live', '--write-docs'), { writeDocs: true });
  });

  test('refuses what is no number, and options that there are not', async () => {
    await assert.rejects(asked('--messages', 'many'), /whole number/);
    await assert.rejects(asked('--fast'), /unknown option/);
  });
});
