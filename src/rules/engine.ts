import type { Observation } from '../detect/observation.js';
import type { DocumentProblem } from '../documents/problem.js';
import type { SipMessage } from '../sip/message.js';
import { hashText } from '../tables/hash.js';
import type { Counters } from '../telemetry/counters.js';
import { isText, type SavedEntry } from '../telemetry/saved-entry.js';
import type { TableStatus } from '../telemetry/table-status.js';
import type { Address } from '../wire/address.js';
import type { Actor } from './actor.js';
import type { CompiledSignature } from './compile.js';
import { CountingEngine } from './counting.js';
import { MessageSubject } from './fields/message-fields.js';
import type { Finding } from './finding.js';
import { GroupKey, idOfKey } from './group-key.js';
import type { LoadedSignatures } from './load.js';
import {
  actorOfSubject,
  heldSelections,
  makeFinding,
  type Occasion,
  occasionOf,
} from './make-finding.js';
import type { ActorKind, Signature } from './signature.js';
import { type SignatureSet, signatureSet } from './signature-set.js';
import { Suppression } from './suppression.js';

/** Where findings go. */
export interface FindingSink {
  /** False when it was not taken: then it may be made again, and is not held to be said. */
  finding(finding: Finding): boolean;
  /**
   * A finding that was said lately came again. False when no open incident of the actor tells of
   * this signature; undefined: of any.
   */
  repeated(actor: Actor, occasion: Occasion, signatureId: string | undefined): boolean;
}

/** A signature matched: what came of it, for `explain`. */
export interface Match extends Omit<Occasion, 'proof'> {
  readonly signature: Signature;
  /** `counted`: not enough yet. `suppressed`: the same finding was made lately. */
  readonly became: 'counted' | 'finding' | 'suppressed';
  /** The value that was counted, where different values are. */
  readonly value: string | undefined;
  /** Selections that held. */
  readonly held: readonly string[];
  /** What it was, in the words of the wire: a start line, or a request and its outcome. */
  readonly seen: string;
}

export type MatchListener = (match: Match) => void;
/** Tells each time a signature was tried, with the selections that held: for its examples. */
export type TryListener = (signature: Signature, held: readonly string[]) => void;

/** What a signature did since the start. */
export interface SignatureTally {
  readonly signature: Signature;
  /** Messages or observations that it matched, and findings that it made of them. */
  readonly matches: number;
  readonly findings: number;
}

/** The field that names an actor; a campaign is suppressed by what it has in common. */
const NAMES: Readonly<Record<ActorKind, string>> = {
  source: 'source.ip',
  network: 'source.network',
  target: 'target.ip',
  group: 'group',
};
/** Longest key of a group that is read back. */
const KEY_LIMIT = 4096;

/** The signatures at work: messages and observations go in, findings come out. */
export class RuleEngine {
  onMatch: MatchListener | undefined = undefined;
  onTried: TryListener | undefined = undefined;
  private set: SignatureSet;
  /** By index of the signature in the set. */
  private matches: number[] = [];
  private findings: number[] = [];
  private readonly counting: CountingEngine;
  private readonly suppression: Suppression;
  /** Serves for each look-up in turn. */
  private readonly key = new GroupKey();
  private readonly counters: Counters;
  private readonly sink: FindingSink;

  /** `isKnown`: see `Counted`; left out: every source is. */
  constructor(
    loaded: LoadedSignatures,
    counters: Counters,
    sink: FindingSink,
    isKnown?: (source: Address) => boolean,
  ) {
    this.counters = counters;
    this.sink = sink;
    this.counting = new CountingEngine(counters, isKnown === undefined ? {} : { isKnown });
    this.suppression = new Suppression(counters);
    this.set = signatureSet(loaded);
    this.matches = this.set.running.map(() => 0);
    this.findings = this.set.running.map(() => 0);
  }

  /** What is wrong with the signature set; a set with problems should not be run. */
  get problems(): readonly DocumentProblem[] {
    return this.set.problems;
  }

  /** The signature of this id, if it runs. */
  signature(id: string): Signature | undefined {
    return this.set.find(id);
  }

  /** What each signature that runs did since the start. */
  tallies(): SignatureTally[] {
    return this.set.running.map((signature, index) => ({
      signature,
      matches: this.matches[index]!,
      findings: this.findings[index]!,
    }));
  }

