import assert from 'node:assert/strict';
import { relative } from 'node:path';
import { test } from 'node:test';
import { isMalformed } from '../../src/sip/deviations.js';
import { eachMessage } from '../support/captured-messages.js';
import { PCAPS } from '../support/replayed-events.js';
import { ourFacts, packageFacts } from '../support/second-opinion.js';

/**
 * The npm package `sip` as a second opinion on every valid message of the bundled captures. Where it
 * is wrong: capture, field, and why.
 */
const DIFFERENCES: Record<string, string> = {
  'slow-enumeration-ipv6/capture.pcap.gz viaHost': 'it cuts an IPv6 reference at the first colon',
  'slow-enumeration-ipv6/capture.pcap.gz viaPort': 'as above: not read',
  'slow-enumeration-ipv6/capture.pcap.gz viaBranch': 'as above: not read',
  'third-party/suricata-verify/sip-pattern-matching/sip.pcap challengeNonce':
    'the quotes of the challenge are escaped (\\"): it gives up, we give the text',
  'third-party/suricata-verify/sip-tcp-pattern-matching/sip.pcap challengeNonce': 'as above',
};

test('our reading agrees with the sip package on every valid message', async (t) => {
  const differing = new Map<string, string>();
  let compared = 0;
  let malformed = 0;
  const captures = await eachMessage(PCAPS, (message, file, frameNumber) => {
    if (isMalformed(message.check())) {
      malformed++;
      return;
    }
    compared++;
    const mine = ourFacts(message);
    const other = packageFacts(message.buf.subarray(message.from, message.to));
    for (const fact of Object.keys(mine)) {
      const [a, b] = [JSON.stringify(mine[fact]), JSON.stringify(other[fact])];
      const key = `${relative(PCAPS, file)} ${fact}`;
      if (a !== b && !differing.has(key)) differing.set(key, `frame ${frameNumber}: ${a} | ${b}`);
    }
  });
  t.diagnostic(
    `${captures} captures, ${compared} valid messages, ${malformed} malformed ones left out`,
  );
  assert.ok(compared > 2000);
  const unexplained = [...differing].filter(([key]) => !(key in DIFFERENCES));
  assert.deepEqual(unexplained, []);
  const outdated = Object.keys(DIFFERENCES).filter((key) => !differing.has(key));
  assert.deepEqual(outdated, [], 'these differences are gone: take them out of the table');
});
