import { byteAt, COLON, digitsEnd, foldedWord, hostEnd, readPort, SP, tokenEnd } from './bytes';
import * as layout from './layout';
import { ordinaryParams } from './ordinary-params';

/** `sip/2.0/` */
const PROTOCOL: u64 = 0x2f302e322f706973;

/**
 * `SIP/2.0/UDP host:port;params` without an IPv6 reference: its parts at `out` and its parameters
 * at `params`, as src/sip/via.ts has them. False when the value is of another form, or is several.
 */
export function ordinaryVia(from: usize, to: usize, shift: usize, out: usize, params: usize): bool {
  if (from + 8 >= to || foldedWord(from, 8) !== PROTOCOL) return false;
  const transportTo = tokenEnd(from + 8, to);
  if (transportTo === from + 8 || transportTo === to || byteAt(transportTo) !== SP) return false;
  const hostFrom = transportTo + 1;
  const hostTo = hostEnd(hostFrom, to);
  if (hostTo === hostFrom) return false;
  let port: i32 = -1;
  let paramsFrom = hostTo;
  if (hostTo < to && byteAt(hostTo) === COLON) {
    paramsFrom = digitsEnd(hostTo + 1, to);
    port = readPort(hostTo + 1, paramsFrom);
    if (port === -1) return false;
  }
  const count = ordinaryParams(paramsFrom, to, shift, params);
  if (count === -1) return false;
  store<u32>(out, <u32>(transportTo + shift), layout.TRANSPORT_TO);
  store<u32>(out, <u32>(hostFrom + shift), layout.HOST_FROM);
  store<u32>(out, <u32>(hostTo + shift), layout.HOST_TO);
  store<i32>(out, port, layout.PORT);
  store<u32>(out, <u32>(paramsFrom + shift), layout.PARAMS_FROM);
  store<u32>(out, <u32>count, layout.PARAM_COUNT);
  return true;
}