  /**
   * Runs another set from now on. Of signatures that are in both, the tallies go on, and so do counts
   * and suppressions where the signature still counts and falls silent in the same way; the others
   * begin anew.
   */
  reload(loaded: LoadedSignatures): void {
    const before = this.set;
    const tallies = new Map(this.tallies().map((tally) => [tally.signature.id, tally]));
    this.set = signatureSet(loaded);
    const { running } = this.set;
    this.matches = running.map(({ id }) => tallies.get(id)?.matches ?? 0);
    this.findings = running.map(({ id }) => tallies.get(id)?.findings ?? 0);
    const keptBy = (wayOf: (signature: Signature | undefined) => number) => {
      const kept = new Set(
        running
          .filter((signature) => wayOf(signature) === wayOf(before.find(signature.id)))
          .map(({ id }) => id),
      );
      return (key: string) => kept.has(idOfKey(key));
    };
    this.counting.keepOnly(keptBy(wayOfCounting));
    this.suppression.keepOnly(keptBy(wayOfSilence));
  }

  tables(): TableStatus[] {
    return [...this.counting.tables(), this.suppression.table()];
  }

  /** What outlasts a restart, in order of use; it may take its time. */
  *save(): Generator<SavedEntry> {
    for (const signature of this.set.running) {
      yield ['signature', signature.id, wayOfCounting(signature), wayOfSilence(signature)];
    }
    yield* this.counting.save();
    yield* this.suppression.save();
  }

  /**
   * Takes in entries that were saved, one by one; false for one that cannot be used: it is damaged,
   * or its signature is gone or counts in another way.
   */
  restorer(): (entry: SavedEntry) => boolean {
    const saved = new Map<string, SavedEntry>();
    return (entry) => {
      const [section, key] = entry;
      if (!isText(key, KEY_LIMIT)) return false;
      const id = idOfKey(key);
      const signature = this.set.find(id);
      if (signature === undefined) return false;
      if (section === 'signature') {
        saved.set(id, entry);
        return true;
      }
      const [, , counting, silence] = saved.get(id) ?? [];
      if (section === 'suppressed') {
        return silence === wayOfSilence(signature) && this.suppression.restore(key, entry);
      }
      if (counting !== wayOfCounting(signature)) return false;
      const { count, sequence } = signature;
      if (section === 'first') {
        return count !== undefined && this.counting.restoreFirst(id, entry, count);
      }
      if (section === 'count') {
        return count !== undefined && this.counting.restoreCount(key, entry, count);
      }
      return sequence !== undefined && this.counting.restoreSequence(key, entry, sequence);
    };
  }

  /** Judges one message. The subject is borrowed for the call. */
  message(subject: MessageSubject): void {
    const { message, packet } = subject;
    const index = message.isRequest ? this.set.requests : this.set.responses;
    const tellsAll = this.onTried !== undefined;
    for (const signature of tellsAll ? index.signatures : index.candidatesFor(subject)) {
      if (tellsAll) this.tell(signature, subject);
      if (!signature.matches(subject)) continue;
      this.matched(signature, subject, occasionOf(packet), message);
    }
  }

  /** Judges one observation. */
  observe(observation: Observation): void {
    const index = this.set.over(observation.name);
    const tellsAll = this.onTried !== undefined;
    for (const signature of tellsAll ? index.signatures : index.candidatesFor(observation)) {
      if (tellsAll) this.tell(signature, observation);
      if (!signature.matches(observation)) continue;
      this.matched(signature, observation, observation, undefined);
    }
  }

  private tell<S>(compiled: CompiledSignature<S>, subject: S): void {
    this.onTried?.(compiled.signature, heldSelections(compiled, subject));
  }

