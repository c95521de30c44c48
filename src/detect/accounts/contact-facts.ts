/** What is known of a contact that was bound or removed, and of its account at that registrar. */
export interface ContactFacts {
  /** Host and port of the contact, as it was registered. */
  readonly address: string;
  /** All contacts were removed (`Contact: *`, RFC 3261 §10.2.2). */
  readonly all: boolean;
  /** The account had been bound before, as far as was seen. */
  readonly known: boolean;
  /** It was known, but never from the network (/24, /64) that does this now. */
  readonly newNetwork: boolean;
  /** While it is bound, or was until now, from another network. */
  readonly foreign: boolean;
  /** Live bindings of the account from other networks, before this. */
  readonly others: number;
  /** Bindings from other networks that the registrar gave up for this, or that were removed. */
  readonly displaced: number;
  /** The User-Agent is none that bound this account before (digits and marks do not count). */
  readonly agentChanged: boolean;
  /**
   * Rejected credentials for the account within the last six hours, of all who never bound it; from how
   * many networks, and how many of one network with whom does this now, from how many addresses.
   */
  readonly failuresBefore: number;
  readonly failingNetworks: number;
  readonly failuresNear: number;
  readonly failingAddressesNear: number;
  /** It was done from a network where the account was never bound, though it was bound elsewhere. */
  readonly byStranger: boolean;
  /** After a removal by a stranger: it bound a contact of its own within half a minute. */
  readonly rebound: boolean;
}
