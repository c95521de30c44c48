import { Mark } from '../../detect/sources/marked-set.js';
import type { SourceProfile } from '../../detect/sources/source-profile.js';
import { existingAccounts } from '../../incident/known.js';
import { accountText } from '../../incident/redact.js';
import type { SensorReadings } from '../../metrics/readings.js';
import { timestamp } from '../../outputs/timestamp.js';
import { severityRank } from '../../rules/signature.js';
import { type Address, addressText } from '../../wire/address.js';
import { type Largest, largest } from '../largest.js';

const SAMPLE = 10;

/** What sources can be listed by, highest first. */
const SORT_KEYS = {
  requests: (source: SourceProfile) => source.requests + source.emptyDatagrams,
  contacts: (source: SourceProfile) => source.contacts,
  last_seen: (source: SourceProfile) => source.lastSeen,
  first_seen: (source: SourceProfile) => source.firstSeen,
  replies: (source: SourceProfile) => source.replies,
  targets: (source: SourceProfile) => source.targets.size,
  accounts: (source: SourceProfile) => source.accounts.size,
  rejected_credentials: (source: SourceProfile) => source.guesses,
} as const;
export type SourceSort = keyof typeof SORT_KEYS;
export const SOURCE_SORTS = Object.keys(SORT_KEYS) as SourceSort[];

/** The `most` sources that have the most of something. */
export function busiestSources(
  { observer }: SensorReadings,
  most: number,
  sort: SourceSort,
): Largest<SourceProfile> {
  const key = SORT_KEYS[sort];
  return largest(observer.sources.all(), most, (a, b) => key(a) - key(b));
}

/** Most incidents that are named with a source. */
const NAMED = 16;

/** The open incidents of a source: its own, and all that it has a part in, the gravest first. */
export interface SourceIncidents {
  readonly own: string | undefined;
  readonly all: readonly string[];
}

export function incidentsOf({ incidents }: SensorReadings, source: Address): SourceIncidents {
  const all = [...incidents.of(source)].sort(
    (a, b) => severityRank(b.severity) - severityRank(a.severity),
  );
  const own = all.find(({ actor }) => actor.kind === 'source');
  return { own: own?.id, all: all.slice(0, NAMED).map(({ id }) => id) };
}

/** A source as the API shows it. The numbers are of its present story: see SourceProfile. */
export function sourceView(source: SourceProfile, { own, all }: SourceIncidents): object {
  const { targets, accounts } = source;
  return {
    address: addressText(source.address),
    first_seen: timestamp(source.firstSeen),
    last_seen: timestamp(source.lastSeen),
    requests: source.requests,
    empty_datagrams: source.emptyDatagrams,
    bare_connections: source.bareConnections,
    tls_connections: source.tlsConnections,
    contacts: source.contacts,
    replies: source.replies,
    rejected_credentials: source.guesses,
    /** False: nothing shows that it receives our packets, so the address may be forged. */
    return_path: source.returnPath,
    incident_id: own,
    incidents: all,
    targets: {
      count: targets.size,
      answered: source.answeredTargets,
      open: source.openTargets,
      accepted: targets.count(Mark.Accepted),
      overflow: targets.overflow,
      sample: targets.sample(Mark.Tried, SAMPLE).map(addressText),
    },
    accounts: {
      count: accounts.size,
      accepted: source.acceptedAccounts,
      overflow: accounts.overflow,
      sample: accounts.sample(Mark.Tried, SAMPLE).map(accountText),
      existing: existingAccounts(source).slice(0, SAMPLE).map(accountText),
    },
  };
}
