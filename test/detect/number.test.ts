import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { dialledNumber } from '../../src/detect/numbers/number.js';

const CASES: [user: string, prefix: string | undefined][] = [
  ['+442079460123', '+442'],
  ['00442079460123', '00442'],
  ['9011442079460123', '9011442'],
  ['442079460123', '442'],
  ['+44-2079-460-123', '+442'],
  ['+44.2079.460.123', '+442'],
  ['+44(0)2079460123', '+4402'],
  ['+442079460123;phone-context=example.com', '+442'],
  ['0079460123', '0'],
  ['079460123', undefined],
  ['1001', undefined],
  ['', undefined],
  ['+', undefined],
  ['alice', undefined],
  ['44207946012a', undefined],
  ['+44 2079460123', '+442'],
  ['++442079460123', '++442'],
  ['%2B442079460123', '+442'],
  ['%30%30442079460123', '00442'],
  ['00%2D442079460123', '00442'],
  ['9#442079460123', '9#442'],
  ['*9442079460123', '*9442'],
  ['#442079460123', '#442'],
  ['a442079460123', 'a442'],
  ['%3442079460123', '442'],
  ['%00442079460123', undefined],
  ['$442079460123', undefined],
  ['4420794601+23', undefined],
  ['44207946%61123', undefined],
  ['9'.repeat(40), '9'.repeat(31)],
  ['9'.repeat(41), undefined],
  ['%39'.repeat(40), '9'.repeat(31)],
  ['%39'.repeat(41), undefined],
  [`${'-'.repeat(5000)}442079460123`, undefined],
];

describe('dialled numbers', () => {
  for (const [user, prefix] of CASES) {
    const name = user.length > 30 ? `${user.slice(0, 12)}… (${user.length})` : user;
    test(`"${name}" has ${prefix === undefined ? 'no number' : `the prefix "${prefix}"`}`, () => {
      assert.equal(dialledNumber(user)?.prefix, prefix);
    });
  }

  test('one subscriber has one tail, however he is dialled', () => {
    const ways = ['+44', '0044', '01144', '901144', '44', '999900044', '*9', '9#', 'a', '#', '*'];
    fc.assert(
      fc.property(fc.stringMatching(/^\d{10}$/), fc.constantFrom(...ways), (national, way) => {
        const number = dialledNumber(way + national);
        assert.equal(number?.tail, national.slice(1));
        assert.equal(number?.prefix, way + national[0]);
      }),
    );
  });
});
