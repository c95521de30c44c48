import { BoundedMap } from '../../tables/bounded-map.js';
import { Hasher } from '../../tables/hash.js';
import type { Counters } from '../../telemetry/counters.js';
import { isCount, type SavedEntry } from '../../telemetry/saved-entry.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import type { Address } from '../../wire/address.js';

const LIMIT = 65_536;
/** Added to the number of a TCP port. */
const TCP = 65_536;

/** Addresses with the ports of them from which somebody proved to receive what is sent there. */
export class ProvedFlows {
  private readonly flows: BoundedMap<number, true>;
  private readonly hasher = new Hasher();

  constructor(counters: Counters) {
    this.flows = new BoundedMap(LIMIT, () => {
      counters.provedFlowsEvicted++;
    });
  }

  add(address: Address, port: number): void {
    this.flows.set(this.key(address, port), true);
  }

  has(address: Address, port: number): boolean {
    return this.flows.has(this.key(address, port));
  }

  /** The same over TCP, whose ports are others than those of UDP. */
  addConnection(address: Address, port: number): void {
    this.add(address, port + TCP);
  }

  hasConnection(address: Address, port: number): boolean {
    return this.has(address, port + TCP);
  }

  table(): TableStatus {
    return this.flows.status('proved_flows');
  }

  *save(): Generator<SavedEntry> {
    for (const [key] of this.flows.walk()) yield ['proved', key];
  }

  restore([, key]: SavedEntry): boolean {
    if (!isCount(key)) return false;
    this.flows.set(key, true);
    return true;
  }

  private key(address: Address, port: number): number {
    return this.hasher.begin().addKey(address).addNumber(port).end();
  }
}
