import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DetectionCounts, RULES_LIMIT } from '../../src/metrics/detection-counts.js';
import type { SignatureTally } from '../../src/rules/engine.js';
import { signatureOf } from '../support/signature-texts.js';

const signature = signatureOf();

function tally(id: string, findings: number, more: Partial<typeof signature> = {}): SignatureTally {
  return { signature: { ...signature, id, ...more }, findings, matches: findings };
}

function byRule(counts: DetectionCounts, tallies: SignatureTally[]): Map<string, number> {
  return new Map([...counts.byRule(tallies)].map(([value, ...labels]) => [labels.join(), value]));
}

test('a signature that a reload removes keeps its last count', () => {
  const counts = new DetectionCounts();
  byRule(counts, [tally('A', 3), tally('B', 2)]);
  const after = byRule(counts, [tally('B', 5)]);
  assert.deepEqual(
    [...after],
    [
      ['A,medium,scan', 3],
      ['B,medium,scan', 5],
    ],
  );
});

test('a count that begins anew after a reload goes on from where it was', () => {
  const counts = new DetectionCounts();
  byRule(counts, [tally('A', 3)]);
  byRule(counts, [tally('A', 0)]);
  assert.equal(byRule(counts, [tally('A', 2)]).get('A,medium,scan'), 5);
});

test('a signature that a reload removes and another brings back counts on', () => {
  const counts = new DetectionCounts();
  byRule(counts, [tally('A', 3)]);
  byRule(counts, []);
  assert.equal(byRule(counts, [tally('A', 4)]).get('A,medium,scan'), 7);
});

test('a signature whose severity a reload changes counts on under the new one', () => {
  const counts = new DetectionCounts();
  byRule(counts, [tally('A', 3)]);
  const after = byRule(counts, [tally('A', 4, { severity: 'high' })]);
  assert.deepEqual(
    [...after],
    [
      ['A,medium,scan', 3],
      ['A,high,scan', 1],
    ],
  );
});

test('rules beyond the limit are counted as other, with their severity and class', () => {
  const counts = new DetectionCounts();
  const tallies = Array.from({ length: RULES_LIMIT + 10 }, (_, i) => tally(`R${i}`, 1));
  const after = byRule(counts, [...tallies, tally('LAST', 1, { class: 'fraud' })]);
  assert.equal(after.size, RULES_LIMIT + 2);
  assert.equal(after.get('other,medium,scan'), 10);
  assert.equal(after.get('other,medium,fraud'), 1);
});

test('a tool has the matches of all its signatures, and one without a tool has no series', () => {
  const counts = new DetectionCounts();
  const tallies = [
    tally('A', 2, { tool: 'svmap' }),
    tally('B', 3, { tool: 'svmap' }),
    tally('C', 9),
  ];
  assert.deepEqual([...counts.byTool(tallies)], [[5, 'svmap']]);
});

test('whatever is loaded and reset, no series ever goes down, and nothing is lost', () => {
  const ids = fc.constantFrom('A', 'B', 'C', 'D');
  const step = fc.dictionary(ids, fc.record({ more: fc.nat(5), reset: fc.boolean() }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const counts = new DetectionCounts();
      const now = new Map<string, number>();
      const total = new Map<string, number>();
      let before = new Map<string, number>();
      for (const loaded of steps) {
        for (const id of now.keys()) if (!(id in loaded)) now.delete(id);
        const tallies = Object.entries(loaded).map(([id, { more, reset }]) => {
          const last = now.get(id) ?? 0;
          // A reset can only be told from growth when the count falls by it.
          const count = reset && more < last ? more : last + more;
          total.set(id, (total.get(id) ?? 0) + more);
          now.set(id, count);
          return tally(id, count);
        });
        const after = byRule(counts, tallies);
        for (const [labels, value] of before) assert.ok((after.get(labels) ?? -1) >= value);
        before = after;
      }
      for (const [id, value] of total) assert.equal(before.get(`${id},medium,scan`), value);
    }),
  );
});
