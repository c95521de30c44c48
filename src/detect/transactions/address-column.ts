import type { Address } from '../../wire/address.js';

const SMALLEST = 16;

/**
 * An address for each slot of a table. IPv4 addresses stand in a typed array, where none of them is
 * boxed, and none keeps the garbage collector busy.
 */
export class AddressColumn {
  /** NaN: the address is a text. */
  private numbers = new Float64Array(SMALLEST);
  private readonly texts: (string | undefined)[] = [];

  set(slot: number, address: Address): void {
    if (slot >= this.numbers.length) this.grow(slot);
    if (typeof address === 'number') {
      this.numbers[slot] = address;
      return;
    }
    this.numbers[slot] = Number.NaN;
    while (this.texts.length <= slot) this.texts.push(undefined);
    this.texts[slot] = address;
  }

  /** Whether this address stands there. */
  is(slot: number, address: Address): boolean {
    const number = this.numbers[slot]!;
    if (typeof address === 'number') return number === address;
    return Number.isNaN(number) && this.texts[slot] === address;
  }

  private grow(slot: number): void {
    const known = this.numbers;
    this.numbers = new Float64Array(4 * slot);
    this.numbers.set(known);
  }
}
