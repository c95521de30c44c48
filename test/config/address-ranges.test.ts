import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { addressRangeFault, addressTest } from '../../src/config/address-ranges.js';
import { addressText, parseAddress } from '../../src/wire/address.js';
import { isTrustedEnd } from '../../src/wire/trusted-ends.js';

const isIn = (text: string, ...ranges: string[]) => addressTest(ranges)(parseAddress(text)!);

const INSIDE = [
  ...['10.0.0.0', '10.255.255.255', '172.16.0.0', '172.31.255.255', '192.168.0.1'],
  ...['100.64.0.0', '100.127.255.255', '169.254.1.1', '127.0.0.1'],
  ...['fc00::', 'fdff:ffff::1', 'fe80::1', 'febf::1', '::1'],
];
const OUTSIDE = [
  ...['9.255.255.255', '11.0.0.0', '172.15.255.255', '172.32.0.0', '192.167.255.255'],
  ...['100.63.255.255', '100.128.0.0', '0.0.0.0', '203.0.113.5', '255.255.255.255'],
  ...['::', '::2', 'fbff::1', 'fe7f::1', 'fec0::1', '2001:db8::1', '::ffff:10.0.0.1'],
];

describe('private addresses', () => {
  for (const address of INSIDE) {
    test(`${address} is one`, () => assert.equal(isIn(address, 'private'), true));
  }
  for (const address of OUTSIDE) {
    test(`${address} is none`, () => assert.equal(isIn(address, 'private'), false));
  }
});

test('the word means what a sensor without a configuration believes', () => {
  const isPrivate = addressTest(['private']);
  for (const text of [...INSIDE, ...OUTSIDE]) {
    assert.equal(isPrivate(parseAddress(text)!), isTrustedEnd(parseAddress(text)!), text);
  }
});

test('an address alone, all of them, and none', () => {
  assert.equal(isIn('192.0.2.1', '192.0.2.1'), true);
  assert.equal(isIn('192.0.2.2', '192.0.2.1', '2001:db8::/32'), false);
  assert.equal(isIn('2001:db8::7', '192.0.2.1', '2001:db8::7'), true);
  assert.equal(isIn('255.1.2.3', '0.0.0.0/0'), true);
  assert.equal(isIn('::', '0.0.0.0/0'), false);
  assert.equal(isIn('ffff::', '::/0'), true);
  assert.equal(isIn('10.0.0.1'), false);
});

test('it is as ipaddr.js says', () => {
  const v4 = fc.integer({ min: 0, max: 0xffffffff });
  const v6 = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 16, maxLength: 16 });
  const address = fc.oneof(
    v4,
    v6.map((bytes) => String.fromCharCode(...bytes)),
  );
  const bitsOf = (value: string | number) => (typeof value === 'number' ? 32 : 128);
  fc.assert(
    fc.property(
      address,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat(),
      (base, part, flip) => {
        const most = bitsOf(base);
        const network = `${addressText(base)}/${Math.round(part * most)}`;
        // One that differs in a single bit is as often inside as outside.
        const bytes = ipaddr.parse(addressText(base)).toByteArray();
        const bit = flip % most;
        bytes[bit >> 3]! ^= 0x80 >> (bit & 7);
        for (const text of [addressText(base), ipaddr.fromByteArray(bytes).toString()]) {
          const expected = ipaddr.parse(text).match(ipaddr.parseCIDR(network));
          assert.equal(isIn(text, network), expected, `${text} in ${network}`);
        }
      },
    ),
  );
});

describe('an entry that is wrong is told with what to write', () => {
  const FAULTS: Record<string, RegExp> = {
    privat: /^give private, an address, or a network such as /,
    '': /^give private/,
    '10.0.0.0/33': /^give private/,
    '::/129': /^give private/,
    '10.0.0/8': /^give private/,
    '10.0.0.0/': /^give private/,
    '10.0.0.0/8/8': /^give private/,
    '[::1]': /^give private/,
    'fe80::1%eth0': /^give private/,
    'pbx.example.org': /^give private/,
    '10.1.2.3/8': /write 10\.0\.0\.0\/8$/,
    '192.0.2.1/0': /write 0\.0\.0\.0\/0$/,
    '2001:db8::1/33': /write 2001:db8::\/33$/,
    '2001:db8:ffff::/33': /write 2001:db8:8000::\/33$/,
  };
  for (const [text, fault] of Object.entries(FAULTS)) {
    test(JSON.stringify(text), () => assert.match(addressRangeFault(text) ?? '', fault));
  }

  test('none of those that are right', () => {
    for (const text of [
      'private',
      '10.0.0.0/8',
      '192.0.2.1',
      '::/0',
      '2001:DB8::/32',
      '0.0.0.0/0',
    ]) {
      assert.equal(addressRangeFault(text), undefined, text);
    }
  });
});
