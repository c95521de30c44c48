import type { Window } from './signature.js';

/** What a count reached when it fired. */
export interface Reached {
  readonly window: Window;
  readonly count: number;
}

/**
 * An array that grows takes room for sixteen more. Below so many cells it is made anew at its length:
 * most groups have few entries.
 */
const FEW_CELLS = 8;

/**
 * Times in order, or values with the time each was last seen: the newest so many of one group. They
 * stand in one array, in turn where there are values; when it is full, the oldest is written over.
 */
export class Tally {
  /** The group may be of many sources. */
  readonly shared: boolean;
  /** Cells of one entry: its time, and the hash of its value where different values are counted. */
  private readonly width: 1 | 2;
  private cells: number[];
  /** The cell of the oldest. */
  private first = 0;

  constructor(shared: boolean, hasValues: boolean, cells: number[] = []) {
    this.shared = shared;
    this.width = hasValues ? 2 : 1;
    this.cells = cells;
  }

  /** Of one time, and of its value where there is one. */
  static ofOne(shared: boolean, time: number, value: number | undefined): Tally {
    return value === undefined
      ? new Tally(shared, false, [time])
      : new Tally(shared, true, [time, value]);
  }

  get hasValues(): boolean {
    return this.width === 2;
  }

  /** Numbers that it keeps. */
  get weight(): number {
    return this.cells.length;
  }

  /** Its oldest time; NaN: it is empty. */
  get began(): number {
    return this.cells.length === 0 ? Number.NaN : this.cells[this.first]!;
  }

  /** Adds one; the oldest gives way when there are `most`. */
  push(time: number, most: number): void {
    if (this.cells.length >= most) {
      this.cells[this.turn()] = time;
      return;
    }
    this.straighten();
    if (this.cells.length < FEW_CELLS) this.cells = this.cells.concat(time);
    else this.cells.push(time);
  }

  /** Adds a value, or gives one that is there this time as its last. */
  pushValue(time: number, value: number, most: number): void {
    const { cells } = this;
    const known = this.find(value);
    let at: number;
    if (known !== -1) at = this.takeOut(known);
    else if (cells.length >= 2 * most) at = this.turn();
    else {
      this.straighten();
      if (cells.length < FEW_CELLS) this.cells = this.cells.concat(time, value);
      else this.cells.push(time, value);
      return;
    }
    cells[at] = time;
    cells[at + 1] = value;
  }

  /** The shortest of the windows that are full now, if any is. */
  reached(now: number, windows: readonly Window[]): Reached | undefined {
    let shortest: Window | undefined;
    for (const window of windows) {
      if (!this.fills(window, now)) continue;
      if (shortest === undefined || window.within < shortest.within) shortest = window;
    }
    return shortest && { window: shortest, count: shortest.atLeast };
  }

  times(): number[] {
    return this.inOrder().filter((_, i) => i % this.width === 0);
  }

  values(): number[] | undefined {
    return this.hasValues ? this.inOrder().filter((_, i) => i % 2 === 1) : undefined;
  }

  /**
   * A window is full when its n-th newest entry is young enough. One from a time that is yet to
   * come, since the clock was set back, fills none.
   */
  private fills({ atLeast, within }: Window, now: number): boolean {
    const { length } = this.cells;
    const back = atLeast * this.width;
    if (back > length) return false;
    const at = this.first + length - back;
    const nth = this.cells[at < length ? at : at - length]!;
    return nth <= now && now - nth <= within;
  }

  /** The cell of an entry with this value, the newest first; -1: there is none. */
  private find(value: number): number {
    const { cells, first } = this;
    for (let at = first - 2; at >= 0; at -= 2) if (cells[at + 1] === value) return at;
    for (let at = cells.length - 2; at >= first; at -= 2) if (cells[at + 1] === value) return at;
    return -1;
  }

  /** Those after this entry move up by one: gives the last cell, which is now free. */
  private takeOut(entry: number): number {
    const { cells, first } = this;
    const last = first === 0 ? cells.length - 2 : first - 2;
    let at = entry;
    while (at !== last) {
      const next = at + 2 === cells.length ? 0 : at + 2;
      cells[at] = cells[next]!;
      cells[at + 1] = cells[next + 1]!;
      at = next;
    }
    return last;
  }

  /** The cell of the oldest, which becomes that of the newest. */
  private turn(): number {
    const oldest = this.first;
    const next = oldest + this.width;
    this.first = next === this.cells.length ? 0 : next;
    return oldest;
  }

  private straighten(): void {
    if (this.first === 0) return;
    this.cells = this.inOrder();
    this.first = 0;
  }

  private inOrder(): number[] {
    return [...this.cells.slice(this.first), ...this.cells.slice(0, this.first)];
  }
}
