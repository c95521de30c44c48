import { test } from 'node:test';
import {
  COPY_WRAPPINGS,
  FRAGMENT_WRAPPINGS,
  TUNNEL_FRAGMENT_WRAPPINGS,
} from '../support/rewrap/catalogue.js';
import { checkWrapping } from '../support/rewrap/check-wrapping.js';
import { SipCaptures } from '../support/rewrap/plain-captures.js';

/** In however many pieces packets come, in which order, and how often: they are the same packets. */

const captures = await SipCaptures.read();
const wrappings = [...FRAGMENT_WRAPPINGS, ...TUNNEL_FRAGMENT_WRAPPINGS, ...COPY_WRAPPINGS];

for (const [i, wrapping] of wrappings.entries()) {
  test(wrapping.name, (t) => {
    checkWrapping(t, wrapping, captures.meeting(i), ['as captured', 'over IPv6', 'over TCP'], 2);
  });
}
