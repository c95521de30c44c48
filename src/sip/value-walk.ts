import type { HeaderIndex } from './header-index.js';
import { valueEnd } from './name-addr.js';
import type { Header } from './tokens.js';

/**
 * Finds the nth value of a list header that may fill several fields (RFC 3261 §7.3.1). Remembers
 * where it stands, so that asking for the values in their order reads each byte once.
 */
export class ValueWalk {
  /** The value's bytes, blanks around it included; it ends at a comma, or where its field does. */
  from = 0;
  to = 0;
  private readonly headers: HeaderIndex;
  private readonly id: Header;
  /** Which value it stands on, and in which field; -1: before the first. */
  private nth = -1;
  private field = -1;

  constructor(headers: HeaderIndex, id: Header) {
    this.headers = headers;
    this.id = id;
  }

  /** Back to before the first value. */
  reset(): void {
    this.nth = -1;
    this.field = -1;
    this.from = this.to = 0;
  }

  /** Whether there is an nth value (from 0); it stands on it then. */
  seek(buf: Buffer, nth: number): boolean {
    if (nth < this.nth) this.reset();
    while (this.nth < nth) if (!this.next(buf)) return false;
    return nth >= 0;
  }

  private next(buf: Buffer): boolean {
    const { headers } = this;
    if (this.field === -1) this.field = headers.first[this.id];
    else if (this.to < headers.valueTo[this.field]) return this.standOn(buf, this.to + 1);
    else this.field = this.fieldAfter(this.field);
    if (this.field !== -1) return this.standOn(buf, headers.valueFrom[this.field]);
    this.reset();
    return false;
  }

  private standOn(buf: Buffer, from: number): boolean {
    this.from = from;
    this.to = valueEnd(buf, from, this.headers.valueTo[this.field]);
    this.nth++;
    return true;
  }

  /** The next field of this name, or -1. */
  fieldAfter(field: number): number {
    const { headers } = this;
    for (let i = field + 1; i < headers.length; i++) if (headers.ids[i] === this.id) return i;
    return -1;
  }
}
