import type { Address } from './address.js';
import type { Packet } from './packet.js';

/** Packets that are alike and no further apart than this (seconds) are one packet seen twice. */
const WINDOW = 0.02;
/** Bytes of the last packets that are kept to compare with: 20 ms of 25 MB a second. */
const RING = 512 * 1024;
/** Words before the payload, at most: kind, ports, sequence, length, four IPv6 addresses. */
const HEADER_WORDS = 20;
/** Places where a packet may stand in the table: `WAYS` in each of the buckets. */
const BUCKET_BITS = 12;
const WAYS = 4;
/** What stands there besides the hash: the packet time, and how many bytes had gone by in all. */
const TIME = 0;
const MARK = 1;
const PLACE = 2;

/** Odd, so that no bit of a word is lost; which they are does not matter otherwise. */
const PRIME = 0x9e3779b1 | 0;
const PRIMES = [0x85ebca77 | 0, 0xc2b2ae3d | 0, 0x27d4eb2f, 0x165667b1] as const;

/**
 * Tells the packets that a mirror shows more than once: coming in and going out, on two VLANs,
 * before and after a router. Link header, TTL and header checksum then differ; addresses, ports, IP
 * identification, TCP flags, sequence number and every byte of the payload do not. An honest client sends
 * nothing again within 20 ms: timers of RFC 3261 §17.1.1.1 begin at 500 ms. A flood of equal
 * packets still counts fifty times a second, since only the distance to the last one that counted
 * matters. What a NAT has rewritten is another packet.
 *
 * A hash finds the packet in a table of fixed size; the bytes themselves decide. So nobody can
 * hide a packet behind another of the same hash: who tries only loses his place in the table, and
 * a twin may then count.
 */
export class Duplicates {
  /** Records of the last packets, one behind the other. The end of a record is filled with zeros. */
  private readonly ring = new Int32Array(RING / 4);
  /** Where the next record goes, and how many bytes have gone by in all: the same modulo RING. */
  private at = 0;
  private written = 0;
  private hash = 0;
  /** By place; by themselves, since mostly nothing else of a bucket is asked for. */
  private readonly hashes = new Int32Array(WAYS << BUCKET_BITS);
  private readonly table = new Float64Array((PLACE * WAYS) << BUCKET_BITS).fill(Number.NaN);
  /** Which place of a bucket is given up next. */
  private readonly turns = new Uint8Array(1 << BUCKET_BITS);
  /** The bytes of the frame at hand; frames mostly come in one and the same buffer. */
  private view: DataView<ArrayBufferLike> = new DataView(this.ring.buffer);

  /** Whether an equal packet counted less than 20 ms of packet time ago, or ahead. */
  isDuplicate(packet: Packet, time: number): boolean {
    const longest = 4 * (HEADER_WORDS + 1) + packet.payloadTo - packet.payloadFrom;
    if (longest > RING) return false;
    if (this.at + longest > RING) {
      this.written += RING - this.at;
      this.at = 0;
    }
    const length = this.write(packet);
    const bucket = this.hash >>> (32 - BUCKET_BITS);
    const from = bucket * WAYS;
    if (this.isKnown(from, time, length)) return true;
    const place = from + (this.turns[bucket]!++ % WAYS);
    this.hashes[place] = this.hash;
    this.table[place * PLACE + TIME] = time;
    this.table[place * PLACE + MARK] = this.written;
    this.at += length;
    this.written += length;
    return false;
  }

  /** Whether the bucket at `from` holds the record at `at`, from about this time. */
  private isKnown(from: number, time: number, length: number): boolean {
    const { hashes, table, hash } = this;
    for (let place = from; place < from + WAYS; place++) {
      if (hashes[place] !== hash) continue;
      // NaN where nothing stands yet.
      const mark = table[place * PLACE + MARK]!;
      const isThere = this.written + length - mark <= RING;
      if (!isThere || Math.abs(time - table[place * PLACE + TIME]!) > WINDOW) continue;
      if (this.equals(mark % RING, length)) return true;
    }
    return false;
  }

