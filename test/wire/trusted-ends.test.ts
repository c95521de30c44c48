import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress } from '../../src/wire/address.js';
import { isTrustedEnd } from '../../src/wire/trusted-ends.js';

const isTrusted = (text: string) => isTrustedEnd(parseAddress(text)!);

/** First and last address of each range, and those next to them. */
const RANGES: readonly [before: string, first: string, last: string, after: string][] = [
  ['9.255.255.255', '10.0.0.0', '10.255.255.255', '11.0.0.0'],
  ['172.15.255.255', '172.16.0.0', '172.31.255.255', '172.32.0.0'],
  ['192.167.255.255', '192.168.0.0', '192.168.255.255', '192.169.0.0'],
  ['100.63.255.255', '100.64.0.0', '100.127.255.255', '100.128.0.0'],
  ['169.253.255.255', '169.254.0.0', '169.254.255.255', '169.255.0.0'],
  ['126.255.255.255', '127.0.0.0', '127.255.255.255', '128.0.0.0'],
  ['fbff::ffff', 'fc00::', 'fdff:ffff::1', 'fe00::'],
  ['fe7f::1', 'fe80::', 'febf:ffff::1', 'fec0::'],
  ['::', '::1', '::1', '::2'],
];

test('private, shared, link-local and loopback addresses are trusted, their neighbours are not', () => {
  for (const [before, first, last, after] of RANGES) {
    assert.deepEqual(
      [before, first, last, after].map(isTrusted),
      [false, true, true, false],
      first,
    );
  }
});

test('addresses of the Internet are not, nor are those written otherwise', () => {
  for (const text of [
    '0.0.0.0',
    '8.8.8.8',
    '203.0.113.5',
    '255.255.255.255',
    '2001:db8::1',
    '::ffff:10.0.0.1',
    '::ffff:7f00:1',
  ]) {
    assert.equal(isTrusted(text), false, text);
  }
});
