import { byteAt, COLON, SEMICOLON } from './bytes';
import * as layout from './layout';
import { firstAt, uriEnd } from './marks';
import { foldedWord } from './names';
import { ordinaryHostPort } from './ordinary-host';

/** `sip:` */
const SIP_COLON: u64 = 0x3a706973;

/**
 * `sip:user@host:port;params` without password and headers: its parts at `out`, as
 * src/sip/uri.ts has them. Returns where it ends, at '>' or `to`; 0 when it is of another form.
 */
export function ordinaryUri(from: usize, to: usize, shift: usize, out: usize): usize {
  if (from + 4 >= to || foldedWord(from, 4) !== SIP_COLON) return 0;
  const rest = from + 4;
  const end = uriEnd(rest, to);
  let userTo: usize = 0;
  let host = rest;
  if (firstAt !== 0) {
    userTo = firstAt;
    if (userTo === rest || holdsColon(rest, userTo)) return 0;
    host = userTo + 1;
  }
  const paramsFrom = ordinaryHostPort(host, end, shift, out);
  if (paramsFrom === 0 || (paramsFrom < end && byteAt(paramsFrom) !== SEMICOLON)) return 0;
  store<u32>(out, <u32>(from + shift), layout.URI_FROM_PART);
  store<u32>(out, <u32>(end + shift), layout.URI_TO_PART);
  store<u32>(out, userTo === 0 ? 0 : <u32>(rest + shift), layout.USER_FROM);
  store<u32>(out, userTo === 0 ? 0 : <u32>(userTo + shift), layout.USER_TO);
  store<u32>(out, <u32>(paramsFrom + shift), layout.PARAMS_FROM);
  return end;
}

function holdsColon(from: usize, to: usize): bool {
  for (let at = from; at < to; at++) if (byteAt(at) === COLON) return true;
  return false;
}
