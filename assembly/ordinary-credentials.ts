import { byteAt, SP } from './bytes';
import * as layout from './layout';
import { ordinaryPairs } from './ordinary-params';
import { tokenEnd } from './spans';

/**
 * `Digest name="value", name=value`: its parts at `out` and its pairs at `params`, as
 * src/sip/credentials.ts has them. False when the value is of another form.
 */
export function ordinaryCredentials(
  from: usize,
  to: usize,
  shift: usize,
  out: usize,
  params: usize,
): bool {
  const schemeTo = tokenEnd(from, to);
  if (schemeTo === from || schemeTo === to || byteAt(schemeTo) !== SP) return false;
  const count = ordinaryPairs(schemeTo + 1, to, shift, params);
  if (count === -1) return false;
  store<u32>(out, <u32>(schemeTo + shift), layout.SCHEME_TO);
  store<u32>(out, <u32>count, layout.PARAM_COUNT);
  return true;
}