  private matched<S>(
    compiled: CompiledSignature<S>,
    subject: S,
    occasion: Occasion,
    message: SipMessage | undefined,
  ): void {
    const { signature, index } = compiled;
    const { time } = occasion;
    this.matches[index]! += 1;
    const reached = this.count(compiled, subject, occasion);
    if (reached === undefined) {
      this.tellMatch(compiled, subject, occasion, 'counted');
      return;
    }
    const { suppressFor } = signature.alert;
    const key = compiled.suppressesGroup
      ? this.key // as it was counted
      : this.key.setFrom(compiled.start, compiled.suppressBy, subject);
    if (
      this.suppression.holds(key, time, suppressFor) &&
      this.goesOn(compiled, subject, occasion)
    ) {
      this.counters.findingsSuppressed++;
      this.tellMatch(compiled, subject, occasion, 'suppressed');
      return;
    }
    this.counters.findings++;
    this.findings[index]! += 1;
    this.tellMatch(compiled, subject, occasion, 'finding');
    const taken = this.sink.finding(makeFinding(compiled, subject, occasion, message, reached));
    if (taken) this.suppression.begin(key, time + suppressFor);
  }

  /**
   * Whether what is suppressed may stay unsaid. Where an actor is suppressed for itself and the
   * incident that told of it is gone (closed, or pushed out of a full table), it may not: nobody
   * would know of it.
   */
  private goesOn<S>(compiled: CompiledSignature<S>, subject: S, occasion: Occasion): boolean {
    const { id, alert } = compiled.signature;
    const actor = actorOfSubject(compiled, subject, occasion);
    const toldOf = alert.suppressBy.includes(NAMES[actor.kind]) ? id : undefined;
    return this.sink.repeated(actor, occasion, toldOf) || toldOf === undefined;
  }

  private tellMatch<S>(
    compiled: CompiledSignature<S>,
    subject: S,
    occasion: Occasion,
    became: Match['became'],
  ): void {
    if (this.onMatch === undefined) return;
    const { distinct } = compiled;
    // A number here is a hash, and tells a reader nothing.
    const value = distinct?.type === 'text' ? distinct.read(subject) : undefined;
    this.onMatch({
      time: occasion.time,
      frameNumber: occasion.frameNumber,
      source: occasion.source,
      sourcePort: occasion.sourcePort,
      target: occasion.target,
      targetPort: occasion.targetPort,
      transport: occasion.transport,
      signature: compiled.signature,
      became,
      value: value === undefined ? undefined : String(value),
      held: heldSelections(compiled, subject),
      seen:
        subject instanceof MessageSubject
          ? (subject.message.startLineText() ?? '')
          : seenIn(subject as Observation),
    });
  }

  /** What the count reached, or undefined when it is not enough yet. Uncounted: one at once. */
  private count<S>(
    compiled: CompiledSignature<S>,
    subject: S,
    { time, source }: Occasion,
  ): { count: number; within: number } | undefined {
    const { id, count, sequence, actor } = compiled.signature;
    if (count === undefined && sequence === undefined) return { count: 1, within: 0 };
    const group = this.key.setFrom(compiled.start, compiled.groupBy, subject);
    if (sequence !== undefined) {
      const matched = compiled.steps.map((step) => step(subject));
      const { length } = matched;
      const done = this.counting.sequence(group, length, matched, time, sequence.within, source);
      return done ? { count: length, within: sequence.within } : undefined;
    }
    if (count === undefined) return undefined;
    const { windows } = count;
    const shared = actor !== 'source';
    let result: ReturnType<CountingEngine['count']>;
    if (compiled.distinct === undefined) {
      result = this.counting.count(group, time, windows, source, shared, id);
    } else {
      const value = compiled.distinct.read(subject);
      if (value === undefined) return undefined;
      const key = typeof value === 'boolean' ? String(value) : value;
      result = this.counting.distinct(group, key, time, windows, source, shared, id);
    }
    if (result === undefined || compiled.provided?.(subject) === false) return undefined;
    return { count: result.count, within: result.window.within };
  }
}

/** `REGISTER 2000: 401`, `OPTIONS: silent`. */
function seenIn({ method, account, status, outcome }: Observation): string {
  const what = account === undefined ? method : `${method} ${account}`;
  const became = status ?? outcome;
  return became === undefined ? what : `${what}: ${became}`;
}

/** Changes when counts of the signature mean something else. */
function wayOfCounting(signature: Signature | undefined): number {
  return hashText(JSON.stringify([signature?.count, signature?.sequence]));
}

/** Changes when its suppressions do. */
function wayOfSilence(signature: Signature | undefined): number {
  return hashText(JSON.stringify([signature?.alert.suppressBy]));
}
