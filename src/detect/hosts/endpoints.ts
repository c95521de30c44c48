import { BoundedMap } from '../../tables/bounded-map.js';
import { Hasher } from '../../tables/hash.js';
import type { Counters } from '../../telemetry/counters.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import type { Address } from '../../wire/address.js';

const ENDPOINTS_LIMIT = 50_000;
const CONTACTS_LIMIT = 100_000;
/** Servers of one telephone that are kept; the one used longest ago gives way. */
const SERVERS_LIMIT = 8;
const NO_SERVERS: readonly Address[] = [];

/** Where telephones are to be reached, and which servers they registered at. */
export class Endpoints {
  private readonly servers: BoundedMap<Address, Address[]>;
  /** By address and port: when the last binding there ends (packet time, seconds). */
  private readonly contacts: BoundedMap<number, { until: number }>;
  private readonly hasher = new Hasher();

  constructor(counters: Counters) {
    const evicted = () => {
      counters.registrationsEvicted++;
    };
    this.servers = new BoundedMap(ENDPOINTS_LIMIT, evicted);
    this.contacts = new BoundedMap(CONTACTS_LIMIT, evicted);
  }

  /** A telephone registered at a server. */
  registered(address: Address, server: Address): void {
    const servers = this.servers.get(address);
    if (servers === undefined) this.servers.set(address, [server]);
    else if (servers.at(-1) !== server) {
      const at = servers.indexOf(server);
      if (at !== -1) servers.splice(at, 1);
      if (servers.length === SERVERS_LIMIT) servers.shift();
      servers.push(server);
    }
  }

  /** It is to be reached at this port until `expires`. */
  reachable(address: Address, port: number, expires: number): void {
    const key = this.keyOf(address, port);
    const known = this.contacts.get(key);
    if (known === undefined) this.contacts.set(key, { until: expires });
    else if (expires > known.until) known.until = expires;
  }

  serversOf(address: Address): readonly Address[] {
    return this.servers.peek(address) ?? NO_SERVERS;
  }

  isContact(address: Address, port: number, now: number): boolean {
    const known = this.contacts.peek(this.keyOf(address, port));
    return known !== undefined && known.until > now;
  }

  tables(): TableStatus[] {
    return [this.servers.status('endpoints'), this.contacts.status('contacts')];
  }

  private keyOf(address: Address, port: number): number {
    return this.hasher.begin().addKey(address).addNumber(port).end();
  }
}
