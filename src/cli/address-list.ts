import { InvalidArgumentError } from 'commander';
import { addressRangeFault, addressTest } from '../config/address-ranges.js';
import type { Address } from '../wire/address.js';

/** Addresses as given on the command line, `private,192.0.2.0/24`: whether one is among them. */
export function parseAddresses(text: string): (address: Address) => boolean {
  const entries = text.split(',').map((entry) => entry.trim());
  for (const entry of entries) {
    const fault = addressRangeFault(entry);
    if (fault !== undefined) throw new InvalidArgumentError(fault);
  }
  return addressTest(entries);
}
