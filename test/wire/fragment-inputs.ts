import type { Counters } from '../../src/telemetry/counters.js';
import type { Address } from '../../src/wire/address.js';
import { FragmentInput } from '../../src/wire/fragment-input.js';
import type { Fragments } from '../../src/wire/fragments.js';
import { Transport } from '../../src/wire/packet.js';

export const NOW = 1_768_478_400;
export const SOURCE: Address = 0xc6336407;
export const SOURCE_V6: Address = '\x20\x01\r\xb8'.padEnd(16, '\0');

/** A datagram of so many bytes, no two stretches of which are alike; it begins with its ports. */
export function datagramOf(length: number, seed = 0): Buffer {
  const bytes = Buffer.alloc(length);
  let word = seed + 1;
  for (let i = 0; i < length; i++) {
    word = (Math.imul(word, 1_103_515_245) + 12_345) | 0;
    bytes[i] = word >>> 16;
  }
  Buffer.from([0x13, 0xc4, 0x13, 0xc5]).copy(bytes, 0, 0, Math.min(4, length));
  return bytes;
}

/** The bytes [from, to) of a datagram as a fragment, between bytes that are none of its own. */
export function part(
  whole: Buffer,
  from: number,
  to: number,
  changes: Partial<FragmentInput> = {},
): FragmentInput {
  const fragment = new FragmentInput();
  fragment.buf = Buffer.concat([Buffer.from('before'), whole.subarray(from, to), Buffer.from('x')]);
  fragment.from = 6;
  fragment.to = 6 + to - from;
  fragment.length = to - from;
  fragment.offset = from;
  fragment.more = to < whole.length;
  fragment.source = SOURCE;
  fragment.destination = 0xcb007105;
  fragment.identification = 77;
  fragment.protocol = Transport.Udp;
  fragment.time = NOW;
  return Object.assign(fragment, changes);
}

/** What came out of the fragments, in order; each whole datagram as a copy of its bytes. */
export function readAll(fragments: Fragments, inputs: Iterable<FragmentInput>): Buffer[] {
  const read: Buffer[] = [];
  for (const input of inputs) {
    if (fragments.add(input)) {
      read.push(Buffer.from(fragments.buf.subarray(fragments.from, fragments.to)));
    }
  }
  return read;
}

const FRAGMENT_COUNTERS = [
  'fragments',
  'fragmentsReassembled',
  'fragmentsOverlapping',
  'fragmentsDuplicate',
  'fragmentsMalformed',
  'fragmentsTimedOut',
  'fragmentsEvicted',
] as const;

/** Those that are not 0, without their common beginning. */
export function told(counters: Counters): Record<string, number> {
  const found: Record<string, number> = {};
  for (const name of FRAGMENT_COUNTERS) {
    if (counters[name] > 0) found[name.replace(/^fragments(?=.)/, '')] = counters[name];
  }
  return found;
}
