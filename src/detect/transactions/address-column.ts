import { NumberColumn } from '../../tables/number-column.js';
import type { Address } from '../../wire/address.js';

/**
 * An address for each slot of a table. IPv4 addresses stand in a typed array, where none of them is
 * boxed, and none keeps the garbage collector busy.
 */
export class AddressColumn {
  /** NaN: the address is a text. */
  private readonly numbers: NumberColumn;
  private readonly texts: (string | undefined)[] = [];

  /** For slots below `slots`. */
  constructor(slots: number) {
    this.numbers = new NumberColumn(slots);
  }

  set(slot: number, address: Address): void {
    if (typeof address === 'number') {
      this.numbers.set(slot, address);
      return;
    }
    this.numbers.set(slot, Number.NaN);
    while (this.texts.length <= slot) this.texts.push(undefined);
    this.texts[slot] = address;
  }

  /** Whether this address stands there. */
  is(slot: number, address: Address): boolean {
    const number = this.numbers.get(slot);
    if (typeof address === 'number') return number === address;
    return Number.isNaN(number) && this.texts[slot] === address;
  }
}
