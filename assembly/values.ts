/** The values that every reader of a message asks for, where they are of ordinary form. */
import * as layout from './layout';
import { foldedWord } from './names';
import { ordinaryCredentials } from './ordinary-credentials';
import { ordinaryNameAddr } from './ordinary-name-addr';
import { ordinaryUri } from './ordinary-uri';
import { ordinaryVia } from './ordinary-via';
import { tokenEnd } from './spans';

export const HEADER_OTHER: u32 = 0;
export const HEADER_VIA: u32 = 1;
export const HEADER_TO: u32 = 3;
export const HEADER_FROM: u32 = 4;
export const HEADER_CONTACT: u32 = 7;
export const HEADER_AUTHORIZATION: u32 = 13;
export const HEADER_PROXY_AUTHORIZATION: u32 = 16;
export const HEADER_WWW_AUTHENTICATE: u32 = 17;
export const HEADER_PROXY_AUTHENTICATE: u32 = 18;
export const HEADER_DATE: u32 = 26;

/** `gmt` */
const GMT: u64 = 0x746d67;

/** Header ids whose first value is of ordinary form and has its parts told, a bit for each. */
export let ordinary: u32 = 0;
/** src/sip/check.ts has nothing against any field. False says nothing. */
export let areSound: bool = false;

/**
 * Looks at the fields whose name or value is judged: at the first of each name in a set order, since
 * the order of a message is what the processor does not expect.
 */
export function readValues(count: i32, shift: usize, out: usize): void {
  ordinary = 0;
  areSound = true;
  readFirst(HEADER_VIA, out + layout.VIA, count, shift, out);
  readFirst(HEADER_FROM, out + layout.FROM, count, shift, out);
  readFirst(HEADER_TO, out + layout.TO, count, shift, out);
  readFirst(HEADER_CONTACT, out + layout.CONTACT, count, shift, out);
  lookAtAll(HEADER_DATE, 0, count, shift, out);
  lookAtAll(HEADER_OTHER, 0, count, shift, out);
  const credentials = out + layout.CREDENTIALS;
  readPairs(HEADER_AUTHORIZATION, HEADER_PROXY_AUTHORIZATION, credentials, shift, out);
  const challenge = out + layout.CHALLENGE;
  readPairs(HEADER_WWW_AUTHENTICATE, HEADER_PROXY_AUTHENTICATE, challenge, shift, out);
}

export function isOrdinaryUri(from: usize, to: usize, shift: usize, out: usize): bool {
  return ordinaryUri(from, to, shift, out + layout.RURI) === to;
}

/** Tells the parts of the first value of this name at `parts`; further ones need only be sound. */
function readFirst(id: u32, parts: usize, count: i32, shift: usize, out: usize): void {
  const i = <i32>load<i16>(out + id * 2, layout.FIRST);
  if (i === -1) return;
  if (isOrdinary(id, i, parts, shift, out)) ordinary |= 1 << id;
  else areSound = false;
  if (load<u16>(out + id * 2, layout.COUNTS) > 1) lookAtAll(id, i + 1, count, shift, out);
}

/** Of the first field of the first name, or where there is none, of the other one. */
function readPairs(id: u32, otherwise: u32, parts: usize, shift: usize, out: usize): void {
  const which = load<u16>(out + id * 2, layout.COUNTS) > 0 ? id : otherwise;
  const i = <i32>load<i16>(out + which * 2, layout.FIRST);
  if (i === -1) return;
  const from = valueFrom(i, shift, out);
  const to = valueTo(i, shift, out);
  if (ordinaryCredentials(from, to, shift, parts, parts + layout.PARTS_LENGTH)) {
    ordinary |= 1 << which;
  }
}

/** Whether all fields of this name from the entry `first` on are sound. */
function lookAtAll(id: u32, first: i32, count: i32, shift: usize, out: usize): void {
  if (load<u16>(out + id * 2, layout.COUNTS) === 0) return;
  for (let i = first; i < count && areSound; i++) {
    if (<u32>load<u8>(out + i, layout.IDS) === id) areSound = isSound(id, i, shift, out);
  }
}

function isSound(id: u32, i: i32, shift: usize, out: usize): bool {
  if (id === HEADER_OTHER) return isNameSound(i, shift, out);
  if (id !== HEADER_DATE) return isOrdinary(id, i, out + layout.FURTHER, shift, out);
  const to = valueTo(i, shift, out);
  return to - valueFrom(i, shift, out) >= 3 && foldedWord(to - 3, 3) === GMT;
}

function isNameSound(i: i32, shift: usize, out: usize): bool {
  const from = <usize>load<u32>(out + i * 4, layout.LINE_FROM) - shift;
  const to = <usize>load<u32>(out + i * 4, layout.NAME_TO) - shift;
  return from < to && tokenEnd(from, to) === to;
}

function isOrdinary(id: u32, i: i32, parts: usize, shift: usize, out: usize): bool {
  const from = valueFrom(i, shift, out);
  const to = valueTo(i, shift, out);
  const params = parts + layout.PARTS_LENGTH;
  if (id === HEADER_VIA) return ordinaryVia(from, to, shift, parts, params);
  return ordinaryNameAddr(from, to, shift, parts, params);
}

function valueFrom(i: i32, shift: usize, out: usize): usize {
  return <usize>load<u32>(out + i * 4, layout.VALUE_FROM) - shift;
}

function valueTo(i: i32, shift: usize, out: usize): usize {
  return <usize>load<u32>(out + i * 4, layout.VALUE_TO) - shift;
}
