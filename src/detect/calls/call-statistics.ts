import { BoundedMap } from '../../tables/bounded-map.js';
import { hashText } from '../../tables/hash.js';
import type { Counters } from '../../telemetry/counters.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import type { Address } from '../../wire/address.js';
import { Ring } from './ring.js';

/** How far back calls count (seconds). */
const WINDOW = 3600;
/** Calls of one origin that are kept: the last ones. A busy trunk is judged by those. */
const MOST_CALLS = 256;
const ORIGINS_LIMIT = 2048;
/** Industry counts calls of up to six seconds as short. */
const SHORT = 6;
/** Nobody has talked about anything: diallers have nine calls of ten below. */
const BRIEF = 60;
/** 47 CFR 64.1200(a)(6): no unanswered call is to be ended before 15 seconds of ringing. */
const PATIENT = 15;
/** Numbers so far apart are bought or made up together. */
const NEAR = 10;
/** A number that differs from the called one only in so many last digits seems to be next door. */
const NEXT_DOOR = 4;
/** Longer texts of digits are no numbers that a double holds. */
const MAX_DIGITS = 15;

/** Marks of a call in the statistics. */
const Kind = {
  Rang: 1,
  Answered: 2,
  /** Answered, and the callee hung up within six seconds. */
  Short: 4,
  /** Rang, and the caller gave up within fifteen seconds. */
  Abandoned: 8,
  /** Answered, and the caller's media could be seen. */
  MediaKnown: 16,
  /** Of those: nothing came in time, or only silence. */
  DeadAir: 32,
  /** Answered, and over within a minute. */
  Brief: 64,
  /** The caller id differs from the called number in its last digits only. */
  NextDoor: 128,
} as const;
const KINDS = Object.keys(Kind).length;

/** What became of a call that is over. */
export interface CallOutcome {
  readonly callerId: string | undefined;
  readonly callee: string | undefined;
  readonly rangFor: number | undefined;
  readonly talkedFor: number | undefined;
  readonly endedBy: 'caller' | 'callee' | 'nobody';
  /** It was ended because it was answered elsewhere. */
  readonly elsewhere: boolean;
  /** Whether the callee heard nothing; undefined: media is unknown. */
  readonly deadAir: boolean | undefined;
}

/** Calls of one origin in the last hour, the last 256 of them; counted as they come and go. */
export class RecentCalls {
  private readonly times = new Ring();
  private readonly kinds = new Ring();
  private readonly callers = new Ring();
  private readonly callees = new Ring();
  /** The caller id as a number; NaN when it is none. */
  private readonly numbers = new Ring();
  /** How many there are of each kind, by its bit. */
  private readonly counts: number[] = new Array<number>(KINDS).fill(0);
  /** Different caller ids, and different callees. */
  callerIds = 0;
  calleeIds = 0;

  get calls(): number {
    return this.times.length;
  }

  get answered(): number {
    return this.count(Kind.Answered);
  }

  get rang(): number {
    return this.count(Kind.Rang);
  }

  /** Share of the answered calls that the callee ended within six seconds. */
  get shortShare(): number | undefined {
    return this.share(Kind.Short, Kind.Answered);
  }

  /** Share of the answered calls that were over within a minute. */
  get briefShare(): number | undefined {
    return this.share(Kind.Brief, Kind.Answered);
  }

  /** Share of the calls whose caller id differs from the called number in four last digits only. */
  get nextDoorShare(): number {
    return this.count(Kind.NextDoor) / Math.max(1, this.calls);
  }

  /** Share of those that rang which the caller gave up within fifteen seconds. */
  get abandonedShare(): number | undefined {
    return this.share(Kind.Abandoned, Kind.Rang);
  }

  /** Answered calls of which the caller's media could be seen. */
  get mediaKnown(): number {
    return this.count(Kind.MediaKnown);
  }

  /** Share of those with dead air. */
  get deadAirShare(): number | undefined {
    return this.share(Kind.DeadAir, Kind.MediaKnown);
  }

  /** Share of the different caller ids that have another within ten numbers. */
  get neighbourShare(): number | undefined {
    const ids = this.callerIds;
    const sorted = [...new Set(this.numbers.values())].filter((id) => id >= 0);
    if (ids === 0) return undefined;
    sorted.sort((a, b) => a - b);
    let near = 0;
    for (const [i, id] of sorted.entries()) {
      const below = id - (sorted[i - 1] ?? Number.NEGATIVE_INFINITY);
      const above = (sorted[i + 1] ?? Number.POSITIVE_INFINITY) - id;
      if (Math.min(below, above) <= NEAR) near++;
    }
    return near / ids;
  }

