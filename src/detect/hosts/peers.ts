import type { Address } from '../../wire/address.js';
import type { PeerRole } from './peer-roles.js';

/** Hosts that the operator declared. */
export interface Peer {
  readonly includes: (address: Address) => boolean;
  readonly role: PeerRole;
  readonly name: string | undefined;
  /** What it does is counted and not told, unless it is compromise or fraud. */
  readonly trusted: boolean;
}

/** What the operator says of his network; replaced as a whole at a reload. */
export class Peers {
  private list: readonly Peer[] = [];
  /** Proxies and load balancers whose word on whom a request came from is believed. */
  isTrustedHop: (address: Address) => boolean = isNobody;

  declare(list: readonly Peer[] | undefined, hops: ((address: Address) => boolean) | undefined) {
    this.list = list ?? [];
    this.isTrustedHop = hops ?? isNobody;
  }

  /** What was declared of this address: the first entry that includes it. */
  find(address: Address): Peer | undefined {
    for (const peer of this.list) if (peer.includes(address)) return peer;
    return undefined;
  }
}

function isNobody(): boolean {
  return false;
}
