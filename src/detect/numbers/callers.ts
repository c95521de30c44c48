import type { SipMessage } from '../../sip/message.js';
import { Method } from '../../sip/tokens.js';
import { BoundedMap } from '../../tables/bounded-map.js';
import { Hasher } from '../../tables/hash.js';
import type { Counters } from '../../telemetry/counters.js';
import { isCount, type SavedEntry } from '../../telemetry/saved-entry.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import type { Address } from '../../wire/address.js';
import type { Follower } from '../follower.js';
import type { Outcome } from '../observation.js';
import type { ObservationWriter } from '../observation-writer.js';
import { Mark } from '../sources/marked-set.js';
import type { SourceTable } from '../sources/sources.js';
import type { Transaction } from '../transactions/transaction.js';
import { CallLegs } from './call-legs.js';
import { Caller, readCaller, savedCaller } from './caller.js';
import { DEFAULT_DIAL_PLAN, type DialPlan } from './dial-plan.js';
import { HuntedNumbers } from './hunted-numbers.js';
import { type Dial, type DialledNumber, dialledNumber } from './number.js';
import type { NumberFacts } from './number-facts.js';
import { OpenNumbers } from './open-numbers.js';

/** Callers with credentials; those known by From alone may be anybody, and have less room. */
const LOGINS_LIMIT = 50_000;
const NAMES_LIMIT = 16_384;

/** What a binding in a network that is strange to an account tells: see `Registrations`. */
export interface ForeignBindings {
  foreignSince(account: string, registrar: Address, by?: Address): number | undefined;
}

/**
 * Follows who dials which numbers: the countries that each caller was put through to, his calls
 * that are open, and the prefixes under which a number is tried in vain. Learns only from calls
 * that a server put through: what strangers dial makes nobody known.
 */
export class Callers implements Follower {
  readonly sections = ['caller', 'hunted'];
  dialPlan: DialPlan = DEFAULT_DIAL_PLAN;
  private readonly sources: SourceTable;
  private readonly writer: ObservationWriter;
  private readonly bindings: ForeignBindings;
  private readonly logins: BoundedMap<number, Caller>;
  private readonly names: BoundedMap<number, Caller>;
  private readonly open: OpenNumbers;
  private readonly hunted: HuntedNumbers;
  private readonly legs: CallLegs;
  private readonly hasher = new Hasher();

  constructor(
    counters: Counters,
    sources: SourceTable,
    writer: ObservationWriter,
    bindings: ForeignBindings,
  ) {
    const evicted = () => {
      counters.callersEvicted++;
    };
    this.sources = sources;
    this.writer = writer;
    this.bindings = bindings;
    this.logins = new BoundedMap(LOGINS_LIMIT, evicted);
    this.names = new BoundedMap(NAMES_LIMIT, evicted);
    this.open = new OpenNumbers(counters);
    this.hunted = new HuntedNumbers(counters);
    this.legs = new CallLegs(counters);
  }

  request(transaction: Transaction): void {
    const { dialled, initial, origin, target } = transaction;
    if (dialled === undefined || !initial) return;
    const number = dialledNumber(dialled, this.dialPlan);
    if (number === undefined) return;
    const marks = this.sources.find(origin)?.targets.get(target) ?? 0;
    const byStranger = (marks & Mark.Accepted) === 0;
    const passedOn = this.legs.isPassedOn(transaction, number.tail);
    transaction.dial = { number, byStranger, passedOn };
  }

  reply(transaction: Transaction, message: SipMessage, _: unknown, isFinal: boolean): void {
    if (!isFinal || message.status >= 300) return;
    // A BYE that is refused ends nothing: whoever calls may send one to seem to have hung up.
    if (transaction.methodId === Method.Bye) this.open.ended(message);
    const country = countryFor(transaction.dial?.number);
    if (country === undefined) return;
    const called = this.callerOf(transaction)?.find(country);
    if (called !== undefined) this.open.answered(message, called, this.writer.now);
  }

  /**
   * What is known of the number of a call that ended in some way, and of its caller; from then on,
   * the call itself is known too. Undefined where no number was dialled.
   */
  dialled(transaction: Transaction, outcome: Outcome): NumberFacts | undefined {
    if (transaction.dialled === undefined) return undefined;
    const { dial } = transaction;
    const { now } = this.writer;
    const facts = dial && this.factsOf(transaction, dial, outcome, now);
    // Calls to extensions count too: they show that the caller is an old acquaintance.
    if (outcome === 'accepted' || outcome === 'busy') this.learn(transaction, dial?.number, now);
    return facts;
  }

