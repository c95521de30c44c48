const SMALLEST = 16;

/**
 * The order in which slots were used, in one array of whole numbers: two neighbours for each slot.
 * There may be several such chains; each closes at a slot of its own that stands for no key, its
 * `end`. So a chain without slots, or a slot at either side, is no special case.
 */
export class UseOrder {
  /** At 2 × slot the one used next after it, then the one used last before it. */
  private links: Int32Array;

  /** Slots below `ends` are the ends of so many chains. */
  constructor(ends: number) {
    this.links = new Int32Array(2 * Math.max(ends, 1));
    for (let end = 0; end < ends; end++) this.links.fill(end, 2 * end, 2 * end + 2);
  }

  /** The one used after this; of an end the oldest of its chain, of the newest the end. */
  newer(slot: number): number {
    return this.links[2 * slot]!;
  }

  /** The one used before this; of an end the newest of its chain, of the oldest the end. */
  older(slot: number): number {
    return this.links[2 * slot + 1]!;
  }

  /** Puts a slot that is in no chain before the newest of this one. */
  add(slot: number, end: number): void {
    if (2 * slot >= this.links.length) this.grow(slot);
    const { links } = this;
    const newest = links[2 * end + 1]!;
    links[2 * newest] = slot;
    links[2 * slot + 1] = newest;
    links[2 * slot] = end;
    links[2 * end + 1] = slot;
  }

  remove(slot: number): void {
    const { links } = this;
    const newer = links[2 * slot]!;
    const older = links[2 * slot + 1]!;
    links[2 * newer + 1] = older;
    links[2 * older] = newer;
  }

  private grow(slot: number): void {
    const known = this.links;
    this.links = new Int32Array(2 * Math.max(SMALLEST, 4 * slot));
    this.links.set(known);
  }
}
