import { BoundedMap } from '../tables/bounded-map.js';
import type { Address } from './address.js';
import { Datagram, type Place, Queue, Share } from './datagram.js';
import { LONGEST } from './datagram-cells.js';
import type { DatagramPages } from './datagram-pages.js';
import type { FragmentInput } from './fragment-input.js';

/** A source has at most one of so many parts of the places and of the bytes. */
const SHARES = 16;

/**
 * Finds the datagram that a fragment belongs to, and decides who gives way when too many wait. A
 * source that has its share gives up its own oldest; else the oldest of all goes. Those that are
 * whole go before any that waits. All in constant time.
 */
export class DatagramTable {
  /** In order of their beginning; and those that are whole, in order of that. */
  readonly waiting = new Queue<Datagram>();
  readonly whole = new Queue<Datagram>();
  private readonly limit: number;
  private readonly pages: DatagramPages;
  private readonly mostOfOne: number;
  private readonly mostCellsOfOne: number;
  private readonly onEvict: (datagram: Datagram) => void;
  /** The first of those with a hash. */
  private readonly index: BoundedMap<number, Datagram>;
  private readonly shares: BoundedMap<Address, Share>;
  private readonly spare: Datagram[] = [];
  private made = 0;

  /** `onEvict` is told of each that gave way, while its fields are still there. */
  constructor(limit: number, pages: DatagramPages, onEvict: (datagram: Datagram) => void) {
    this.limit = limit;
    this.pages = pages;
    this.mostOfOne = Math.max(1, Math.floor(limit / SHARES));
    this.mostCellsOfOne = Math.max(LONGEST, Math.floor(pages.cells.free / SHARES));
    this.onEvict = onEvict;
    this.index = new BoundedMap(limit);
    this.shares = new BoundedMap(limit);
  }

  /** The hash only leads there: who makes two keys collide gets nobody's fragments mixed. */
  find(hash: number, fragment: FragmentInput): Datagram | undefined {
    let datagram = this.index.peek(hash);
    while (datagram !== undefined && !datagram.isOf(fragment)) datagram = datagram.nextAlike;
    return datagram;
  }

  /** A new one, for a fragment that belongs to none. */
  begin(hash: number, fragment: FragmentInput): Datagram {
    const key = accountable(fragment.source, fragment.tunnelSource);
    this.makePlace(key);
    const datagram = this.spare.pop() ?? new Datagram(this.made++);
    datagram.begin(hash, fragment);
    datagram.nextAlike = this.index.peek(hash);
    this.index.set(hash, datagram);
    this.wait(datagram, key);
    return datagram;
  }

  /** It is whole, but still remembered. */
  settle(datagram: Datagram, time: number): void {
    this.leaveShare(datagram);
    this.waiting.remove(datagram.inOrder);
    datagram.isWhole = true;
    datagram.since = time;
    this.whole.push(datagram.inOrder);
  }

  /** It was whole; now another one of the same key waits, and has what is left of its bytes. */
  waitAgain(datagram: Datagram, time: number): void {
    this.whole.remove(datagram.inOrder);
    datagram.isWhole = false;
    datagram.overlapping = false;
    datagram.since = time;
    const key = accountable(datagram.source, datagram.tunnelSource);
    const share = this.shares.peek(key);
    if (share !== undefined && share.datagrams.size >= this.mostOfOne) this.evictFrom(share);
    this.wait(datagram, key);
  }

  /** Forgets one, with its bytes. */
  remove(datagram: Datagram): void {
    if (datagram.isWhole) this.whole.remove(datagram.inOrder);
    else this.waiting.remove(datagram.inOrder);
    this.leaveShare(datagram);
    this.removeFromIndex(datagram);
    this.pages.release(datagram);
    this.spare.push(datagram);
  }

  /** Makes so many cells free for one that waits. False: it was the oldest, and so gave way. */
  makeRoom(datagram: Datagram, cells: number): boolean {
    const { share } = datagram;
    if (share === undefined) return false;
    while (share.cells + cells > this.mostCellsOfOne) {
      if (this.evictFrom(share) === datagram) return false;
    }
    while (this.pages.cells.free < cells) {
      if (this.evictOldest() === datagram) return false;
    }
    share.cells += cells;
    return true;
  }

  /** The clock was set back: what began later than now begins now. */
  setBack(now: number): void {
    for (const queue of [this.waiting, this.whole]) {
      let place: Place<Datagram> | undefined = queue.oldest;
      for (; place !== undefined; place = place.newer) {
        place.owner.since = Math.min(place.owner.since, now);
      }
    }
  }

  /** So that one more of this source may begin. */
  private makePlace(key: Address): void {
    const share = this.shares.peek(key);
    if (share !== undefined && share.datagrams.size >= this.mostOfOne) this.evictFrom(share);
    if (this.waiting.size + this.whole.size >= this.limit) this.evictOldest();
  }

  private wait(datagram: Datagram, key: Address): void {
    let share = this.shares.peek(key);
    if (share === undefined) {
      share = new Share(key);
      this.shares.set(key, share);
    }
    datagram.share = share;
    share.datagrams.push(datagram.inShare);
    share.cells += datagram.cells;
    this.waiting.push(datagram.inOrder);
  }

  private evictFrom(share: Share): Datagram | undefined {
    return this.evict(share.datagrams.oldest?.owner);
  }

  private evictOldest(): Datagram | undefined {
    const done = this.whole.oldest?.owner;
    if (done === undefined) return this.evict(this.waiting.oldest?.owner);
    this.remove(done);
    return done;
  }

  private evict(datagram: Datagram | undefined): Datagram | undefined {
    if (datagram === undefined) return undefined;
    this.onEvict(datagram);
    this.remove(datagram);
    return datagram;
  }

  private leaveShare(datagram: Datagram): void {
    const { share } = datagram;
    if (share === undefined) return;
    datagram.share = undefined;
    share.datagrams.remove(datagram.inShare);
    share.cells -= datagram.cells;
    if (share.datagrams.size === 0) this.shares.delete(share.key);
  }

  private removeFromIndex(datagram: Datagram): void {
    const { hash, nextAlike } = datagram;
    const first = this.index.peek(hash);
    if (first !== datagram) {
      let before = first;
      while (before !== undefined && before.nextAlike !== datagram) before = before.nextAlike;
      if (before !== undefined) before.nextAlike = nextAlike;
    } else if (nextAlike === undefined) this.index.delete(hash);
    else this.index.set(hash, nextAlike);
    datagram.nextAlike = undefined;
  }
}

/**
 * Whose share a datagram takes. Sources in a tunnel from anywhere are what its end says they are;
 * and one owner has all addresses of an IPv6 /64.
 */
function accountable(source: Address, tunnelSource: Address): Address {
  const sender = tunnelSource === 0 ? source : tunnelSource;
  return typeof sender === 'string' ? sender.slice(0, 8) : sender;
}