  /** @internal */
  add(time: number, call: CallOutcome): void {
    if (this.times.length === MOST_CALLS) this.drop();
    this.forget(time);
    const { callerId, callee } = call;
    const [caller, called] = [hashText(callerId ?? ''), hashText(callee ?? '')];
    const kinds = kindOf(call);
    if (!this.callers.has(caller)) this.callerIds++;
    if (!this.callees.has(called)) this.calleeIds++;
    this.tally(kinds, 1);
    this.times.push(time);
    this.kinds.push(kinds);
    this.callers.push(caller);
    this.callees.push(called);
    this.numbers.push(numberOf(callerId));
  }

  /** Forgets what is more than an hour old, and what would be in the future. */
  forget(now: number): void {
    while (this.times.length > 0 && Math.abs(now - this.times.first()) >= WINDOW) this.drop();
  }

  private drop(): void {
    this.times.shift();
    this.tally(this.kinds.shift(), -1);
    if (!this.callers.has(this.callers.shift())) this.callerIds--;
    if (!this.callees.has(this.callees.shift())) this.calleeIds--;
    this.numbers.shift();
  }

  private tally(kinds: number, by: 1 | -1): void {
    for (let bit = 0; bit < KINDS; bit++) if ((kinds & (1 << bit)) !== 0) this.counts[bit]! += by;
  }

  private count(kind: number): number {
    return this.counts[31 - Math.clz32(kind)]!;
  }

  private share(part: number, whole: number): number | undefined {
    const all = this.count(whole);
    return all === 0 ? undefined : this.count(part) / all;
  }
}

/** The calls that each origin made of late. */
export class CallStatistics {
  private readonly origins: BoundedMap<Address, RecentCalls>;

  constructor(counters: Counters, limit = ORIGINS_LIMIT) {
    this.origins = new BoundedMap(limit, () => {
      counters.callOriginsEvicted++;
    });
  }

  /** A call of this origin is over; gives all that it made within the hour. */
  ended(origin: Address, time: number, call: CallOutcome): RecentCalls {
    let recent = this.origins.get(origin);
    if (recent === undefined) {
      recent = new RecentCalls();
      this.origins.set(origin, recent);
    }
    recent.add(time, call);
    return recent;
  }

  table(): TableStatus {
    return this.origins.status('call_origins');
  }
}

function kindOf(call: CallOutcome): number {
  const { rangFor, talkedFor, endedBy, elsewhere, deadAir } = call;
  let kinds = isNextDoor(call) ? Kind.NextDoor : 0;
  if (rangFor !== undefined && !elsewhere) kinds |= Kind.Rang;
  if (talkedFor !== undefined) {
    kinds |= Kind.Answered;
    if (endedBy === 'callee' && talkedFor < SHORT) kinds |= Kind.Short;
    if (talkedFor < BRIEF) kinds |= Kind.Brief;
    if (deadAir !== undefined) kinds |= Kind.MediaKnown;
    if (deadAir === true) kinds |= Kind.DeadAir;
  } else if (endedBy === 'caller' && !elsewhere && rangFor !== undefined && rangFor < PATIENT) {
    kinds |= Kind.Abandoned;
  }
  return kinds;
}

/** Two telephone numbers of one length, different, that begin alike. */
function isNextDoor({ callerId = '', callee = '' }: CallOutcome): boolean {
  const shared = callee.length - NEXT_DOOR;
  if (callerId.length !== callee.length || shared < NEXT_DOOR || callerId === callee) return false;
  return callerId.slice(0, shared) === callee.slice(0, shared);
}

/** A caller id of digits only, a `+` before them, as a number. */
function numberOf(callerId: string | undefined): number {
  if (callerId === undefined) return Number.NaN;
  const from = callerId.startsWith('+') ? 1 : 0;
  const digits = callerId.length - from;
  if (digits === 0 || digits > MAX_DIGITS) return Number.NaN;
  let number = 0;
  for (let i = from; i < callerId.length; i++) {
    const digit = callerId.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    number = 10 * number + digit;
  }
  return number;
}
