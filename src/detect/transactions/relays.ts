import type { SipMessage } from '../../sip/message.js';
import { Header } from '../../sip/tokens.js';
import { BoundedMap } from '../../tables/bounded-map.js';
import { Hasher } from '../../tables/hash.js';
import type { Counters } from '../../telemetry/counters.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import type { Address } from '../../wire/address.js';
import type { Packet } from '../../wire/packet.js';
import { shortCopy } from '../short-copy.js';

const LIMIT = 65_536;
/** Hosts that one request is followed through; who sends it to more is judged for it. */
const MAX_HOPS = 8;
/** A proxy passes a request on at once; later it is somebody's own (seconds). */
const MEMORY = 10;
const BRANCH_LIMIT = 128;

/** A host that a request has reached, and the tunnel through which it did. */
interface Hop {
  readonly host: Address;
  readonly tunnelSource: Address;
  readonly tunnelDestination: Address;
}

/** A request: who sent it first, its branch, and whom it has reached since. */
interface Way {
  readonly from: Address;
  readonly branch: string;
  readonly at: number;
  readonly reached: Hop[];
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
  private readonly ways: BoundedMap<number, Way>;
  private readonly hasher = new Hasher();

  constructor(counters: Counters) {
    this.ways = new BoundedMap(LIMIT, () => {
      counters.relaysEvicted++;
    });
  }

  /** Whether this request was seen just before on its way to the host that now sends it. */
  isRelayed(message: SipMessage, packet: Packet): boolean {
    const branch = message.via.branch();
    if (branch === undefined || message.callIdTo === message.callIdFrom) return false;
    const key = this.keyOf(message);
    const { source, time } = packet;
    const hop = hopOf(packet);
    const way = this.ways.get(key);
    if (way === undefined || Math.abs(time - way.at) > MEMORY) {
      const own = shortCopy(branch, BRANCH_LIMIT);
      this.ways.set(key, { from: source, branch: own, at: time, reached: [hop] });
      return false;
    }
    const { from, reached } = way;
    const received = reached.some((known) => hasReachedSender(known, packet));
    const relayed = source !== from && received && inherits(message, way.branch);
    if (!relayed && source !== from) return false;
    if (!reached.some((known) => isSame(known, hop))) {
      if (reached.length === MAX_HOPS) return false;
      reached.push(hop);
    }
    return relayed;
  }

  table(): TableStatus {
    return this.ways.status('relays');
  }

  private keyOf(message: SipMessage): number {
    return this.hasher
      .begin()
      .addBytes(message.buf, message.callIdFrom, message.callIdTo)
      .addNumber(message.cseqNumber)
      .addNumber(message.methodId)
      .addText(message.fromHeader.tag() ?? '')
      .end();
  }
}

function hopOf({ destination, tunnelSource, tunnelDestination }: Packet): Hop {
  return { host: destination, tunnelSource, tunnelDestination };
}

function isSame(a: Hop, b: Hop): boolean {
  return (
    a.host === b.host &&
    a.tunnelSource === b.tunnelSource &&
    a.tunnelDestination === b.tunnelDestination
  );
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
  if (message.viaCount < 2) return false;
  const lines = message.count(Header.Via);
  for (let line = 0; line < lines && line <= MAX_HOPS; line++) {
    if (message.text(Header.Via, line)?.includes(branch) === true) return true;
  }
  return false;
}
