import type { SipMessage } from '../../sip/message.js';
import type { ViaView } from '../../sip/via.js';
import { type Address, parseAddress } from '../../wire/address.js';
import type { Packet } from '../../wire/packet.js';
import type { Peers } from './peers.js';

/** Trusted hops that one request may have come through. */
const MAX_HOPS = 8;
/** No text form of an address is longer (RFC 4291 §2.2), brackets included. */
const ADDRESS_LIMIT = 47;

/**
 * Sets who is held to account for a request. That is its sender, or behind a trusted hop whom that
 * hop says it got it from: a server notes in the topmost Via that came to it where from it came
 * (`received`, RFC 3261 §18.2.1, and `rport`, RFC 3581 §4) and puts its own on top. So the walk
 * goes down from the top for as long as the one who wrote the note is trusted; what is below was
 * written by anybody. Where the note cannot be read, the hop itself is held to account.
 */
export function setOrigin(packet: Packet, message: SipMessage, peers: Peers): void {
  packet.origin = packet.source;
  packet.originPort = packet.sourcePort;
  if (!message.isRequest) return;
  for (let hop = 1; hop <= MAX_HOPS && peers.isTrustedHop(packet.origin); hop++) {
    const via = message.viaAt(hop);
    if (via === undefined) return; // the hop's own request
    const from = senderOf(via);
    if (from === undefined) return;
    packet.origin = from;
    packet.originPort = portOf(via);
  }
}

/**
 * Whom a Via came from. A server adds `received` where that is not whom sent-by names; what the
 * client wrote there himself stands before, so the last one counts.
 */
function senderOf(via: ViaView): Address | undefined {
  const received = via.lastParam('received');
  const text = received === undefined || received === '' ? via.host() : received;
  return text === undefined || text.length > ADDRESS_LIMIT ? undefined : parseAddress(text);
}

function portOf(via: ViaView): number {
  const rport = Number(via.lastParam('rport') ?? '');
  if (Number.isInteger(rport) && rport > 0 && rport <= 65_535) return rport;
  return via.port === -1 ? 5060 : via.port;
}
