import assert from 'node:assert/strict';
import { SocketAddress } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { addressText, parseAddress, readIpv4, readIpv6 } from '../../src/wire/address.js';

test('an IPv4 address is its 32 bits', () => {
  assert.equal(readIpv4(Buffer.from([9, 255, 1, 2, 3]), 1), 0xff010203);
  assert.equal(addressText(0xff010203), '255.1.2.3');
  assert.equal(parseAddress('255.1.2.3'), 0xff010203);
});

test('an IPv6 address is its 16 bytes', () => {
  const bytes = Buffer.from('ff20010db8000000000000000000000001', 'hex');
  const address = readIpv6(bytes, 1);
  assert.equal(address.length, 16);
  assert.equal(addressText(address), '2001:db8::1');
  assert.equal(parseAddress('[2001:DB8:0::0:1]'), address);
});

test('the text of any address is the usual one and names the same address', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.nat(0xffff), (bytes, zeros) => {
      // Runs of zero groups are what RFC 5952 is about, and random bytes have none.
      for (let i = 0; i < 16; i++) if ((zeros >> (i >> 1)) & 1) bytes[i] = 0;
      const address = readIpv6(Buffer.from(bytes), 0);
      const text = addressText(address);
      assert.equal(parseAddress(text), address);
      const { address: usual } = new SocketAddress({ address: text, family: 'ipv6' });
      if (!usual.includes('.')) assert.equal(text, usual);
    }),
  );
});

test('what is no address is undefined', () => {
  const wrong = [
    '',
    '1.2.3',
    '1.2.3.256',
    '1.2.3.4.5',
    'a.b.c.d',
    '::1::',
    '12345::',
    '[::1',
    ':1',
  ];
  for (const text of [...wrong, 'fe80::1%eth0', '2001:db8::1]', '1.2.3.4:5060']) {
    assert.equal(parseAddress(text), undefined, text);
  }
});

test('an IPv4 address in IPv6 notation', () => {
  assert.equal(parseAddress('::ffff:192.0.2.1'), parseAddress('::ffff:c000:201'));
});
