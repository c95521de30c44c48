import {
  isCount,
  isListOf,
  isText,
  isTime,
  type JsonValue,
  type SavedEntry,
} from '../../telemetry/saved-entry.js';
import { type Address, isAddress } from '../../wire/address.js';
import { SITE_PORTS, type SourceProfile } from './source-profile.js';

/** Members of a saved set, as read back: no more than the table would ever hold of one source. */
const MEMBERS_LIMIT = 1024;
const ACCOUNT_LIMIT = 64;
/** Saved before connections were looked at. */
const NO_CONNECTIONS: readonly number[] = [];
const ALL_MARKS = 1023;

/** What is kept of a source over a restart; what can be reckoned from it is left out. */
export interface SavedSource {
  readonly address: Address;
  /** See `Tier`. */
  readonly tier: number;
  readonly returnPath: boolean;
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly requests: number;
  readonly emptyDatagrams: number;
  readonly replies: number;
  readonly guesses: number;
  readonly bareConnections: number;
  readonly tlsConnections: number;
  readonly heard: boolean;
  readonly isSite: boolean;
  readonly acceptedPorts: readonly number[];
  readonly targets: readonly (readonly [Address, marks: number])[];
  readonly targetsOverflow: number;
  readonly accounts: readonly (readonly [string, marks: number])[];
  readonly accountsOverflow: number;
  readonly estimates: readonly JsonValue[];
}

export function savedSource(profile: SourceProfile): SavedEntry {
  const { address, settled, returnPath, firstSeen, lastSeen, targets, accounts } = profile;
  const { requests, emptyDatagrams, replies, guesses, bareConnections, tlsConnections } = profile;
  return [
    'source',
    address,
    settled,
    returnPath,
    firstSeen,
    lastSeen,
    [requests, emptyDatagrams, replies, guesses, targets.overflow, accounts.overflow],
    targets.flat(),
    accounts.flat(),
    [
      bareConnections,
      tlsConnections,
      profile.heard ? 1 : 0,
      profile.tier,
      profile.isSite ? 1 : 0,
      ...(profile.acceptedPorts ?? []),
    ],
    [targets.savedEstimate(), accounts.savedEstimate()],
  ];
}

/** Undefined where anything is not as `savedSource` writes it. */
export function readSource([, ...data]: SavedEntry): SavedSource | undefined {
  const [address, settled, returnPath, firstSeen, lastSeen, counts, targets, accounts] = data;
  const connections = data[8] ?? NO_CONNECTIONS;
  if (!isAddress(address) || !isTime(firstSeen) || !isTime(lastSeen)) return undefined;
  if (typeof settled !== 'boolean' || typeof returnPath !== 'boolean') return undefined;
  if (!isListOf(counts, 6, isCount) || counts.length !== 6) return undefined;
  if (!isListOf(connections, 5 + SITE_PORTS, isCount)) return undefined;
  const tier = connections[3] ?? (settled ? 2 : 0);
  if (tier > 2) return undefined;
  const estimates = data[9] ?? NO_CONNECTIONS;
  if (!Array.isArray(estimates)) return undefined;
  const targetMarks = pairs(targets, isAddress);
  const accountMarks = pairs(accounts, isAccount);
  if (targetMarks === undefined || accountMarks === undefined) return undefined;
  const [requests = 0, emptyDatagrams = 0, replies = 0, guesses = 0] = counts;
  return {
    address,
    tier,
    returnPath,
    firstSeen,
    lastSeen,
    requests,
    emptyDatagrams,
    replies,
    guesses,
    bareConnections: connections[0] ?? 0,
    tlsConnections: connections[1] ?? 0,
    heard: (connections[2] ?? 0) > 0 || replies > 0,
    isSite: (connections[4] ?? 0) > 0,
    acceptedPorts: connections.slice(5),
    targets: targetMarks,
    targetsOverflow: counts[4]!,
    accounts: accountMarks,
    accountsOverflow: counts[5]!,
    estimates,
  };
}

/** Takes what was saved into a new profile; gives the weight of its estimates. */
export function fillProfile(profile: SourceProfile, saved: SavedSource, marker: Marker): number {
  profile.lastSeen = saved.lastSeen;
  profile.returnPath = saved.returnPath;
  profile.requests = saved.requests;
  profile.emptyDatagrams = saved.emptyDatagrams;
  profile.replies = saved.replies;
  profile.guesses = saved.guesses;
  profile.bareConnections = saved.bareConnections;
  profile.tlsConnections = saved.tlsConnections;
  profile.heard = saved.heard;
  profile.isSite = saved.isSite;
  if (saved.acceptedPorts.length > 0) profile.acceptedPorts = [...saved.acceptedPorts];
  const { targets, accounts } = profile;
  for (const [target, marks] of saved.targets) marker.markTarget(profile, target, marks);
  for (const [account, marks] of saved.accounts) marker.markAccount(profile, account, marks);
  targets.overflow = saved.targetsOverflow;
  accounts.overflow = saved.accountsOverflow;
  const [ofTargets, ofAccounts] = saved.estimates;
  return (targets.restoreEstimate(ofTargets) ?? 0) + (accounts.restoreEstimate(ofAccounts) ?? 0);
}

/** Who bounds the sets of all sources together. */
interface Marker {
  markTarget(profile: SourceProfile, target: Address, marks: number): void;
  markAccount(profile: SourceProfile, account: string, marks: number): void;
}

/** Keys and marks by turns, as `MarkedSet.flat` gives them. */
function pairs<K>(
  value: JsonValue | undefined,
  isKey: (key: unknown) => key is K,
): [K, number][] | undefined {
  if (!Array.isArray(value) || value.length > 2 * MEMBERS_LIMIT) return undefined;
  const list: [K, number][] = [];
  for (let i = 0; i < value.length; i += 2) {
    const [key, marks] = [value[i], value[i + 1]];
    if (!isKey(key) || !isCount(marks) || marks > ALL_MARKS) return undefined;
    list.push([key, marks]);
  }
  return list;
}

function isAccount(value: unknown): value is string {
  return isText(value, ACCOUNT_LIMIT);
}
