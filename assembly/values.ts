/** The values that every reader of a message asks for, where they are of ordinary form. */
import { foldedWord, tokenEnd } from './bytes';
import * as layout from './layout';
import { ordinaryNameAddr } from './ordinary-name-addr';
import { ordinaryUri } from './ordinary-uri';
import { ordinaryVia } from './ordinary-via';

export const HEADER_OTHER: u32 = 0;
export const HEADER_VIA: u32 = 1;
export const HEADER_TO: u32 = 3;
export const HEADER_FROM: u32 = 4;
export const HEADER_CONTACT: u32 = 7;
export const HEADER_DATE: u32 = 26;

/** `gmt` */
const GMT: u64 = 0x746d67;

/** Header ids whose first value is of ordinary form and has its parts told, a bit for each. */
export let ordinary: u32 = 0;
/** src/sip/check.ts has nothing against any field. False says nothing. */
export let areSound: bool = false;

/** Looks at each field whose name or value is judged. */
export function readValues(count: i32, shift: usize, out: usize): void {
  ordinary = 0;
  areSound = true;
  for (let i: i32 = 0; i < count; i++) {
    const id = <u32>load<u8>(out + i, layout.IDS);
    if (id > HEADER_CONTACT && id !== HEADER_DATE) continue;
    if (!isSound(id, i, shift, out)) areSound = false;
  }
}

export function isOrdinaryUri(from: usize, to: usize, shift: usize, out: usize): bool {
  return ordinaryUri(from, to, shift, out + layout.RURI) === to;
}

function isSound(id: u32, i: i32, shift: usize, out: usize): bool {
  const entry = out + i * 4;
  const from = <usize>load<u32>(entry, layout.VALUE_FROM) - shift;
  const to = <usize>load<u32>(entry, layout.VALUE_TO) - shift;
  switch (id) {
    case HEADER_OTHER: {
      const name = <usize>load<u32>(entry, layout.LINE_FROM) - shift;
      const nameTo = <usize>load<u32>(entry, layout.NAME_TO) - shift;
      return name < nameTo && tokenEnd(name, nameTo) === nameTo;
    }
    case HEADER_DATE:
      return to - from >= 3 && foldedWord(to - 3, 3) === GMT;
    case HEADER_VIA:
    case HEADER_TO:
    case HEADER_FROM:
    case HEADER_CONTACT:
      return isOrdinary(id, i, from, to, shift, out);
    default:
      return true;
  }
}

/** The parts of the first value of a name are kept, those of a further one are not. */
function isOrdinary(id: u32, i: i32, from: usize, to: usize, shift: usize, out: usize): bool {
  const isFirst = load<i16>(out + id * 2, layout.FIRST) === i;
  const place = isFirst ? placeOf(id) : layout.FURTHER;
  const parts = out + place;
  const params = parts + layout.PARTS_LENGTH;
  const is =
    id === HEADER_VIA
      ? ordinaryVia(from, to, shift, parts, params)
      : ordinaryNameAddr(from, to, shift, parts, params);
  if (is && isFirst) ordinary |= 1 << id;
  return is;
}

function placeOf(id: u32): usize {
  if (id === HEADER_VIA) return layout.VIA;
  if (id === HEADER_FROM) return layout.FROM;
  return id === HEADER_TO ? layout.TO : layout.CONTACT;
}
