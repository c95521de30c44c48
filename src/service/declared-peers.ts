import { addressTest } from '../config/address-ranges.js';
import type { Config } from '../config/config.js';
import type { DeclaredPeer } from '../config/peer-shapes.js';
import type { Peer } from '../detect/hosts/peers.js';
import type { Address } from '../wire/address.js';

/** What the operator says of his network, as the sensor takes it. */
export interface Declared {
  readonly peers: readonly Peer[];
  readonly trustedHops: (address: Address) => boolean;
}

export function declaredIn(config: Pick<Config, 'peers' | 'trusted_hops'>): Declared {
  return { peers: peersOf(config.peers), trustedHops: addressTest(config.trusted_hops) };
}

/** In their order: the first that includes an address holds. */
export function peersOf(list: readonly DeclaredPeer[]): Peer[] {
  return list.map(({ addresses, role, name, trusted }) => ({
    includes: addressTest(addresses),
    role,
    name,
    trusted: trusted === true,
  }));
}
