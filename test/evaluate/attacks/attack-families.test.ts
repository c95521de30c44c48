import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { packageRoot } from '../../../src/package-root.js';
import { loadSignatures } from '../../../src/rules/load.js';
import { loadFamilies } from '../families.js';
import { type Family, VARIATION_NAMES } from '../family.js';
import { Attackers } from '../judge.js';
import { Rules, runFamily } from '../run-family.js';
import { play } from '../variations.js';
import { senderOf, senderPortOf } from '../wire-address.js';

const attacks = (await loadFamilies()).filter(({ kind }) => kind === 'attack');
/** They play a tool as it comes; all others must look like phones. */
const OF_TOOLS = new Set([
  'svmap-sweep',
  'svcrack-guessing',
  'sippts-ghost-calls',
  'nmap-call-spoof',
]);
const tools = new Rules(loadSignatures([join(packageRoot(), 'signatures/tools')]));

const senders = (family: Family, variation: (typeof VARIATION_NAMES)[number]) => {
  const { frames, attackers } = play(family, variation, 3);
  const isOne = new Attackers(attackers);
  return {
    frames,
    own: frames.filter(({ bytes }) => isOne.sent(senderOf(bytes), senderPortOf(bytes))),
  };
};

describe('families of attacks', () => {
  test('each promise has some, and there are enough of them', () => {
    assert.deepEqual([...new Set(attacks.map(({ point }) => point))], [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.ok(attacks.length >= 30, `${attacks.length} families`);
  });

  for (const family of attacks) {
    test(`${family.name}: the same seed gives the same frames, another gives others`, () => {
      const bytes = (seed: number) =>
        Buffer.concat(play(family, 'plain', seed).frames.map((frame) => frame.bytes));
      assert.ok(bytes(1).equals(bytes(1)));
      assert.ok(!bytes(1).equals(bytes(2)));
    });

    test(`${family.name}: in each variation attackers and innocents are on the wire`, () => {
      for (const variation of VARIATION_NAMES) {
        if (family.without?.[variation] !== undefined) continue;
        const { frames, own } = senders(family, variation);
        assert.ok(own.length > 0, `${variation}: no attacker sends`);
        assert.ok(own.length < frames.length, `${variation}: nobody else sends`);
      }
    });

    test(`${family.name}: ${OF_TOOLS.has(family.name) ? 'a tool is' : 'no tool can be'} told by its shape`, () => {
      let named = 0;
      runFamily(tools, family, 'plain', 1, ({ tools: found }) => {
        named += found.length;
      });
      assert.equal(named > 0, OF_TOOLS.has(family.name));
    });
  }
});
