import { byteAt, COMMA, QUOTE, SEMICOLON, SP } from './bytes';
import { MAX_PARAMS, PARAM_LENGTH } from './layout';
import { paramValueEnd, quoteAfter } from './marks';
import { tokenEnd } from './spans';

const EQUALS: u32 = 61;

/**
 * `;name=value;name="quoted";name` from `from` to `to`, nothing else around: notes the ranges at
 * `out`, as src/sip/params.ts has them, and returns how many; -1 when the list is of another form.
 */
export function ordinaryParams(from: usize, to: usize, shift: usize, out: usize): i32 {
  let count: i32 = 0;
  let at = from;
  while (at < to) {
    if (byteAt(at) !== SEMICOLON || count === MAX_PARAMS) return -1;
    at = noteParam(at + 1, to, shift, out + <usize>count * PARAM_LENGTH);
    if (at === 0) return -1;
    count++;
  }
  return count;
}

/** `name=value, name="quoted"` in the same way, at least one; spaces may follow a comma. */
export function ordinaryPairs(from: usize, to: usize, shift: usize, out: usize): i32 {
  let count: i32 = 0;
  for (let at = from; count < MAX_PARAMS; at++) {
    while (at < to && byteAt(at) === SP) at++;
    at = noteParam(at, to, shift, out + <usize>count * PARAM_LENGTH);
    if (at === 0) return -1;
    count++;
    if (at === to) return count;
    if (byteAt(at) !== COMMA) return -1;
  }
  return -1;
}

/** Returns where it ends; 0 when it is of another form. */
function noteParam(nameFrom: usize, to: usize, shift: usize, param: usize): usize {
  const nameTo = tokenEnd(nameFrom, to);
  if (nameTo === nameFrom) return 0;
  let valueFrom = nameTo;
  let valueTo = nameTo;
  let end = nameTo;
  if (nameTo < to && byteAt(nameTo) === EQUALS) {
    valueFrom = nameTo + 1;
    if (valueFrom < to && byteAt(valueFrom) === QUOTE) {
      valueFrom++;
      valueTo = quoteAfter(valueFrom, to);
      if (valueTo === 0) return 0;
      end = valueTo + 1;
    } else {
      end = valueTo = paramValueEnd(valueFrom, to);
      if (valueTo === valueFrom) return 0;
    }
  }
  store<u32>(param, <u32>(nameFrom + shift));
  store<u32>(param, <u32>(nameTo + shift), 4);
  store<u32>(param, <u32>(valueFrom + shift), 8);
  store<u32>(param, <u32>(valueTo + shift), 12);
  return end;
}