  /** Writes the record of a packet to `at`, hashing it on the way; gives its length. */
  private write(packet: Packet): number {
    const { payloadFrom, payloadTo } = packet;
    const isV6 = typeof packet.source === 'string' ? 0x100 : 0;
    const flags = (packet.tcpFlags & 0x3f) << 10;
    const kind = packet.transport | isV6 | (packet.truncated ? 0x200 : 0) | flags;
    this.hash = PRIME;
    let at = this.word(this.at, kind | (packet.ipIdentification << 16));
    at = this.word(at, packet.sourcePort | (packet.destinationPort << 16));
    at = this.word(at, packet.tcpSequence | 0);
    const { tunnelSource, tunnelDestination } = packet;
    const tunnel =
      (typeof tunnelSource === 'string' ? 1 : 0) | (typeof tunnelDestination === 'string' ? 2 : 0);
    at = this.word(at, (payloadTo - payloadFrom) | (tunnel << 24));
    at = this.address(at, packet.source);
    at = this.address(at, packet.destination);
    at = this.address(at, tunnelSource);
    at = this.address(at, tunnelDestination);
    at = this.payload(at, packet.buf, payloadFrom, payloadTo);
    this.hash = mixed(this.hash);
    return at - this.at;
  }

  /** Four words at a time, so that only one step in four waits for the one before. */
  private payload(start: number, buf: Buffer, from: number, to: number): number {
    if (this.view.buffer !== buf.buffer) this.view = new DataView(buf.buffer);
    const { view, ring } = this;
    let { hash } = this;
    let at = start >> 2;
    let i = buf.byteOffset + from;
    const end = buf.byteOffset + to;
    for (; i + 16 <= end; i += 16) {
      const first = view.getInt32(i, true);
      const second = view.getInt32(i + 4, true);
      const third = view.getInt32(i + 8, true);
      const fourth = view.getInt32(i + 12, true);
      ring[at] = first;
      ring[at + 1] = second;
      ring[at + 2] = third;
      ring[at + 3] = fourth;
      const words =
        Math.imul(first, PRIMES[0]) +
        Math.imul(second, PRIMES[1]) +
        Math.imul(third, PRIMES[2]) +
        Math.imul(fourth, PRIMES[3]);
      hash = Math.imul(hash ^ words, PRIME);
      at += 4;
    }
    this.hash = hash;
    at *= 4;
    for (; i + 4 <= end; i += 4) at = this.word(at, view.getInt32(i, true));
    let rest = 0;
    for (let shift = 0; i < end; i++, shift += 8) rest |= view.getUint8(i) << shift;
    return this.word(at, rest);
  }

  private address(at: number, address: Address): number {
    if (typeof address === 'number') return this.word(at, address | 0);
    for (let i = 0; i < 16; i += 4) {
      const high = (address.charCodeAt(i) << 8) | address.charCodeAt(i + 1);
      const low = (address.charCodeAt(i + 2) << 8) | address.charCodeAt(i + 3);
      this.word(at + i, (high << 16) | low);
    }
    return at + 16;
  }

  private word(at: number, word: number): number {
    this.ring[at >> 2] = word;
    this.hash = Math.imul(this.hash ^ word, PRIME);
    return at + 4;
  }

  /** Whether the record at `place` in the ring is the one at `at`. */
  private equals(place: number, length: number): boolean {
    const { ring } = this;
    const from = place >> 2;
    const ahead = (this.at >> 2) - from;
    for (let i = from; i < from + (length >> 2); i++) if (ring[i] !== ring[i + ahead]) return false;
    return true;
  }
}

/** Spreads the bits, so that the highest, which choose the bucket, depend on all. */
function mixed(hash: number): number {
  const half = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return half ^ (half >>> 13);
}
