import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parsePorts } from '../../src/cli/port-list.js';

const listed = (text: string) => [...(parsePorts(text) as ReadonlySet<number>)];

describe('a list of ports', () => {
  test('holds ports and ranges, with or without spaces', () => {
    assert.deepEqual(listed('5060'), [5060]);
    assert.deepEqual(listed('5060, 5070-5072 ,5060'), [5060, 5070, 5071, 5072]);
    assert.deepEqual(listed('65535-65535'), [65_535]);
    assert.equal(parsePorts('any'), 'any');
  });

  const wrong = ['', '0', '65536', '5060,', '5080-5060', '5060-', '-5060', '5060-5070-5080', 'sip'];
  for (const text of wrong) {
    test(`${JSON.stringify(text)} is refused`, () => {
      assert.throws(() => parsePorts(text), /give port numbers or ranges/);
    });
  }

  test('a range holds both ends and all between', () => {
    const port = fc.integer({ min: 1, max: 65_535 });
    fc.assert(
      fc.property(port, fc.nat(300), (from, length) => {
        const to = Math.min(65_535, from + length);
        const ports = listed(`${from}-${to}`);
        assert.deepEqual([ports[0], ports.at(-1), ports.length], [from, to, to - from + 1]);
      }),
    );
  });
});
