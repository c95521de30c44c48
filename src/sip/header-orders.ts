/** Orders that are kept; a wire has a few dozen. */
const SLOTS = 256;
/** Of more header fields the order is put together each time. */
const MAX_FIELDS = 32;

/**
 * In which order header fields stand, as text. Agents write theirs alike in every message, so a text
 * once put together is found again by the ids; the texts kept are bounded, and no result depends on
 * which are.
 */
export class HeaderOrders {
  private readonly ids = new Uint8Array(SLOTS * MAX_FIELDS);
  private readonly lengths = new Uint8Array(SLOTS);
  private readonly texts: string[] = new Array(SLOTS).fill('');
  /** By header id. */
  private readonly codes: readonly string[];

  constructor(codes: readonly string[]) {
    this.codes = codes;
  }

  /** The codes of the first `length` ids, joined by one space. */
  of(ids: Uint8Array, length: number): string {
    if (length > MAX_FIELDS) return this.join(ids, length);
    let hash = length;
    for (let i = 0; i < length; i++) hash = (Math.imul(hash, 31) + ids[i]) | 0;
    const slot = (hash ^ (hash >>> 8) ^ (hash >>> 16)) & (SLOTS - 1);
    if (!this.isAt(slot, ids, length)) this.put(slot, ids, length);
    return this.texts[slot]!;
  }

  private isAt(slot: number, ids: Uint8Array, length: number): boolean {
    if (this.lengths[slot] !== length) return false;
    const at = slot * MAX_FIELDS;
    for (let i = 0; i < length; i++) if (this.ids[at + i] !== ids[i]) return false;
    return true;
  }

  private put(slot: number, ids: Uint8Array, length: number): void {
    for (let i = 0; i < length; i++) this.ids[slot * MAX_FIELDS + i] = ids[i];
    this.lengths[slot] = length;
    this.texts[slot] = this.join(ids, length);
  }

  private join(ids: Uint8Array, length: number): string {
    let order = '';
    for (let i = 0; i < length; i++) {
      order += i === 0 ? this.codes[ids[i]] : ` ${this.codes[ids[i]]}`;
    }
    return order;
  }
}
