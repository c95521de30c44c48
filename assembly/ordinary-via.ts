import { byteAt, SP } from './bytes';
import * as layout from './layout';
import { foldedWord } from './names';
import { ordinaryHostPort } from './ordinary-host';
import { ordinaryParams } from './ordinary-params';
import { tokenEnd } from './spans';

/** `sip/2.0/` */
const PROTOCOL: u64 = 0x2f302e322f706973;

/**
 * `SIP/2.0/UDP host:port;params`: its parts at `out` and its parameters
 * at `params`, as src/sip/via.ts has them. False when the value is of another form, or is several.
 */
export function ordinaryVia(from: usize, to: usize, shift: usize, out: usize, params: usize): bool {
  if (from + 8 >= to || foldedWord(from, 8) !== PROTOCOL) return false;
  const transportTo = tokenEnd(from + 8, to);
  if (transportTo === from + 8 || transportTo === to || byteAt(transportTo) !== SP) return false;
  const paramsFrom = ordinaryHostPort(transportTo + 1, to, shift, out);
  if (paramsFrom === 0) return false;
  const count = ordinaryParams(paramsFrom, to, shift, params);
  if (count === -1) return false;
  store<u32>(out, <u32>(transportTo + shift), layout.TRANSPORT_TO);
  store<u32>(out, <u32>(paramsFrom + shift), layout.PARAMS_FROM);
  store<u32>(out, <u32>count, layout.PARAM_COUNT);
  return true;
}