  setBack(now: number): void {
    for (const caller of this.logins.values()) caller.setBack(now);
    for (const caller of this.names.values()) caller.setBack(now);
    this.open.setBack(now);
    this.hunted.setBack(now);
    this.legs.setBack(now);
  }

  tables(): TableStatus[] {
    return [
      this.logins.status('callers_logins'),
      this.names.status('callers_names'),
      this.open.table(),
      this.hunted.table(),
      this.legs.table(),
    ];
  }

  *save(): Generator<SavedEntry> {
    for (const [key, caller] of this.names.walk()) yield ['caller', 0, key, ...savedCaller(caller)];
    for (const [key, caller] of this.logins.walk()) {
      yield ['caller', 1, key, ...savedCaller(caller)];
    }
    yield* this.hunted.save();
  }

  restore(entry: SavedEntry): boolean {
    const [section, kind, key, ...data] = entry;
    if (section === 'hunted') return this.hunted.restore(entry);
    const caller = readCaller(data);
    if (caller === undefined || !isCount(key) || (kind !== 0 && kind !== 1)) return false;
    (kind === 1 ? this.logins : this.names).set(key, caller);
    return true;
  }

  private factsOf(
    transaction: Transaction,
    dial: Dial,
    outcome: Outcome,
    now: number,
  ): NumberFacts {
    const { origin, target } = transaction;
    const { number, passedOn } = dial;
    const { tail, prefix, e164, international } = number;
    const name = nameOf(transaction);
    const caller = this.callerOf(transaction);
    const country = countryFor(number);
    const called = country === undefined ? undefined : caller?.find(country);
    const newCountry = country !== undefined && caller?.isNew(country) !== false;
    const fresh = caller?.newCountries(now) ?? 0;
    const answered = outcome === 'accepted' && country !== undefined ? 1 : 0;
    return {
      tail,
      prefix,
      e164,
      country: number.country,
      international,
      caller: name,
      callerCalls: caller?.calls ?? 0,
      callerKnownFor: caller === undefined ? 0 : Math.max(0, now - caller.firstAt),
      callerCountries: (caller?.countries.length ?? 0) - fresh,
      newCountries: fresh + (newCountry ? 1 : 0),
      newCountry,
      countryKnownFor: knownFor(newCountry, called?.since, now),
      concurrent: (called?.open ?? 0) + answered,
      foreignFor: name === undefined ? undefined : this.bindings.foreignSince(name, target, origin),
      prefixes: this.prefixesOf(transaction, dial, outcome, now),
      passedOn,
    };
  }

  private prefixesOf(
    { origin, target }: Transaction,
    { number, byStranger, passedOn }: Dial,
    outcome: Outcome,
    now: number,
  ): number {
    const key = this.hunted.keyOf(target, number.tail, byStranger ? undefined : origin);
    if (FAILED.has(outcome) && !passedOn) this.hunted.failed(key, number.prefix, now);
    return this.hunted.count(key, now);
  }

  private learn(transaction: Transaction, number: DialledNumber | undefined, now: number): void {
    const key = this.keyOf(transaction);
    if (key === undefined) return;
    const table = tableOf(transaction, this.logins, this.names);
    let caller = table.get(key);
    if (caller === undefined) {
      caller = new Caller(now);
      table.set(key, caller);
    }
    caller.putThrough(countryFor(number), now);
  }

  private callerOf(transaction: Transaction): Caller | undefined {
    const key = this.keyOf(transaction);
    return key === undefined ? undefined : tableOf(transaction, this.logins, this.names).peek(key);
  }

  private keyOf(transaction: Transaction): number | undefined {
    const name = nameOf(transaction);
    if (name === undefined) return undefined;
    return this.hasher.begin().addKey(transaction.target).addText(name).end();
  }
}

/** Outcomes that leave a caller where he was. */
const FAILED: ReadonlySet<Outcome> = new Set<Outcome>([
  'unknown',
  'forbidden',
  'challenged',
  'refused',
  'silent',
  'unreachable',
]);

/** A country that is not the own one. */
function countryFor(number: DialledNumber | undefined): string | undefined {
  return number?.international === true ? number.country : undefined;
}

/** Seconds; undefined where nothing is known of when it began. */
function knownFor(isNew: boolean, since: number | undefined, now: number): number | undefined {
  if (isNew) return 0;
  return since === undefined ? undefined : Math.max(0, now - since);
}

function nameOf({ credentials, caller }: Transaction): string | undefined {
  return credentials[0]?.username ?? caller;
}

function tableOf<T>({ credentials }: Transaction, logins: T, names: T): T {
  return credentials.length > 0 ? logins : names;
}
