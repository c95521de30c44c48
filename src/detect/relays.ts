import type { SipMessage } from '../sip/message.js';
import type { Address } from '../wire/address.js';
import type { Packet } from '../wire/packet.js';
import { BoundedMap } from './bounded-map.js';
import { Hasher } from './hash.js';

const LIMIT = 65_536;
/** Hosts that one request is followed through; beyond it the next proxy would be judged. */
const MAX_HOPS = 8;

/** A request: who sent it first, and whom it has reached since. */
interface Way {
  readonly from: Address;
  readonly reached: Address[];
}

/**
 * Tells a request that a proxy passes on (RFC 3261 §16.6 leaves Call-ID, CSeq and From tag as
 * they are) from one that its sender made. A mirror often shows both legs of a proxy: who is to
 * be judged is the sender of the first, and never the proxy for what it was sent. Forging this
 * takes a request that was seen to reach the very host that seems to send it on.
 */
export class Relays {
  private readonly ways = new BoundedMap<number, Way>(LIMIT);
  private readonly hasher = new Hasher();

  /** Whether this request was seen before on its way to the host that now sends it. */
  isRelayed(message: SipMessage, packet: Packet): boolean {
    if (message.callIdTo === message.callIdFrom) return false;
    const key = this.hasher
      .begin()
      .addBytes(message.buf, message.callIdFrom, message.callIdTo)
      .addNumber(message.cseqNumber)
      .addNumber(message.methodId)
      .addText(message.fromHeader.tag() ?? '')
      .end();
    const { source, destination } = packet;
    const way = this.ways.get(key);
    if (way === undefined) {
      this.ways.set(key, { from: source, reached: [destination] });
      return false;
    }
    const relayed = source !== way.from && way.reached.includes(source);
    const follows = relayed || source === way.from;
    if (follows && way.reached.length < MAX_HOPS && !way.reached.includes(destination)) {
      way.reached.push(destination);
    }
    return relayed;
  }
}
