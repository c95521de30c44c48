import { CONDITION_NAMES, type Condition, type ConditionName } from './condition.js';
import { isCount, isListOf, isTime, type SavedEntry } from './saved-entry.js';

/** What is counted to see how well the sensor sees. */
export const Sight = {
  /** Packets on SIP ports, each once. */
  Packet: 0,
  Duplicate: 1,
  /** Packets on SIP ports that were captured short. */
  Truncated: 2,
  /** Packets on SIP ports of which fragments were missing. */
  Fragment: 3,
  /** Packets lost before they were captured. */
  Drop: 4,
  /** Packets more than a second behind, or a leap that was undone. */
  ClockJump: 5,
  /** Requests, and replies whose request was not seen. */
  Alone: 6,
  /** Replies to requests that were seen. */
  Answer: 7,
} as const;
export type Sight = (typeof Sight)[keyof typeof Sight];
const SIGHTS = 8;

/** Counts are kept for so many seconds and as many before; what they show holds as long. */
const WINDOW = 60;

/** What makes a condition hold: at least so many, and so great a share of all packets. */
interface Rule {
  readonly sight: Sight;
  readonly least: number;
  readonly share: number;
}

const RULES: Partial<Record<ConditionName, Rule>> = {
  duplicated: { sight: Sight.Duplicate, least: 10, share: 0.2 },
  truncated: { sight: Sight.Truncated, least: 1, share: 0.01 },
  fragments: { sight: Sight.Fragment, least: 1, share: 0.01 },
  drops: { sight: Sight.Drop, least: 1, share: 0 },
  clock: { sight: Sight.ClockJump, least: 1, share: 0 },
};

/** Anyone can send fragments: what only fewer sources send says nothing of the mirror. */
const FRAGMENT_SOURCES = 3;
/** So many requests without a single reply, and the mirror is taken to show one direction only. */
export const ONE_WAY = 20;
/** Seconds without a packet until that is noticed, where nothing else is said. */
const SILENCE = 600;

const TEXTS: Record<ConditionName, string> = {
  one_way:
    'requests and replies do not match: the mirror may show one direction only; mirror both, sent and received',
  duplicated:
    'packets come twice and are counted once: mirror each port in one direction, or one VLAN, to spare the sensor half its work',
  truncated: 'packets were captured short and their ends are missing: raise the snap length',
  fragments:
    'long SIP messages came in IP fragments of which some were missing: let the mirror and the capture filter pass all fragments',
  drops:
    'packets were lost before they could be read: give the capture a larger buffer or a narrower filter',
  clock: 'the clock of the capture jumped, so times and rates may be wrong: keep it in step by NTP',
  silence: 'no packet comes any more: look after the mirror port, its cable and the capture filter',
};

/** What weakens an alert. That a source was never answered is for the alert itself to say. */
const WEAKENING: readonly ConditionName[] = ['truncated', 'fragments', 'drops', 'clock'];

/**
 * How much of the truth the mirror shows. Knows packet time only, and what it says of a moment
 * depends on nothing but the packets before it.
 */
export class Visibility {
  /** Seconds without a packet until it is noticed. */
  silence: number;
  /** Requests since the first start. */
  requests = 0;
  private now = 0;
  private windowEnd = 0;
  private current = new Float64Array(SIGHTS);
  private last = new Float64Array(SIGHTS);
  /** Sources of fragments in either window, as many as matter. Not saved: they show again. */
  private currentFragmentSources: (number | string)[] = [];
  private lastFragmentSources: (number | string)[] = [];
  private frameAt: number | undefined;
  private readonly since = new Map<ConditionName, number>();
  private readonly begun = new Map<ConditionName, number>();

  constructor(silence = SILENCE) {
    this.silence = silence;
  }

  /** A frame came at this packet time. */
  frame(time: number): void {
    this.frameAt = time;
    if (this.since.size > 0) this.end('silence');
    this.advance(time);
  }

  /** Time passed without a frame; live only. */
  tick(time: number): void {
    this.advance(time);
    this.frameAt ??= time;
    if (time - this.frameAt >= this.silence) this.begin('silence');
  }

  /** Lets packet time pass: what has not shown for a while holds no longer. */
  advance(time: number): void {
    if (time > this.now) this.now = time;
    if (time >= this.windowEnd) this.nextWindow(time);
  }

  /** The clock was set back: the windows begin anew, with what was counted. */
  setBack(time: number): void {
    this.now = time;
    this.windowEnd = (Math.floor(time / WINDOW) + 1) * WINDOW;
  }

