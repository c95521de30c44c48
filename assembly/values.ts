/** The values that every reader of a message asks for, where they are of ordinary form. */
import {
  CONTACT,
  CONTACT_PARAMS,
  FIRST,
  FROM,
  FROM_PARAMS,
  RURI,
  TO,
  TO_PARAMS,
  VALUE_FROM,
  VALUE_TO,
  VIA,
  VIA_PARAMS,
} from './layout';
import { ordinaryNameAddr } from './ordinary-name-addr';
import { ordinaryUri } from './ordinary-uri';
import { ordinaryVia } from './ordinary-via';

export const HEADER_VIA: i32 = 1;
export const HEADER_TO: i32 = 3;
export const HEADER_FROM: i32 = 4;
export const HEADER_CONTACT: i32 = 7;

/** The value that `take` found. */
let valueFrom: usize = 0;
let valueTo: usize = 0;

/** Writes the parts of those that are of ordinary form, and returns a bit by header id for each. */
export function readValues(out: usize, shift: usize): u32 {
  let ordinary: u32 = 0;
  if (take(HEADER_VIA, shift, out)) {
    const is = ordinaryVia(valueFrom, valueTo, shift, out + VIA, out + VIA_PARAMS);
    ordinary |= (<u32>is) << HEADER_VIA;
  }
  ordinary |= readNameAddr(HEADER_FROM, shift, out, out + FROM, out + FROM_PARAMS);
  ordinary |= readNameAddr(HEADER_TO, shift, out, out + TO, out + TO_PARAMS);
  return ordinary | readNameAddr(HEADER_CONTACT, shift, out, out + CONTACT, out + CONTACT_PARAMS);
}

export function isRequestUri(from: usize, to: usize, shift: usize, out: usize): bool {
  return ordinaryUri(from, to, shift, out + RURI) === to;
}

function readNameAddr(id: i32, shift: usize, out: usize, parts: usize, params: usize): u32 {
  if (!take(id, shift, out)) return 0;
  return (<u32>ordinaryNameAddr(valueFrom, valueTo, shift, parts, params)) << id;
}

/** The value of the first field of this id, if there is one. */
function take(id: i32, shift: usize, out: usize): bool {
  const i = load<i16>(out + id * 2, FIRST);
  if (i === -1) return false;
  valueFrom = <usize>load<u32>(out + i * 4, VALUE_FROM) - shift;
  valueTo = <usize>load<u32>(out + i * 4, VALUE_TO) - shift;
  return true;
}
