import type { SipMessage } from '../../sip/message.js';
import { Header } from '../../sip/tokens.js';
import { Hasher } from '../../tables/hash.js';
import { NumberColumn } from '../../tables/number-column.js';
import { NOWHERE, SlotTable, slotsOf } from '../../tables/slot-table.js';
import type { Counters } from '../../telemetry/counters.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import type { Address } from '../../wire/address.js';
import type { Packet } from '../../wire/packet.js';
import { AddressColumn } from './address-column.js';
import { Branches } from './branches.js';

const LIMIT = 65_536;
const SLOTS = slotsOf(LIMIT);
/** Hosts that one request is followed through; who sends it to more is judged for it. */
const MAX_HOPS = 8;
/** A proxy passes a request on at once; later it is somebody's own (seconds). */
const MEMORY = 10;

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
  private readonly requests: SlotTable<number>;
  /** By slot: who sent the request first, when, and its branch. */
  private readonly from = new AddressColumn(SLOTS);
  private readonly at = new NumberColumn(SLOTS);
  private readonly branches = new Branches(SLOTS);
  /** Whom it reached first. */
  private readonly host = new AddressColumn(SLOTS);
  private readonly tunnelSource = new AddressColumn(SLOTS);
  private readonly tunnelDestination = new AddressColumn(SLOTS);
  /** Whom it has reached since. */
  private readonly further: (Hop[] | undefined)[] = [undefined];
  private readonly hasher = new Hasher();

  constructor(counters: Counters) {
    this.requests = new SlotTable(LIMIT, () => {
      counters.relaysEvicted++;
    });
  }

  /** Whether this request was seen just before on its way to the host that now sends it. */
  isRelayed(message: SipMessage, packet: Packet): boolean {
    if (message.callIdTo === message.callIdFrom || !message.via.hasBranch) return false;
    const key = this.keyOf(message);
    const slot = this.requests.find(key);
    if (slot === NOWHERE) {
      this.note(this.requests.add(key), message, packet);
      return false;
    }
    this.requests.use(slot);
    if (Math.abs(packet.time - this.at.get(slot)) > MEMORY) {
      this.note(slot, message, packet);
      return false;
    }
    return this.comesAgain(slot, message, packet);
  }

  table(): TableStatus {
    return this.requests.status('relays');
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

  /** Its first sight. Of most requests this is all: they come once, and nobody passes them on. */
  private note(slot: number, { via }: SipMessage, packet: Packet): void {
    this.from.set(slot, packet.source);
    this.at.set(slot, packet.time);
    this.branches.set(slot, via);
    this.host.set(slot, packet.destination);
    this.tunnelSource.set(slot, packet.tunnelSource);
    this.tunnelDestination.set(slot, packet.tunnelDestination);
    // Slots are first used in their order.
    if (slot === this.further.length) this.further.push(undefined);
    else if (this.further[slot] !== undefined) this.further[slot] = undefined;
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
