import { Hasher } from '../tables/hash.js';
import type { Counters } from '../telemetry/counters.js';
import { SECRET_WORDS } from '../telemetry/secret.js';
import type { TableStatus } from '../telemetry/table-status.js';
import type { Address } from './address.js';
import type { Datagram } from './datagram.js';
import { CELL, MOST_CELLS } from './datagram-cells.js';
import { DatagramParts } from './datagram-parts.js';
import { DatagramTable } from './datagram-table.js';
import type { FragmentInput } from './fragment-input.js';
import { Transport } from './packet.js';

/** What is known of a datagram that never became whole, though its ports were seen. */
export interface LostDatagram {
  readonly source: Address;
  readonly destination: Address;
  /** UDP or TCP. */
  readonly transport: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** How much is held of datagrams that are not whole yet. */
export interface FragmentLimits {
  /** Bytes in all: from 64 KiB, the longest datagram, to 16 MiB. */
  readonly bytes: number;
  readonly datagrams: number;
  /** How long a datagram may take from the first of its fragments that came (seconds). */
  readonly patience: number;
}

/**
 * IPv4 and IPv6 have tables of their own, since receivers wait 30 seconds for the one (Linux; RFC
 * 1122 §3.3.2 would allow 120) and 60 for the other (RFC 8200 §4.5). Longer than receivers do is
 * no use: an honest fragment comes within a second or never, and the longer fragments wait, the
 * sooner a new datagram with the same identification is mixed up with an old one (RFC 4963).
 */
const LIMITS: FragmentLimits = { bytes: 4 * 1024 * 1024, datagrams: 2048, patience: 30 };
export const IPV6_PATIENCE = 60;
/** As in `Duplicates`: what comes again within 20 ms was shown twice by the mirror (seconds). */
const WINDOW = 0.02;
/** RFC 791 §3.1, RFC 8200 §4.5. */
const LONGEST = 65_535;
/** Source and destination port begin both transport headers (RFC 768, RFC 9293 §3.1). */
const PORTS_LENGTH = 4;

/**
 * Puts IP datagrams together from fragments (RFC 791 §3.2, RFC 8200 §4.5) that come in any order.
 *
 * Receivers differ in what they make of fragments that overlap. Here the bytes seen first win, and
 * the datagram is read, so that nobody hides a message from the sensor by overlapping. Where they
 * contradict each other it is marked. The same bytes again are no contradiction, in whatever ranges
 * they come: a mirror may show a datagram before and behind a router that cuts it otherwise. A
 * datagram ends where a last fragment ends and nothing follows without a gap; two ends that differ
 * are a contradiction.
 *
 * A fragment of a datagram that became whole less than 20 ms ago is a duplicate if its range and
 * bytes are those of one that came. Otherwise the sender has begun another datagram with the same
 * identification, and what was taken for duplicates until then belongs to that as well.
 */
export class Fragments {
  /** The datagram that the last `add` made whole is `buf[from, to)`, borrowed until the next call. */
  buf: Buffer = Buffer.alloc(0);
  from = 0;
  to = 0;
  /** A fragment was captured short: the datagram ends here where the first byte is missing. */
  truncated = false;
  /** Bytes of the datagram on the wire. */
  length = 0;
  /** Its fragments contradict each other: receivers may read it otherwise. */
  overlapping = false;
  /** What the datagram carries; in IPv6, as its first fragment has it. */
  protocol = 0;

  private readonly counters: Counters;
  private readonly onLost: (lost: LostDatagram) => void;
  private readonly limits: FragmentLimits;
  private readonly parts: DatagramParts;
  private readonly table: DatagramTable;
  private readonly hasher = new Hasher();
  private evicted = 0;

