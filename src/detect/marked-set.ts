/** What a target, or the servers as to an account, have shown a source so far: bits of a set. */
export const Mark = {
  Tried: 1,
  /** It granted something: a registration, a call, or a request with credentials. */
  Accepted: 2,
  /** A registration of this source stands there. */
  Registered: 4,
  /** The account was shown to exist (challenged, ringing, registered). */
  Exists: 8,
  /** The account was shown not to exist. */
  Unknown: 16,
  /** Credentials for it were rejected. */
  Rejected: 32,
  /** It answered a message, or a TLS session began: somebody is there who may speak SIP. */
  Answered: 64,
  /** The source sent credentials for the account. */
  Login: 128,
  /** It accepted a TCP connection. A firewall may do that in the name of hosts that are not there. */
  Open: 256,
  /** The source began a TLS session with it. */
  Tls: 512,
} as const;

/** What `MarkedSet.mark` did: nothing was stored, a known key got marks, or a key is new. */
export type Stored = 'refused' | 'known' | 'new';

/** A set of keys with marks, exact up to the limit that is given with each addition. */
export class MarkedSet<K> {
  private readonly marks = new Map<K, number>();
  /** Additions that found the set full: an upper bound of what is not told apart. */
  overflow = 0;

  get size(): number {
    return this.marks.size;
  }

  get(key: K): number {
    return this.marks.get(key) ?? 0;
  }

  has(key: K): boolean {
    return this.marks.has(key);
  }

  /** Adds marks to a key; a new one is refused when the set has `limit` keys. */
  mark(key: K, marks: number, limit: number): Stored {
    const known = this.marks.get(key);
    if (known === undefined && this.marks.size >= limit) {
      this.overflow++;
      return 'refused';
    }
    this.marks.set(key, (known ?? 0) | marks);
    return known === undefined ? 'new' : 'known';
  }

  /** Forgets all but the keys that have one of `marks`; gives how many it forgot. */
  keepOnly(marks: number): number {
    const before = this.marks.size;
    for (const [key, own] of this.marks) if ((own & marks) === 0) this.marks.delete(key);
    this.overflow = 0;
    return before - this.marks.size;
  }

  /** Keys with their marks, in order of arrival, one after the other. */
  flat(): (K | number)[] {
    const list: (K | number)[] = [];
    for (const [key, marks] of this.marks) list.push(key, marks);
    return list;
  }

  /** How many keys have all of `mark`. */
  count(mark: number): number {
    let count = 0;
    for (const marks of this.marks.values()) if ((marks & mark) === mark) count++;
    return count;
  }

  /** The first few keys with all of `mark`, in order of arrival. */
  sample(mark: number, most: number): K[] {
    const found: K[] = [];
    for (const [key, marks] of this.marks) {
      if ((marks & mark) === mark && found.push(key) === most) break;
    }
    return found;
  }
}
