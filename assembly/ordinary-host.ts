import { byteAt, COLON, isDigit, LEFT_BRACKET, RIGHT_BRACKET } from './bytes';
import * as layout from './layout';
import { digitsEnd, hostEnd } from './spans';

/**
 * `host:port`, the host a name, an address, or an IPv6 reference: its parts at `out`, as URI and Via
 * share them. Returns where it ends; 0 when it is of another form.
 */
export function ordinaryHostPort(from: usize, to: usize, shift: usize, out: usize): usize {
  const isReference = from < to && byteAt(from) === LEFT_BRACKET;
  const hostFrom = isReference ? from + 1 : from;
  const hostTo = isReference ? ipv6End(hostFrom, to) : hostEnd(hostFrom, to);
  if (hostTo === hostFrom) return 0;
  let end = hostTo;
  if (isReference) {
    if (end === to || byteAt(end) !== RIGHT_BRACKET) return 0;
    end++;
  }
  let port: i32 = -1;
  if (end < to && byteAt(end) === COLON) {
    const portFrom = end + 1;
    end = digitsEnd(portFrom, to);
    port = readPort(portFrom, end);
    if (port === -1) return 0;
  }
  store<u32>(out, <u32>(hostFrom + shift), layout.HOST_FROM);
  store<u32>(out, <u32>(hostTo + shift), layout.HOST_TO);
  store<i32>(out, port, layout.PORT);
  return end;
}

/** Hex digits, ':' and '.'. */
function ipv6End(from: usize, to: usize): usize {
  let at = from;
  while (at < to) {
    const byte = byteAt(at);
    const isHex = isDigit(at) || (byte | 32) - 97 < 6;
    if (!isHex && byte !== COLON && byte !== 46) return at;
    at++;
  }
  return at;
}

/** Up to five digits as a port, -1 for nothing, more, or too much. */
function readPort(from: usize, to: usize): i32 {
  if (to - from - 1 >= 5) return -1;
  let port: u32 = 0;
  for (let at = from; at < to; at++) port = port * 10 + byteAt(at) - 48;
  return port > 65535 ? -1 : port;
}
