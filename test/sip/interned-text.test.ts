import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { InternedText, LONGEST_INTERNED } from '../../src/sip/interned-text.js';

/** Few bytes of few kinds, so that texts repeat and have their beginnings and ends in common. */
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: LONGEST_INTERNED }),
  fc
    .array(fc.constantFrom(0, 10, 97, 98, 255), { maxLength: 12 })
    .map((values) => Uint8Array.from(values)),
);

test('a text is its bytes, whatever was asked before and however few places there are', () => {
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 60 }), fc.constantFrom(1, 4), (all, bits) => {
      const interned = new InternedText(bits);
      for (const one of [...all, ...all]) {
        const buf = Buffer.from([7, ...one, 9]);
        const text = interned.of(buf, 1, 1 + one.length);
        assert.equal(text, buf.toString('latin1', 1, 1 + one.length));
      }
    }),
  );
});

test('a text stays what it was when its bytes are overwritten', () => {
  const interned = new InternedText(4);
  const buf = Buffer.from('alice', 'latin1');
  const text = interned.of(buf, 0, 5);
  buf.fill(98);
  assert.equal(text, 'alice');
  assert.equal(interned.of(buf, 0, 5), 'bbbbb');
  assert.equal(interned.of(Buffer.from('alice'), 0, 5), 'alice');
});
