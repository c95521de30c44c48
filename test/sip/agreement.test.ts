import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SipMessage } from '../../src/sip/message.js';
import { ourFacts, packageFacts } from '../support/second-opinion.js';
import { TOOL_MESSAGES } from './tool-messages.js';
import { TORTURE } from './torture-cases.js';

/**
 * The npm package `sip` as a second opinion on every valid torture message, and on messages of real
 * tools. Where it is wrong or takes another view, the difference stands here, by message and field.
 */
const DIFFERENCES: Record<string, string> = {
  'esc02 method': 'it decodes %-escapes in methods; RFC 3261 has none there',
  'esc02 cseqMethod': 'as above',
  'esc02 names': 'it decodes %-escapes in header names; C%6Fntact is not Contact',
  'dblreq body': 'it takes Content-Length 0 for no Content-Length',
};

/** Its Via has no IPv6 references: the host ends at the first colon, and nothing after is read. */
const IPV6_VIA = [
  'ipv6-good',
  'port-ambiguous',
  'port-unambiguous',
  'via-received-param-no-delim',
  'ipv6-in-sdp',
  'ipv6-in-sdp.clfixed',
  'mult-ip-in-header',
  'mult-ip-in-sdp',
  'mult-ip-in-sdp.clfixed',
  'ipv4-mapped-ipv6',
  'ipv4-mapped-ipv6.clfixed',
];
for (const name of IPV6_VIA) {
  DIFFERENCES[`${name} viaHost`] = 'cut at the first colon';
  DIFFERENCES[`${name} viaBranch`] = 'not read';
}
for (const name of ['mult-ip-in-header', 'ipv4-mapped-ipv6', 'ipv4-mapped-ipv6.clfixed']) {
  DIFFERENCES[`${name} viaPort`] = 'not read';
}

const message = new SipMessage();

const valid = TORTURE.filter((one) => one.verdict === 'valid');

for (const { name, bytes } of [...valid, ...TOOL_MESSAGES]) {
  test(`agrees with the sip package: ${name}`, () => {
    message.reset(bytes, 0, bytes.length);
    const mine = ourFacts(message);
    const other = packageFacts(bytes);
    for (const fact of Object.keys(mine)) {
      const differs = JSON.stringify(mine[fact]) !== JSON.stringify(other[fact]);
      const known = `${name} ${fact}` in DIFFERENCES;
      assert.equal(differs, known, `${fact}: ${String(mine[fact])} | ${String(other[fact])}`);
    }
  });
}
