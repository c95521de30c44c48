import { test } from 'node:test';
import {
  LINK_WRAPPINGS,
  NESTED_WRAPPINGS,
  TEREDO_WRAPPINGS,
  TUNNEL_WRAPPINGS,
} from '../support/rewrap/catalogue.js';
import { checkWrapping } from '../support/rewrap/check-wrapping.js';
import { SipCaptures } from '../support/rewrap/plain-captures.js';

/** On whatever link and in whatever tunnel packets come, what is said of them is the same. */

const captures = await SipCaptures.read();

for (const [i, wrapping] of [
  ...LINK_WRAPPINGS,
  ...TUNNEL_WRAPPINGS,
  ...NESTED_WRAPPINGS,
].entries()) {
  test(wrapping.name, (t) => {
    checkWrapping(t, wrapping, captures.meeting(i), ['as captured', 'over IPv6'], 50);
  });
}

for (const [i, wrapping] of TEREDO_WRAPPINGS.entries()) {
  test(wrapping.name, (t) => {
    checkWrapping(t, wrapping, captures.meeting(i), ['between Teredo clients'], 20);
  });
}
