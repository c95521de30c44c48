import { isCount, isListOf, isTime, type SavedEntry } from '../../telemetry/saved-entry.js';
import { type Address, addressText, isAddress } from '../../wire/address.js';

/** Members of one list that are kept; more would change no role. */
const LIST_LIMIT = 16;
/** A proxy is known by several requests that it passed on: one may be a coincidence of keys. */
const RELAYED_ENOUGH = 3;
/** A monitor asks again and again: so many OPTIONS that were granted, over so long (seconds). */
const OPTIONS_ENOUGH = 20;
const OPTIONS_FOR = 600;

export const LEARNED_ROLES = ['registrar', 'proxy', 'phone', 'trunk', 'monitor'] as const;
export type LearnedRole = (typeof LEARNED_ROLES)[number];
const [REGISTRAR, PROXY, PHONE, TRUNK, MONITOR] = [0, 1, 2, 3, 4] as const;

/** A role, since when (packet time, seconds), and why, as a sentence. */
export interface Learned {
  readonly role: LearnedRole;
  readonly since: number;
  readonly reason: string;
}

/** What a host was seen to do, and to be granted, that tells what it is. */
export class HostEvidence {
  readonly address: Address;
  /** When each role was first shown; by the place in LEARNED_ROLES, 0: not yet. */
  readonly since: number[] = LEARNED_ROLES.map(() => 0);
  /** Hosts whose registration it granted, and how many it granted; the list holds the first few. */
  readonly clients: Address[] = [];
  grants = 0;
  /** Requests of others that it passed on. */
  relayed = 0;
  /** Registrations that it was granted, and who granted the last. */
  registered = 0;
  registrar: Address = 0;
  /** Hosts that answered its calls, and hosts whose calls it answered. */
  readonly callees: Address[] = [];
  readonly callers: Address[] = [];
  /** OPTIONS that were granted, the first of them, and other requests that it sent. */
  options = 0;
  optionsFrom = 0;
  otherRequests = 0;
  /** Somebody is in both lists; and how long they were when that was looked for last. */
  private isPartner = false;
  private lookedAt = 0;

  constructor(address: Address) {
    this.address = address;
  }

  /** The first role that the evidence shows; a PBX that registers at a carrier is a registrar. */
  get role(): LearnedRole | undefined {
    const { since } = this;
    for (let place = 0; place < since.length; place++) {
      if (isShown(since[place]!)) return LEARNED_ROLES[place];
    }
    return undefined;
  }

  /** That role, for people. */
  learned(): Learned | undefined {
    const { role } = this;
    if (role === undefined) return undefined;
    return { role, since: this.since.find(isShown)!, reason: this.reasonOf(role) };
  }

  /** Notes which roles are shown from now on. */
  judge(now: number): void {
    this.note(REGISTRAR, this.grants > 0, now);
    this.note(PROXY, this.relayed >= RELAYED_ENOUGH, now);
    this.note(PHONE, this.registered > 0, now);
    this.note(TRUNK, this.hasPartner(), now);
    this.note(MONITOR, this.isMonitor(now), now);
  }

  private note(place: number, shows: boolean, now: number): void {
    if (!shows) this.since[place] = 0;
    else if (this.since[place] === 0) this.since[place] = Math.max(now, 1);
  }

  private reasonOf(role: LearnedRole): string {
    switch (role) {
      case 'registrar': {
        const count = this.clients.length;
        const more = count === LIST_LIMIT ? ' or more' : '';
        return `it granted ${this.grants} registrations to ${count}${more} hosts, such as ${addressText(this.clients[0]!)}`;
      }
      case 'proxy':
        return `it passed on ${this.relayed} requests of other hosts`;
      case 'phone':
        return `it registers at ${addressText(this.registrar)}`;
      case 'trunk':
        return `it and ${addressText(this.partner() ?? 0)} answer each other's calls without a registration`;
      case 'monitor':
        return `it sends nothing but OPTIONS, ${this.options} of them granted so far`;
    }
  }

  /** The lists only grow, and a trunk is judged at each call: they are compared when they did. */
  private hasPartner(): boolean {
    const length = this.callers.length + this.callees.length;
    if (!this.isPartner && length !== this.lookedAt) {
      this.lookedAt = length;
      this.isPartner = this.partner() !== undefined;
    }
    return this.isPartner;
  }

  /** Who answers its calls and whose calls it answers. */
  private partner(): Address | undefined {
    for (const callee of this.callees) if (this.callers.includes(callee)) return callee;
    return undefined;
  }

  private isMonitor(now: number): boolean {
    return (
      this.otherRequests === 0 &&
      this.options >= OPTIONS_ENOUGH &&
      now - this.optionsFrom >= OPTIONS_FOR
    );
  }
}

function isShown(since: number): boolean {
  return since > 0;
}

/** Adds to a list that holds the first few, each once. */
export function addTo(list: Address[], address: Address): void {
  if (list.length < LIST_LIMIT && !list.includes(address)) list.push(address);
}

export function savedEvidence(host: HostEvidence): SavedEntry {
  const { address, since, clients, callees, callers, registrar, optionsFrom } = host;
  const { grants, relayed, registered, options, otherRequests } = host;
  const counts = [grants, relayed, registered, options, otherRequests];
  return ['role', address, since, clients, callees, callers, registrar, optionsFrom, counts];
}

/** Undefined where anything is not as `savedEvidence` writes it. */
export function readEvidence([, ...data]: SavedEntry): HostEvidence | undefined {
  const [address, since, clients, callees, callers, registrar, from, counts] = data;
  if (!isAddress(address) || !isAddress(registrar) || !isTime(from)) return undefined;
  if (!isListOf(since, LEARNED_ROLES.length, isTime)) return undefined;
  if (!isListOf(clients, LIST_LIMIT, isAddress) || !isListOf(callees, LIST_LIMIT, isAddress)) {
    return undefined;
  }
  if (!isListOf(callers, LIST_LIMIT, isAddress)) return undefined;
  if (!isListOf(counts, 5, isCount) || counts.length !== 5) return undefined;
  const [grants = 0, relayed = 0, registered = 0, options = 0, otherRequests = 0] = counts;
  if (grants > 0 && clients.length === 0) return undefined;
  const host = new HostEvidence(address);
  host.clients.push(...clients);
  host.callees.push(...callees);
  host.callers.push(...callers);
  Object.assign(host, { grants, relayed, registered, options, otherRequests });
  Object.assign(host, { registrar, optionsFrom: from });
  // What was shown then is judged anew; only the time is taken over.
  host.judge(1);
  for (const [place, at] of since.entries()) if (host.since[place]! > 0) host.since[place] = at;
  return host;
}
