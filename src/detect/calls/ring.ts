const FIRST_SIZE = 8;

/** A few hundred numbers, the oldest out first; grows as it fills. */
export class Ring {
  length = 0;
  /** As many as a power of two. */
  private cells = new Float64Array(FIRST_SIZE);
  private at = 0;

  first(): number {
    return this.cells[this.at]!;
  }

  push(value: number): void {
    if (this.length === this.cells.length) this.grow();
    this.cells[(this.at + this.length++) & (this.cells.length - 1)] = value;
  }

  /** Takes the oldest out. */
  shift(): number {
    const value = this.cells[this.at]!;
    this.at = (this.at + 1) & (this.cells.length - 1);
    this.length--;
    return value;
  }

  /** Looks at each: for so few that is faster than any table would be kept up to date. */
  has(value: number): boolean {
    const { cells, at, length } = this;
    const mask = cells.length - 1;
    for (let i = at; i < at + length; i++) if (cells[i & mask] === value) return true;
    return false;
  }

  values(): number[] {
    const values: number[] = [];
    for (let i = 0; i < this.length; i++) {
      values.push(this.cells[(this.at + i) & (this.cells.length - 1)]!);
    }
    return values;
  }

  private grow(): void {
    const cells = new Float64Array(2 * this.cells.length);
    cells.set(this.values());
    this.cells = cells;
    this.at = 0;
  }
}
