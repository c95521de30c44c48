import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  COPY_WRAPPINGS,
  FRAGMENT_WRAPPINGS,
  LINK_WRAPPINGS,
  NESTED_WRAPPINGS,
  TCP_WRAPPINGS,
  TUNNEL_FRAGMENT_WRAPPINGS,
  TUNNEL_WRAPPINGS,
} from '../support/rewrap/catalogue.js';
import { oddCaptures } from '../support/rewrap/plain-captures.js';

/**
 * Odd and broken frames that other people collected, nearly none of them SIP: wrapped once more
 * they are still what they were. Each capture meets one wrapping of each kind, and another one
 * than the capture before.
 */

/** Frames of each capture; few have more. */
const MOST = 100;
const series = await oddCaptures(MOST);

const KINDS = {
  links: LINK_WRAPPINGS,
  tunnels: TUNNEL_WRAPPINGS,
  'nested tunnels': NESTED_WRAPPINGS,
  fragments: FRAGMENT_WRAPPINGS,
  'fragments and tunnels': TUNNEL_FRAGMENT_WRAPPINGS,
  copies: COPY_WRAPPINGS,
  TCP: TCP_WRAPPINGS,
} as const;

for (const [kind, wrappings] of Object.entries(KINDS)) {
  test(`odd captures in other ${kind}`, (t) => {
    const differing: string[] = [];
    let count = 0;
    for (const captures of series) {
      const plain = captures.framesAs('as captured');
      assert.ok(plain.length >= 20, 'the captures were found');
      const wrapped = plain.map((frames, i) => wrappings[i % wrappings.length]!.rewrap(frames));
      count += wrapped.flat().length;
      differing.push(...captures.differences(captures.seenAs('as captured'), wrapped));
    }
    t.diagnostic(`${count} frames`);
    assert.deepEqual(differing, []);
  });
}
