import type { SipMessage } from '../../sip/message.js';
import { Header } from '../../sip/tokens.js';
import { Hasher } from '../../tables/hash.js';
import { KeySlots, NOWHERE } from '../../tables/key-slots.js';
import { UseOrder } from '../../tables/use-order.js';
import type { Counters } from '../../telemetry/counters.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import type { Address } from '../../wire/address.js';
import type { Packet } from '../../wire/packet.js';
import { AddressColumn } from './address-column.js';
import { Branches } from './branches.js';

const LIMIT = 65_536;
/** Hosts that one request is followed through; who sends it to more is judged for it. */
const MAX_HOPS = 8;
/** A proxy passes a request on at once; later it is somebody's own (seconds). */
const MEMORY = 10;

/** Where the order of use begins and ends; the slots of keys are from 1. */
const END = 0;

/** A host that a request has reached, and the tunnel through which it did. */
interface Hop {
  readonly host: Address;
  readonly tunnelSource: Address;
  readonly tunnelDestination: Address;
}

/**
 * Tells a request that a proxy passes on from one that its sender made. A proxy leaves Call-ID,
 * CSeq and From tag as they are and puts its Via on top of the one that came (RFC 3261 §16.6). A
 * mirror often shows both legs: who is to be judged is the sender of the first, and never the
 * proxy for what it was sent. Forging this takes a request that was just seen to reach the forger,
 * its Via included, and hides him from eight hosts for ten seconds. What came to him through a
 * tunnel counts for what he sends back through it: into a tunnel he could write both himself.
 */
export class Relays {
  private readonly slots = new KeySlots<number>(END + 1, LIMIT);
  private readonly order = new UseOrder(1);
  /** By slot: who sent the request first, when, and its branch. */
  private readonly from = new AddressColumn();
  private at = new Float64Array(0);
  private readonly branches = new Branches(END + 1 + LIMIT);
  /** Whom it reached first. */
  private readonly host = new AddressColumn();
  private readonly tunnelSource = new AddressColumn();
  private readonly tunnelDestination = new AddressColumn();
  /** Whom it has reached since. */
  private readonly further: (Hop[] | undefined)[] = [undefined];
  private evicted = 0;
  private readonly hasher = new Hasher();
  private readonly counters: Counters;

  constructor(counters: Counters) {
    this.counters = counters;
  }

  /** Whether this request was seen just before on its way to the host that now sends it. */
  isRelayed(message: SipMessage, packet: Packet): boolean {
    if (message.callIdTo === message.callIdFrom || !message.via.hasBranch) return false;
    const key = this.keyOf(message);
    const slot = this.slots.find(key);
    if (slot === NOWHERE) {
      this.note(this.newSlot(key), message, packet);
      return false;
    }
    this.order.remove(slot);
    this.order.add(slot, END);
    if (Math.abs(packet.time - this.at[slot]!) > MEMORY) {
      this.note(slot, message, packet);
      return false;
    }
    return this.comesAgain(slot, message, packet);
  }

  table(): TableStatus {
    const { slots, evicted } = this;
    return { table: 'relays', entries: slots.size, limit: LIMIT, evicted };
  }

  private comesAgain(slot: number, message: SipMessage, packet: Packet): boolean {
    const isFirst = this.from.is(slot, packet.source);
    const further = this.further[slot];
    const received = this.reachedSender(slot, packet) || hasOneReachedSender(further, packet);
    const relayed = !isFirst && received && inherits(message, this.branches.at(slot));
    if (!relayed && !isFirst) return false;
    if (this.reachedSame(slot, packet) || isOneSame(further, packet)) return relayed;
    if (further === undefined) this.further[slot] = [hopOf(packet)];
    else if (further.length + 1 === MAX_HOPS) return false;
    else further.push(hopOf(packet));
    return relayed;
  }

  private newSlot(key: number): number {
    const { slots, order } = this;
    if (slots.size >= LIMIT) {
      const oldest = order.newer(END);
      order.remove(oldest);
      slots.remove(oldest);
      this.evicted++;
      this.counters.relaysEvicted++;
    }
    const slot = slots.add(key);
    order.add(slot, END);
    if (slot >= this.at.length) this.grow(slot);
    if (slot === this.further.length) this.further.push(undefined);
    return slot;
  }

  /** Its first sight. Of most requests this is all: they come once, and nobody passes them on. */
  private note(slot: number, { via }: SipMessage, packet: Packet): void {
    this.from.set(slot, packet.source);
    this.at[slot] = packet.time;
    this.branches.set(slot, via);
    this.host.set(slot, packet.destination);
    this.tunnelSource.set(slot, packet.tunnelSource);
    this.tunnelDestination.set(slot, packet.tunnelDestination);
    if (this.further[slot] !== undefined) this.further[slot] = undefined;
  }

  private reachedSame(slot: number, packet: Packet): boolean {
    return (
      this.host.is(slot, packet.destination) &&
      this.tunnelSource.is(slot, packet.tunnelSource) &&
      this.tunnelDestination.is(slot, packet.tunnelDestination)
    );
  }

  private reachedSender(slot: number, packet: Packet): boolean {
    return (
      this.host.is(slot, packet.source) &&
      this.tunnelSource.is(slot, packet.tunnelDestination) &&
      this.tunnelDestination.is(slot, packet.tunnelSource)
    );
  }

  private grow(slot: number): void {
    const { at } = this;
    this.at = new Float64Array(Math.min(4 * Math.max(slot, 16), END + 1 + LIMIT));
    this.at.set(at);
  }

  private keyOf(message: SipMessage): number {
    const hasher = message
      .beginWithCallId(this.hasher)
      .addNumber(message.cseqNumber)
      .addNumber(message.methodId);
    message.fromHeader.addTag(hasher);
    return hasher.end();
  }
}

function hopOf({ destination, tunnelSource, tunnelDestination }: Packet): Hop {
  return { host: destination, tunnelSource, tunnelDestination };
}

function isSame(hop: Hop, packet: Packet): boolean {
  return (
    hop.host === packet.destination &&
    hop.tunnelSource === packet.tunnelSource &&
    hop.tunnelDestination === packet.tunnelDestination
  );
}

function isOneSame(hops: readonly Hop[] | undefined, packet: Packet): boolean {
  if (hops === undefined) return false;
  for (const hop of hops) if (isSame(hop, packet)) return true;
  return false;
}

function hasOneReachedSender(hops: readonly Hop[] | undefined, packet: Packet): boolean {
  if (hops === undefined) return false;
  for (const hop of hops) if (hasReachedSender(hop, packet)) return true;
  return false;
}

function hasReachedSender(hop: Hop, packet: Packet): boolean {
  return (
    hop.host === packet.source &&
    hop.tunnelSource === packet.tunnelDestination &&
    hop.tunnelDestination === packet.tunnelSource
  );
}

/** The Via of the first leg stands below the sender's own. */
function inherits(message: SipMessage, branch: string): boolean {
  const lines = message.count(Header.Via);
  if (lines < 2 && message.viaCount < 2) return false;
  for (let line = 0; line < lines && line <= MAX_HOPS; line++) {
    if (message.text(Header.Via, line)?.includes(branch) === true) return true;
  }
  return false;
}
