import { BoundedMap } from '../../tables/bounded-map.js';
import { hashText } from '../../tables/hash.js';
import type { Counters } from '../../telemetry/counters.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import type { Address } from '../../wire/address.js';

/** How far back calls count (seconds). */
const WINDOW = 3600;
/** Calls of one origin that are kept: the last ones. A busy trunk is judged by those. */
const MOST_CALLS = 256;
const FIRST_SIZE = 8;
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

/** Where counts of different numbers are kept among those of kinds. */
const CALLERS = -1;
const CALLEES = -2;

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

/** Calls of one origin in the last hour, the last 256 of them; computed when asked for. */
export class RecentCalls {
  private readonly times = new Ring(Float64Array);
  private readonly kinds = new Ring(Uint8Array);
  private readonly callers = new Ring(Float64Array);
  private readonly callees = new Ring(Float64Array);
  /** How many there are by kind: several signatures ask for the same. Empty: count again. */
  private readonly counted = new Map<number, number>();
  /** The caller id as a number; NaN when it is none. */
  private readonly numbers = new Ring(Float64Array);

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

  /** Different caller ids, and different callees. */
  get callerIds(): number {
    return this.different(CALLERS, this.callers);
  }

  get calleeIds(): number {
    return this.different(CALLEES, this.callees);
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
    this.counted.clear();
    this.times.push(time);
    this.kinds.push(kindOf(call));
    this.callers.push(hashText(call.callerId ?? ''));
    this.callees.push(hashText(call.callee ?? ''));
    this.numbers.push(numberOf(call.callerId));
  }

  /** Forgets what is more than an hour old, and what would be in the future. */
  forget(now: number): void {
    while (this.times.length > 0 && Math.abs(now - this.times.first()) >= WINDOW) this.drop();
  }

  private drop(): void {
    this.counted.clear();
    this.times.shift();
    this.kinds.shift();
    this.callers.shift();
    this.callees.shift();
    this.numbers.shift();
  }

  private count(kind: number): number {
    const known = this.counted.get(kind);
    if (known !== undefined) return known;
    let count = 0;
    for (const kinds of this.kinds.values()) if ((kinds & kind) !== 0) count++;
    this.counted.set(kind, count);
    return count;
  }

  private different(place: number, values: Ring): number {
    const count = this.counted.get(place) ?? new Set(values.values()).size;
    this.counted.set(place, count);
    return count;
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

type Numbers = Float64Array | Uint8Array;

/** Up to MOST_CALLS numbers, the oldest out first; grows as it fills. */
class Ring {
  length = 0;
  private readonly make: new (
    size: number,
  ) => Numbers;
  private cells: Numbers;
  private at = 0;

  constructor(make: new (size: number) => Numbers) {
    this.make = make;
    this.cells = new make(FIRST_SIZE);
  }

  first(): number {
    return this.cells[this.at]!;
  }

  push(value: number): void {
    if (this.length === this.cells.length) this.grow();
    this.cells[(this.at + this.length++) % this.cells.length] = value;
  }

  shift(): void {
    this.at = (this.at + 1) % this.cells.length;
    this.length--;
  }

  *values(): Generator<number> {
    for (let i = 0; i < this.length; i++) yield this.cells[(this.at + i) % this.cells.length]!;
  }

  private grow(): void {
    const cells = new this.make(this.cells.length * 2);
    let i = 0;
    for (const value of this.values()) cells[i++] = value;
    this.cells = cells;
    this.at = 0;
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
  const digits = callerId.startsWith('+') ? callerId.slice(1) : callerId;
  const isNumber = digits.length <= MAX_DIGITS && /^\d+$/.test(digits);
  return isNumber ? Number(digits) : Number.NaN;
}