  /** `onLost` is told of each datagram given up whose first fragment came, with both ports. */
  constructor(
    counters: Counters,
    onLost: (lost: LostDatagram) => void = () => {},
    limits: Partial<FragmentLimits> = {},
  ) {
    this.counters = counters;
    this.onLost = onLost;
    this.limits = { ...LIMITS, ...limits };
    const cells = Math.min(Math.floor(this.limits.bytes / CELL), MOST_CELLS);
    this.parts = new DatagramParts(this.limits.datagrams, cells);
    this.table = new DatagramTable(this.limits.datagrams, this.parts.pages, (datagram) => {
      counters.fragmentsEvicted++;
      this.evicted++;
      this.tellLost(datagram);
    });
  }

  /** Bytes held at this moment; a datagram takes them in cells of 256. */
  get bytesHeld(): number {
    return this.parts.pages.cells.taken * CELL;
  }

  /** What all fragments so far have cost, in steps of bounded length. */
  get work(): number {
    return this.parts.pages.work;
  }

  /** True: the datagram is whole, and the fields above describe it until the next call. */
  add(fragment: FragmentInput): boolean {
    const { counters, parts, table } = this;
    counters.fragments++;
    if (isMalformed(fragment)) {
      counters.fragmentsMalformed++;
      return false;
    }
    if (fragment.offset === 0 && !fragment.more) return this.passOn(fragment);
    parts.pages.moveOut(fragment);
    const hash = this.hashOf(fragment);
    let datagram = this.find(hash, fragment);
    if (datagram !== undefined && parts.has(datagram, fragment)) {
      counters.fragmentsDuplicate++;
      if (datagram.isWhole) parts.repeat(datagram, fragment);
      return false;
    }
    if (datagram?.isWhole) datagram = this.beginAgain(datagram, fragment.time);
    datagram ??= table.begin(hash, fragment);
    if (!table.makeRoom(datagram, parts.pages.needed(datagram, fragment))) return false;
    return this.keep(datagram, fragment);
  }

  /** When the datagram that has waited longest is given up; infinite: none waits. */
  dueAt(): number {
    const oldest = this.table.waiting.oldest?.owner;
    return oldest === undefined ? Number.POSITIVE_INFINITY : oldest.since + this.limits.patience;
  }

  /** Packet time has come to `now`: gives up what waited too long, in order of its beginning. */
  advance(now: number): void {
    const { waiting, whole } = this.table;
    let oldest = waiting.oldest?.owner;
    while (oldest !== undefined && now - oldest.since >= this.limits.patience) {
      this.giveUp(oldest);
      oldest = waiting.oldest?.owner;
    }
    let done = whole.oldest?.owner;
    while (done !== undefined && Math.abs(now - done.since) > WINDOW) {
      this.table.remove(done);
      done = whole.oldest?.owner;
    }
  }

  /** The clock was set back: what began later than now begins now. */
  setBack(now: number): void {
    this.table.setBack(now);
  }

  /** The input has ended: what is not whole never will be. */
  finish(): void {
    this.advance(Number.POSITIVE_INFINITY);
  }

  /** How full it is, under the name that reports call it by. */
  status(table: string): TableStatus {
    const { evicted, limits } = this;
    return { table, entries: this.table.waiting.size, limit: limits.datagrams, evicted };
  }

  /**
   * Where a datagram is looked for. The secret keeps strangers from choosing keys that meet in one
   * place; no result depends on it, since the keys themselves are compared.
   */
  protected hashOf(fragment: FragmentInput): number {
    return this.hasher
      .begin()
      .addNumber(SECRET_WORDS[0])
      .addKey(fragment.source)
      .addKey(fragment.destination)
      .addNumber(fragment.identification)
      .addNumber(fragment.isV6 ? -1 : fragment.protocol)
      .addKey(fragment.tunnelSource)
      .addKey(fragment.tunnelDestination)
      .addNumber(fragment.vlan)
      .end();
  }

  /** A fragment that is all of its datagram must not meet others (RFC 6946). */
  private passOn(fragment: FragmentInput): boolean {
    this.counters.fragmentsReassembled++;
    this.buf = fragment.buf;
    this.from = fragment.from;
    this.to = fragment.to;
    this.truncated = fragment.to - fragment.from < fragment.length;
    this.length = fragment.length;
    this.overlapping = false;
    this.protocol = fragment.protocol;
    return true;
  }

