import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HeaderOrders } from '../../src/sip/header-orders.js';

const CODES = Array.from({ length: 120 }, (_, id) => `H${id}`);

test('an order is the codes of the ids, whatever orders came before', () => {
  const orders = new HeaderOrders(CODES);
  const ids = fc.uint8Array({ max: 119, maxLength: 40 });
  fc.assert(
    fc.property(fc.array(ids, { minLength: 1, maxLength: 40 }), (many) => {
      // Few different ids in many lengths and orders share slots; each list comes twice.
      for (const list of [...many, ...many.map((one) => one.map((id) => id % 3)), ...many]) {
        const wanted = [...list].map((id) => CODES[id]).join(' ');
        assert.equal(orders.of(list, list.length), wanted);
      }
    }),
  );
});

test('only the ids up to the length count', () => {
  const orders = new HeaderOrders(CODES);
  assert.equal(orders.of(Uint8Array.of(4, 5, 6), 2), 'H4 H5');
  assert.equal(orders.of(Uint8Array.of(4, 5, 7), 2), 'H4 H5');
  assert.equal(orders.of(Uint8Array.of(), 0), '');
});
