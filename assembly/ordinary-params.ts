import { byteAt, QUOTE, SEMICOLON } from './bytes';
import { MAX_PARAMS, PARAM_LENGTH } from './layout';
import { paramValueEnd, quoteAfter } from './marks';
import { tokenEnd } from './spans';

const EQUALS: u32 = 61;

/**
 * `;name=value;name="quoted";name` from `from` to `to`, nothing else around: notes the ranges at `out`, as
 * src/sip/params.ts has them, and returns how many; -1 when the list is of another form.
 */
export function ordinaryParams(from: usize, to: usize, shift: usize, out: usize): i32 {
  let count: i32 = 0;
  let at = from;
  while (at < to) {
    if (byteAt(at) !== SEMICOLON || count === MAX_PARAMS) return -1;
    const nameFrom = at + 1;
    const nameTo = tokenEnd(nameFrom, to);
    if (nameTo === nameFrom) return -1;
    let valueFrom = nameTo;
    let valueTo = nameTo;
    at = nameTo;
    if (nameTo < to && byteAt(nameTo) === EQUALS) {
      valueFrom = nameTo + 1;
      if (valueFrom < to && byteAt(valueFrom) === QUOTE) {
        valueFrom++;
        valueTo = quoteAfter(valueFrom, to);
        if (valueTo === 0) return -1;
        at = valueTo + 1;
      } else {
        at = valueTo = paramValueEnd(valueFrom, to);
        if (valueTo === valueFrom) return -1;
      }
    }
    const param = out + <usize>count * PARAM_LENGTH;
    store<u32>(param, <u32>(nameFrom + shift));
    store<u32>(param, <u32>(nameTo + shift), 4);
    store<u32>(param, <u32>(valueFrom + shift), 8);
    store<u32>(param, <u32>(valueTo + shift), 12);
    count++;
  }
  return count;
}
