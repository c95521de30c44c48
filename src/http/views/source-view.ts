import { Mark } from '../../detect/marked-set.js';
import type { SourceProfile } from '../../detect/source-profile.js';
import { existingAccounts } from '../../incident/reason.js';
import { accountText } from '../../incident/redact.js';
import type { SensorReadings } from '../../metrics/readings.js';
import { timestamp } from '../../outputs/timestamp.js';
import { type Address, addressText } from '../../wire/address.js';
import { type Largest, largest } from '../largest.js';

const SAMPLE = 10;

/** What sources can be listed by, highest first. */
const SORT_KEYS = {
  requests: (source: SourceProfile) => source.requests + source.emptyDatagrams,
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

/** Ids of the open incidents of these sources. */
export function incidentIds(
  { incidents }: SensorReadings,
  sources: readonly SourceProfile[],
): ReadonlyMap<Address, string> {
  const accused = new Set(sources.filter((s) => s.accused).map(({ address }) => address));
  const ids = new Map<Address, string>();
  if (accused.size === 0) return ids;
  for (const { source, id } of incidents.all()) if (accused.has(source)) ids.set(source, id);
  return ids;
}

/** A source as the API shows it. The numbers are of its present story: see SourceProfile. */
export function sourceView(source: SourceProfile, incidentId: string | undefined): object {
  const { targets, accounts } = source;
  return {
    address: addressText(source.address),
    first_seen: timestamp(source.firstSeen),
    last_seen: timestamp(source.lastSeen),
    requests: source.requests,
    empty_datagrams: source.emptyDatagrams,
    replies: source.replies,
    rejected_credentials: source.guesses,
    /** False: nothing shows that it receives our packets, so the address may be forged. */
    return_path: source.returnPath,
    incident_id: incidentId,
    targets: {
      count: targets.size,
      answered: source.answeredTargets,
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
