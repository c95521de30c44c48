import type { HostRole, Roles } from '../detect/hosts/roles.js';
import { printable } from '../incident/printable.js';
import { timestamp } from '../outputs/timestamp.js';
import { type Address, addressText } from '../wire/address.js';

const HEAD = ['address', 'role', 'since', 'why'];

/** What hosts were learned to be, of one story after the other: a later one knows better. */
export class RoleTable {
  private readonly hosts = new Map<Address, HostRole>();

  add(roles: Roles): void {
    for (const host of roles.all()) this.hosts.set(host.address, host);
  }

  /** Lines with tabs between the columns, servers before telephones. */
  lines(): string[] {
    const rows = [...this.hosts.values()].map(row).sort(inOrder);
    return [HEAD, ...rows].map((cells) => cells.join('\t'));
  }
}

function row({ address, learned, declared }: HostRole): string[] {
  const why =
    declared === undefined
      ? learned.reason
      : `declared${declared.name === undefined ? '' : ` as ${printable(declared.name)}`}; learned: ${learned.role}, ${learned.reason}`;
  return [addressText(address), declared?.role ?? learned.role, timestamp(learned.since), why];
}

const ORDER = ['registrar', 'proxy', 'trunk', 'monitor', 'phone'];

function inOrder([addressA = '', a = '']: string[], [addressB = '', b = '']: string[]): number {
  const place = (role: string) => (ORDER.indexOf(role) + ORDER.length) % ORDER.length;
  return place(a) - place(b) || (addressA < addressB ? -1 : 1);
}
