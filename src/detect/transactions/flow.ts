import type { Address } from '../../wire/address.js';
import type { Packet } from '../../wire/packet.js';

/** Who sent something to whom, and through which tunnel; see `Packet` for its ends. */
export interface Flow {
  readonly source: Address;
  readonly sourcePort: number;
  readonly target: Address;
  readonly targetPort: number;
  readonly tunnelSource: Address;
  readonly tunnelTarget: Address;
}

/** The packet goes the same way. */
export function isSameWay(flow: Flow, packet: Packet): boolean {
  return (
    isFromTo(flow, packet) &&
    flow.tunnelSource === packet.tunnelSource &&
    flow.tunnelTarget === packet.tunnelDestination
  );
}

/**
 * The packet goes from the target's host to the source's, through the same tunnel. Whoever may put
 * packets into a tunnel can forge both sides of a conversation, but only in his own direction.
 */
export function isWayBack(flow: Flow, packet: Packet): boolean {
  return (
    flow.source === packet.destination &&
    flow.target === packet.source &&
    isTunnelBack(flow, packet)
  );
}

/** The same, from port to port. */
export function isPortsWayBack(flow: Flow, packet: Packet): boolean {
  return (
    flow.sourcePort === packet.destinationPort &&
    flow.targetPort === packet.sourcePort &&
    isWayBack(flow, packet)
  );
}

/** An ICMP error that came the way back quotes a packet of this flow. */
export function isQuoted(flow: Flow, packet: Packet): boolean {
  return isFromTo(flow, packet) && isTunnelBack(flow, packet);
}

function isFromTo(flow: Flow, packet: Packet): boolean {
  return (
    flow.source === packet.source &&
    flow.sourcePort === packet.sourcePort &&
    flow.target === packet.destination &&
    flow.targetPort === packet.destinationPort
  );
}

/** Through the tunnel from its far end; a tunnel with but one end has none. */
function isTunnelBack(flow: Flow, packet: Packet): boolean {
  return (
    flow.tunnelSource === packet.tunnelDestination &&
    flow.tunnelTarget === packet.tunnelSource &&
    (flow.tunnelSource === 0 || flow.tunnelSource !== flow.tunnelTarget)
  );
}
