import type { LearnedRole } from '../../detect/hosts/host-evidence.js';
import type { HostRole } from '../../detect/hosts/roles.js';
import type { SensorReadings } from '../../metrics/readings.js';
import { timestamp } from '../../outputs/timestamp.js';
import { addressText } from '../../wire/address.js';

/** Hosts with a learned role, those last heard of first: `most` of them, and how many there are. */
export function learnedRoles(
  { observer }: SensorReadings,
  most: number,
  role: LearnedRole | 'any',
): { readonly items: readonly HostRole[]; readonly seen: number } {
  const items: HostRole[] = [];
  let seen = 0;
  for (const host of observer.roles.all()) {
    if (role !== 'any' && host.learned.role !== role) continue;
    seen++;
    if (items.length < most) items.push(host);
  }
  return { items, seen };
}

/** A host as the API shows it: what was declared holds, what was learned is shown beside it. */
export function roleView({ address, learned, declared }: HostRole): object {
  return {
    address: addressText(address),
    role: declared?.role ?? learned.role,
    learned: { role: learned.role, since: timestamp(learned.since), reason: learned.reason },
    declared: declared && {
      role: declared.role,
      name: declared.name,
      trusted: declared.trusted,
    },
  };
}