  /** Something was seen, `times` over; its time is that of the last `advance`. */
  see(sight: Sight, times = 1): void {
    this.current[sight]! += times;
    if (sight === Sight.Packet) return;
    if (sight === Sight.Answer) {
      if (this.since.size > 0) this.end('one_way');
    } else if (sight === Sight.Alone) {
      this.judgeOneWay();
    } else this.judge(sight);
  }

  /** Fragments of a packet from this address were missing. */
  seeFragment(source: number | string): void {
    const sources = this.currentFragmentSources;
    if (sources.length < FRAGMENT_SOURCES && !sources.includes(source)) sources.push(source);
    this.see(Sight.Fragment);
  }

  /** All that holds now. */
  conditions(): readonly Condition[] {
    return CONDITION_NAMES.flatMap((name) => {
      const since = this.since.get(name);
      return since === undefined ? [] : [{ name, since, text: TEXTS[name] }];
    });
  }

  /** How often a condition began. */
  timesBegun(name: ConditionName): number {
    return this.begun.get(name) ?? 0;
  }

  /** What weakens an alert of this time, a sentence each. */
  weaknesses(time: number): string[] {
    this.advance(time);
    if (this.since.size === 0) return [];
    return WEAKENING.filter((name) => this.since.has(name)).map((name) => TEXTS[name]);
  }

  /** What outlasts a restart: what holds, and the counts that it rests on. */
  *save(): Generator<SavedEntry> {
    const held = [...this.since].map(([name, since]) => [name, since]);
    const counts = [[...this.current], [...this.last]];
    yield ['visibility', this.now, this.windowEnd, this.requests, ...counts, held];
  }

  restore([, now, windowEnd, requests, current, last, held]: SavedEntry): boolean {
    if (!isTime(now) || !isTime(windowEnd) || windowEnd < now || windowEnd > now + WINDOW) {
      return false;
    }
    if (!isListOf(current, SIGHTS, isCount) || current.length !== SIGHTS) return false;
    if (!isListOf(last, SIGHTS, isCount) || last.length !== SIGHTS) return false;
    if (!isCount(requests) || !isListOf(held, CONDITION_NAMES.length, isHeld)) return false;
    this.now = now;
    this.windowEnd = windowEnd;
    this.requests = requests;
    this.current.set(current);
    this.last.set(last);
    for (const [name, since] of held) this.since.set(name, since);
    return true;
  }

  private nextWindow(time: number): void {
    const before = this.windowEnd;
    this.windowEnd = (Math.floor(time / WINDOW) + 1) * WINDOW;
    if (before === 0) return; // what was lost before the first packet counts with it
    const oldest = this.last;
    this.last = this.current;
    this.current = oldest.fill(0);
    this.lastFragmentSources = this.currentFragmentSources;
    this.currentFragmentSources = [];
    if (time >= before + WINDOW) {
      this.last.fill(0);
      this.lastFragmentSources = [];
    }
    for (const name of this.since.keys()) {
      const rule = RULES[name];
      if (rule !== undefined && !this.holds(rule)) this.end(name);
    }
  }

  private judge(sight: Sight): void {
    for (const name of CONDITION_NAMES) {
      const rule = RULES[name];
      if (rule?.sight === sight && !this.since.has(name) && this.holds(rule)) this.begin(name);
    }
  }

  private holds({ sight, least, share }: Rule): boolean {
    const count = this.sum(sight);
    if (sight === Sight.Fragment && this.fragmentSources() < FRAGMENT_SOURCES) return false;
    const all = this.sum(Sight.Packet) + this.sum(Sight.Fragment) + this.sum(Sight.Duplicate);
    return count >= least && count >= share * all;
  }

  private fragmentSources(): number {
    return new Set([...this.currentFragmentSources, ...this.lastFragmentSources]).size;
  }

  private judgeOneWay(): void {
    if (this.sum(Sight.Alone) >= ONE_WAY && this.sum(Sight.Answer) === 0) this.begin('one_way');
  }

  private sum(sight: Sight): number {
    return this.current[sight]! + this.last[sight]!;
  }

  private begin(name: ConditionName): void {
    if (this.since.has(name)) return;
    this.since.set(name, this.now);
    this.begun.set(name, (this.begun.get(name) ?? 0) + 1);
  }

  private end(name: ConditionName): void {
    this.since.delete(name);
  }
}

function isHeld(value: unknown): value is [ConditionName, number] {
  if (!Array.isArray(value) || !isTime(value[1])) return false;
  return CONDITION_NAMES.some((name) => name === value[0]);
}
