import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { addressesClash, parseListenAddress } from '../../src/config/listen-address.js';

describe('addresses to listen on', () => {
  const cases: Record<string, [host: string | undefined, port: number] | 'none'> = {
    '127.0.0.1:15060': ['127.0.0.1', 15_060],
    '[::1]:15060': ['::1', 15_060],
    '[fe80::1%eth0]:80': ['fe80::1%eth0', 80],
    ':15060': [undefined, 15_060],
    'localhost:0': ['localhost', 0],
    'sensor-1.example.net.:65535': ['sensor-1.example.net.', 65_535],
    '0.0.0.0:1': ['0.0.0.0', 1],
    '15060': 'none',
    '127.0.0.1': 'none',
    '127.0.0.1:': 'none',
    '127.0.0.1:65536': 'none',
    '127.0.0.1:-1': 'none',
    '127.0.0:80': 'none',
    '256.0.0.1:80': 'none',
    '::1:15060': 'none',
    '[::1]15060': 'none',
    '[::1:15060': 'none',
    '[127.0.0.1]:80': 'none',
    '[]:80': 'none',
    'a b:80': 'none',
    '-a:80': 'none',
    'a_b:80': 'none',
    'http://a:80': 'none',
    '': 'none',
  };
  for (const [text, wanted] of Object.entries(cases)) {
    test(`${JSON.stringify(text)} is ${wanted}`, () => {
      const address = parseListenAddress(text);
      assert.deepEqual(
        address && [address.host, address.port],
        wanted === 'none' ? undefined : wanted,
      );
    });
  }

  test('no text throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'[]:.%-a1 ') }), (text) => {
        const address = parseListenAddress(text);
        assert.ok(address === undefined || (address.port >= 0 && address.port <= 65_535));
      }),
    );
  });

  const clashes: [a: string, b: string, clash: boolean][] = [
    ['127.0.0.1:1', '127.0.0.1:1', true],
    ['127.0.0.1:1', '127.0.0.1:2', false],
    ['127.0.0.1:1', '127.0.0.2:1', false],
    ['127.0.0.1:1', '[::1]:1', false],
    ['[::1]:1', '[0:0:0:0:0:0:0:1]:1', true],
    [':1', '127.0.0.1:1', true],
    ['[::]:1', '127.0.0.1:1', true],
    ['0.0.0.0:1', '127.0.0.1:1', true],
    ['0.0.0.0:1', '[::1]:1', false],
    ['0.0.0.0:1', '[::]:1', true],
    ['Localhost:1', 'localhost:1', true],
    [':1', 'localhost:1', true],
    ['127.0.0.1:0', '127.0.0.1:0', false],
  ];
  for (const [a, b, clash] of clashes) {
    test(`${a} and ${b} ${clash ? 'clash' : 'go together'}, either way round`, () => {
      const [one, other] = [parseListenAddress(a)!, parseListenAddress(b)!];
      assert.equal(addressesClash(one, other), clash);
      assert.equal(addressesClash(other, one), clash);
    });
  }
});
