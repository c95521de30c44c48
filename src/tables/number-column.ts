const SMALLEST = 64;
const GROWTH = 4;

/** A number for each slot of a table, where none of them is boxed. Grows in few steps. */
export class NumberColumn {
  private numbers = new Float64Array(0);
  private readonly slots: number;

  /** For slots below `slots`. */
  constructor(slots: number) {
    this.slots = slots;
  }

  get(slot: number): number {
    return this.numbers[slot]!;
  }

  is(slot: number, number: number): boolean {
    return this.numbers[slot] === number;
  }

  set(slot: number, number: number): void {
    if (slot >= this.numbers.length) this.grow(slot);
    this.numbers[slot] = number;
  }

  private grow(slot: number): void {
    const known = this.numbers;
    this.numbers = new Float64Array(Math.min(Math.max(SMALLEST, GROWTH * slot), this.slots));
    this.numbers.set(known);
  }
}