  /** The datagram of a fragment, unless that is over by the time of the fragment. */
  private find(hash: number, fragment: FragmentInput): Datagram | undefined {
    const datagram = this.table.find(hash, fragment);
    if (datagram === undefined) return undefined;
    const age = fragment.time - datagram.since;
    if (datagram.isWhole ? Math.abs(age) <= WINDOW : age < this.limits.patience) return datagram;
    if (datagram.isWhole) this.table.remove(datagram);
    else this.giveUp(datagram);
    return undefined;
  }

  /** A whole datagram becomes the one that began with what the first was thought to have twice. */
  private beginAgain(datagram: Datagram, time: number): Datagram | undefined {
    if (datagram.blocksAgain === 0 || datagram.cut !== Number.POSITIVE_INFINITY) {
      this.table.remove(datagram);
      return undefined;
    }
    this.parts.keepRepeated(datagram);
    this.table.waitAgain(datagram, time);
    return datagram;
  }

  private keep(datagram: Datagram, fragment: FragmentInput): boolean {
    const disagrees = contradicts(datagram, fragment);
    const isNew = this.parts.put(datagram, fragment);
    if (disagrees || this.parts.differs) {
      if (!datagram.overlapping) this.counters.fragmentsOverlapping++;
      datagram.overlapping = true;
    } else if (!isNew) this.counters.fragmentsDuplicate++;
    if (fragment.offset === 0 && !datagram.hasFirst) readFirst(datagram, fragment);
    return this.parts.isWhole(datagram) && this.complete(datagram, fragment.time);
  }

  private complete(datagram: Datagram, time: number): boolean {
    const { pages } = this.parts;
    const length = this.parts.lengthOf(datagram);
    this.counters.fragmentsReassembled++;
    pages.gather(datagram, Math.min(length, datagram.cut));
    this.table.settle(datagram, time);
    this.buf = pages.buf;
    this.from = pages.from;
    this.to = pages.to;
    this.truncated = datagram.cut < length;
    this.length = length;
    this.overlapping = datagram.overlapping;
    this.protocol = datagram.protocol;
    return true;
  }

  private giveUp(datagram: Datagram): void {
    this.counters.fragmentsTimedOut++;
    this.tellLost(datagram);
    this.table.remove(datagram);
  }

  private tellLost(datagram: Datagram): void {
    if (!datagram.hasPorts) return;
    const { source, destination, protocol, sourcePort, destinationPort } = datagram;
    this.onLost({ source, destination, transport: protocol, sourcePort, destinationPort });
  }
}

/**
 * RFC 791 §3.2 and RFC 8200 §4.5 want all fragments but the last in units of 8 bytes. Linux cuts
 * what is too much off in IPv4 (`ip_frag_queue`), and drops the fragment in IPv6.
 */
function isMalformed(fragment: FragmentInput): boolean {
  if (fragment.more && !fragment.isV6) {
    fragment.length &= ~7;
    fragment.to = Math.min(fragment.to, fragment.from + fragment.length);
  }
  const { length, offset, more } = fragment;
  return length <= 0 || (more && (length & 7) !== 0) || offset + length > LONGEST;
}

/** Whether it and another one cannot both be right about where the datagram ends. */
function contradicts(datagram: Datagram, fragment: FragmentInput): boolean {
  const end = fragment.offset + fragment.length;
  if (fragment.more) return datagram.end !== -1 && end >= datagram.end;
  return datagram.farthest > end || (datagram.end !== -1 && datagram.end !== end);
}

/** The first fragment says what the datagram carries, and mostly its ports. */
function readFirst(datagram: Datagram, fragment: FragmentInput): void {
  const { buf, from, to, protocol } = fragment;
  datagram.hasFirst = true;
  datagram.protocol = protocol;
  if (to - from < PORTS_LENGTH || (protocol !== Transport.Udp && protocol !== Transport.Tcp))
    return;
  datagram.hasPorts = true;
  datagram.sourcePort = buf.readUInt16BE(from);
  datagram.destinationPort = buf.readUInt16BE(from + 2);
}
