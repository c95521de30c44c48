import assert from 'node:assert/strict';
import { isIPv4, isIPv6, SocketAddress } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { addressText, parseAddress, readIpv4, readIpv6 } from '../../src/wire/address.js';

test('an IPv4 address is its 32 bits', () => {
  assert.equal(readIpv4(Buffer.from([9, 255, 1, 2, 3]), 1), 0xff010203);
  assert.equal(addressText(0xff010203), '255.1.2.3');
  assert.equal(parseAddress('255.1.2.3'), 0xff010203);
});

test('texts of many IPv4 addresses are told apart', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(0xffff_ffff), { minLength: 1000, maxLength: 3000 }),
      (addresses) => {
        for (const address of [...addresses, ...addresses]) {
          assert.equal(parseAddress(addressText(address)), address);
        }
      },
    ),
    { numRuns: 10 },
  );
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

test('what is an address is what Node takes for one, with or without brackets', () => {
  const part = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('0', '1', '10', '255', 'ffff', 'Ab', '2001') },
    { weight: 1, arbitrary: fc.constantFrom('', '01', '256', '12345', 'g', '%1', ' ', 'é', '٣') },
  );
  const separator = fc.constantFrom('.', ':', ':', ':', '::');
  const text = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.array(fc.oneof(part, separator), { maxLength: 20 }).map((parts) => parts.join('')),
    fc.tuple(fc.ipV6(), part).map(([address, more]) => address.replace(/[0-9a-f]+/, more)),
    fc.tuple(fc.ipV4(), part).map(([address, more]) => address.replace(/[0-9]+/, more)),
  );
  const bracketed = fc.tuple(text, fc.boolean()).map(([bare, is]) => (is ? `[${bare}]` : bare));
  fc.assert(
    fc.property(bracketed, (written) => {
      const bare = written.startsWith('[') ? written.slice(1, -1) : written;
      const address = parseAddress(written);
      const quad = bare.replaceAll(/(?<![0-9])0{1,2}(?=[0-9]{1,2}(?![0-9]))/g, '');
      const isQuad = /^[0-9]{1,3}(\.[0-9]{1,3}){3}$/.test(bare) && isIPv4(quad);
      if (isQuad)
        assert.equal(
          address,
          Number(`0x${Buffer.from(quad.split('.').map(Number)).toString('hex')}`),
        );
      else assert.equal(address !== undefined, isIPv6(bare) && !bare.includes('%'), written);
      if (typeof address !== 'string') return;
      const { address: usual } = new SocketAddress({ address: bare, family: 'ipv6' });
      assert.equal(addressText(address), addressText(parseAddress(usual)!));
    }),
    { numRuns: 5000 },
  );
});

test('an IPv4 address in IPv6 notation', () => {
  assert.equal(parseAddress('::ffff:192.0.2.1'), parseAddress('::ffff:c000:201'));
});
