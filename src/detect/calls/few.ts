/** A value for each slot of a table; see `NumberColumn` and `AddressColumn`. */
interface Column<T> {
  set(slot: number, value: T): void;
  is(slot: number, value: T): boolean;
}

/**
 * A few different values for each slot of a table, in order of arrival. As many as most slots have
 * stand in columns, a column for the first, another for the second, and so on; what goes beyond
 * stands in a list. An array for each slot would take five times the memory.
 */
export class Few<T> {
  private readonly limit: number;
  private readonly columns: readonly Column<T>[];
  /** By slot: how many of the columns are in use. */
  private readonly used: Uint8Array;
  /** By slot. */
  private readonly more = new Map<number, T[]>();

  /** For slots below `slots`; each keeps the first `limit` values. */
  constructor(slots: number, limit: number, columns: readonly Column<T>[]) {
    this.limit = limit;
    this.columns = columns;
    this.used = new Uint8Array(slots);
  }

  /** The slot begins without values; to be called before it is used. */
  clear(slot: number): void {
    if (this.used[slot] === this.columns.length) this.more.delete(slot);
    this.used[slot] = 0;
  }

  /** Adds a value that is not there yet, if there is room. */
  add(slot: number, value: T): void {
    if (this.indexOf(slot, value) !== -1) return;
    const { columns } = this;
    const used = this.used[slot]!;
    if (used < columns.length) {
      columns[used]!.set(slot, value);
      this.used[slot] = used + 1;
      return;
    }
    const more = this.more.get(slot);
    if (more === undefined) this.more.set(slot, [value]);
    else if (columns.length + more.length < this.limit) more.push(value);
  }

  has(slot: number, value: T): boolean {
    return this.indexOf(slot, value) !== -1;
  }

  /** How many came before this value; -1: it is not there. */
  indexOf(slot: number, value: T): number {
    const { columns } = this;
    const used = this.used[slot]!;
    for (let i = 0; i < used; i++) if (columns[i]!.is(slot, value)) return i;
    if (used < columns.length) return -1;
    const at = this.more.get(slot)?.indexOf(value) ?? -1;
    return at === -1 ? -1 : used + at;
  }
}
