import { byteAt, GREATER, LESS, QUOTE, skipLws, trimLws } from './bytes';
import * as layout from './layout';
import { bracketAfter, quoteAfter } from './marks';
import { ordinaryParams } from './ordinary-params';
import { ordinaryUri } from './ordinary-uri';

/**
 * `"Name" <uri>;params`, the name quoted or not: its parts at `out` and its parameters at `params`,
 * as src/sip/name-addr.ts has them. False when the value is of another form, or is several.
 */
export function ordinaryNameAddr(
  from: usize,
  to: usize,
  shift: usize,
  out: usize,
  params: usize,
): bool {
  if (from >= to) return false;
  const isQuoted = byteAt(from) === QUOTE;
  let displayFrom = from;
  let displayTo: usize;
  let bracket: usize;
  if (isQuoted) {
    displayFrom = from + 1;
    displayTo = quoteAfter(displayFrom, to);
    if (displayTo === 0) return false;
    bracket = skipLws(displayTo + 1, to);
    if (bracket === to || byteAt(bracket) !== LESS) return false;
  } else {
    bracket = bracketAfter(from, to);
    if (bracket === 0) return false;
    displayTo = trimLws(from, bracket);
  }
  const end = ordinaryUri(bracket + 1, to, shift, out);
  if (end === 0 || end === to || byteAt(end) !== GREATER) return false;
  const count = ordinaryParams(end + 1, to, shift, params);
  if (count === -1) return false;
  store<u32>(out, <u32>(displayFrom + shift), layout.DISPLAY_FROM);
  store<u32>(out, <u32>(displayTo + shift), layout.DISPLAY_TO);
  store<u32>(out, <u32>isQuoted, layout.DISPLAY_QUOTED);
  store<u32>(out, <u32>count, layout.PARAM_COUNT);
  return true;
}
