import type { Address } from './address.js';
import type { FragmentInput } from './fragment-input.js';

/** A place in a queue; its owner has one for each queue that it may stand in. */
export class Place<T> {
  readonly owner: T;
  older: Place<T> | undefined = undefined;
  newer: Place<T> | undefined = undefined;

  constructor(owner: T) {
    this.owner = owner;
  }
}

/** In the order in which they came, without allocating; one in the middle leaves in constant time. */
export class Queue<T> {
  oldest: Place<T> | undefined = undefined;
  size = 0;
  private newest: Place<T> | undefined = undefined;

  push(place: Place<T>): void {
    place.older = this.newest;
    place.newer = undefined;
    if (this.newest === undefined) this.oldest = place;
    else this.newest.newer = place;
    this.newest = place;
    this.size++;
  }

  remove(place: Place<T>): void {
    if (place.older === undefined) this.oldest = place.newer;
    else place.older.newer = place.newer;
    if (place.newer === undefined) this.newest = place.older;
    else place.newer.older = place.older;
    place.older = undefined;
    place.newer = undefined;
    this.size--;
  }
}

/** What one source has waiting. */
export class Share {
  readonly key: Address;
  readonly datagrams = new Queue<Datagram>();
  /** Cells that they hold together. */
  cells = 0;

  constructor(key: Address) {
    this.key = key;
  }
}

/** A datagram of which fragments have come. Used again for another one when it is given up. */
export class Datagram {
  /** Its number among all, for `DatagramPages`. */
  readonly slot: number;
  readonly inOrder: Place<Datagram> = new Place<Datagram>(this);
  readonly inShare: Place<Datagram> = new Place<Datagram>(this);
  /** Of the source; undefined once it is whole. */
  share: Share | undefined = undefined;
  hash = 0;
  /** Another datagram of the same hash. */
  nextAlike: Datagram | undefined = undefined;

  source: Address = 0;
  destination: Address = 0;
  identification = 0;
  protocol = 0;
  tunnelSource: Address = 0;
  tunnelDestination: Address = 0;
  vlan = -1;

  isWhole = false;
  /** When it began; when it became whole, if it is. Packet time. */
  since = 0;
  overlapping = false;
  /** The first fragment came; and with both ports of UDP or TCP. */
  hasFirst = false;
  hasPorts = false;
  sourcePort = 0;
  destinationPort = 0;

  /** What follows is kept by `DatagramParts`. Its cells, linked in the order of their coming. */
  firstCell = 0;
  lastCell = 0;
  cells = 0;
  /** Blocks that have come, and those that came again since it is whole. */
  blocks = 0;
  blocksAgain = 0;
  /** Blocks from the beginning without a gap. */
  run = 0;
  /** Where the first fragment ends that said it was the last one, or -1; and where any ends. */
  end = -1;
  farthest = 0;
  /** The first byte that was not captured. */
  cut = Number.POSITIVE_INFINITY;

  constructor(slot: number) {
    this.slot = slot;
  }

  begin(hash: number, fragment: FragmentInput): void {
    this.hash = hash;
    this.source = fragment.source;
    this.destination = fragment.destination;
    this.identification = fragment.identification;
    this.protocol = fragment.protocol;
    this.tunnelSource = fragment.tunnelSource;
    this.tunnelDestination = fragment.tunnelDestination;
    this.vlan = fragment.vlan;
    this.isWhole = false;
    this.since = fragment.time;
    this.overlapping = false;
    this.hasFirst = false;
    this.hasPorts = false;
    this.blocks = 0;
    this.blocksAgain = 0;
    this.run = 0;
    this.end = -1;
    this.farthest = 0;
    this.cut = Number.POSITIVE_INFINITY;
  }

  /**
   * RFC 791 §2.3 and RFC 8200 §4.5; the protocol only in IPv4, since in IPv6 it is that of the first
   * fragment, whatever the others say.
   */
  isOf(fragment: FragmentInput): boolean {
    return (
      this.identification === fragment.identification &&
      this.source === fragment.source &&
      this.destination === fragment.destination &&
      (fragment.isV6 || this.protocol === fragment.protocol) &&
      this.vlan === fragment.vlan &&
      this.tunnelSource === fragment.tunnelSource &&
      this.tunnelDestination === fragment.tunnelDestination
    );
  }
}
