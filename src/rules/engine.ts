import { BoundedMap } from '../detect/bounded-map.js';
import {
  OBSERVATION_NAMES,
  type Observation,
  type ObservationName,
} from '../detect/observation.js';
import { shortCopy } from '../detect/short-copy.js';
import type { DocumentProblem } from '../documents/problem.js';
import type { SipMessage } from '../sip/message.js';
import type { Counters } from '../telemetry/counters.js';
import type { Address } from '../wire/address.js';
import type { Packet } from '../wire/packet.js';
import { type CompiledSignature, compileSignature } from './compile.js';
import { CountingEngine } from './counting.js';
import type { Expression } from './expression.js';
import type { ExtractedFact, Finding } from './finding.js';
import type { LoadedSignatures } from './load.js';
import { MessageSubject, messageFields } from './message-fields.js';
import { observationFields } from './observation-fields.js';
import type { Signature } from './signature.js';
import { SignatureIndex } from './signature-index.js';
import { renderTemplate } from './template.js';

/** Where findings go. */
export interface FindingSink {
  /** False when it was not taken: then it may be made again, and is not held to be said. */
  finding(finding: Finding): boolean;
  /** A finding that was said lately came again. */
  repeated(source: Address, time: number): void;
}

/** A signature matched: what came of it, for `explain`. */
export interface Match extends Occasion {
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

/** Where, when and between whom: what a finding takes from its subject. */
export type Occasion = Pick<
  Finding,
  'time' | 'frameNumber' | 'source' | 'sourcePort' | 'target' | 'targetPort' | 'transport'
>;

const MESSAGE_COPY_LIMIT = 4096;
const FACT_LIMIT = 256;
/** Characters of a value that tell groups apart. */
const KEY_PART_LIMIT = 256;
const SUPPRESSION_LIMIT = 100_000;
const SEPARATOR = '\u001f';

/** The signatures at work: messages and observations go in, findings come out. */
export class RuleEngine {
  /** What is wrong with the signature set; a set with problems should not be run. */
  readonly problems: DocumentProblem[];
  onMatch: MatchListener | undefined = undefined;
  onTried: TryListener | undefined = undefined;
  private readonly requests: SignatureIndex<MessageSubject>;
  private readonly responses: SignatureIndex<MessageSubject>;
  private readonly byObservation = new Map<ObservationName, CompiledSignature<Observation>[]>();
  private readonly counting: CountingEngine;
  /** Packet time until which a finding of a signature and group is not said again. */
  private readonly suppressedUntil: BoundedMap<string, number>;
  private readonly counters: Counters;
  private readonly sink: FindingSink;

  constructor(loaded: LoadedSignatures, counters: Counters, sink: FindingSink) {
    this.counters = counters;
    this.sink = sink;
    this.counting = new CountingEngine(counters);
    this.suppressedUntil = new BoundedMap(SUPPRESSION_LIMIT, () => {
      counters.suppressionsEvicted++;
    });
    const problems = [...loaded.problems];
    const overMessages = { request: [], response: [] } as {
      [direction in 'request' | 'response']: CompiledSignature<MessageSubject>[];
    };
    for (const name of OBSERVATION_NAMES) this.byObservation.set(name, []);
    for (const [index, signature] of loaded.signatures.entries()) {
      if (signature.status === 'deprecated') continue;
      if (signature.subject === 'message') {
        const compiled = compileSignature(signature, index, messageFields, loaded.lists, problems);
        if (compiled !== undefined) overMessages[directionOf(signature)].push(compiled);
      } else {
        const compiled = compileSignature(
          signature,
          index,
          observationFields,
          loaded.lists,
          problems,
        );
        if (compiled !== undefined) this.byObservation.get(signature.subject)!.push(compiled);
      }
    }
    this.problems = problems;
    this.requests = new SignatureIndex(overMessages.request, messageFields);
    this.responses = new SignatureIndex(overMessages.response, messageFields);
  }

  /** Judges one message. The subject is borrowed for the call. */
  message(subject: MessageSubject): void {
    const { message, packet } = subject;
    const index = message.isRequest ? this.requests : this.responses;
    for (const signature of index.candidatesFor(subject)) {
      if (this.onTried !== undefined) this.tell(signature, subject);
      if (!signature.matches(subject)) continue;
      this.matched(signature, subject, occasionOf(packet), message);
    }
  }

  /** Judges one observation. */
  observe(observation: Observation): void {
    for (const signature of this.byObservation.get(observation.name)!) {
      if (this.onTried !== undefined) this.tell(signature, observation);
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
    const { signature } = compiled;
    const reached = this.count(compiled, subject, occasion.time);
    if (reached === undefined) {
      this.tellMatch(compiled, subject, occasion, 'counted');
      return;
    }
    const key = keyOf(compiled.index, compiled.suppressBy, subject);
    const until = this.suppressedUntil.get(key);
    if (until !== undefined && occasion.time < until) {
      this.counters.findingsSuppressed++;
      this.sink.repeated(occasion.source, occasion.time);
      this.tellMatch(compiled, subject, occasion, 'suppressed');
      return;
    }
    this.counters.findings++;
    this.tellMatch(compiled, subject, occasion, 'finding');
    const taken = this.sink.finding(makeFinding(compiled, subject, occasion, message, reached));
    if (taken) this.suppressedUntil.set(key, occasion.time + signature.alert.suppressFor);
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
    time: number,
  ): { count: number; within: number } | undefined {
    const { count, sequence } = compiled.signature;
    if (count === undefined && sequence === undefined) return { count: 1, within: 0 };
    const group = keyOf(compiled.index, compiled.groupBy, subject);
    if (sequence !== undefined) {
      const matched = compiled.steps.map((step) => step(subject));
      const { length } = matched;
      const done = this.counting.sequence(group, length, matched, time, sequence.within);
      return done ? { count: length, within: sequence.within } : undefined;
    }
    if (count === undefined) return undefined;
    const { windows } = count;
    let result: ReturnType<CountingEngine['count']>;
    if (compiled.distinct === undefined) {
      result = this.counting.count(group, time, windows);
    } else {
      const value = compiled.distinct.read(subject);
      if (value === undefined) return undefined;
      const key = typeof value === 'boolean' ? String(value) : value;
      result = this.counting.distinct(group, key, time, windows);
    }
    if (result === undefined || compiled.provided?.(subject) === false) return undefined;
    return { count: result.count, within: result.window.within };
  }
}

/** A signature looks at requests, unless it speaks of responses: a reply echoes what was asked. */
function directionOf(signature: Signature): 'request' | 'response' {
  for (const selection of signature.selections.values()) {
    for (const [key, value] of Object.entries(selection)) {
      if (key === 'status' || key.startsWith('status|')) return 'response';
      if (key === 'is_response' && value === true) return 'response';
    }
  }
  return 'request';
}

function keyOf<S>(index: number, expressions: readonly Expression<S>[], subject: S): string {
  let key = String(index);
  for (const expression of expressions) {
    key += SEPARATOR;
    key += shortCopy(String(expression.read(subject) ?? ''), KEY_PART_LIMIT);
  }
  return key;
}

/** `REGISTER 2000: 401`, `OPTIONS: silent`. */
function seenIn({ method, account, status, outcome }: Observation): string {
  const what = account === undefined ? method : `${method} ${account}`;
  const became = status ?? outcome;
  return became === undefined ? what : `${what}: ${became}`;
}

function heldSelections<S>(compiled: CompiledSignature<S>, subject: S): string[] {
  return [...compiled.selections].filter(([, holds]) => holds(subject)).map(([name]) => name);
}

function occasionOf(packet: Packet): Occasion {
  return {
    time: packet.time,
    frameNumber: packet.frameNumber,
    source: packet.source,
    sourcePort: packet.sourcePort,
    target: packet.destination,
    targetPort: packet.destinationPort,
    transport: packet.transport,
  };
}

function makeFinding<S>(
  compiled: CompiledSignature<S>,
  subject: S,
  occasion: Occasion,
  message: SipMessage | undefined,
  reached: { count: number; within: number },
): Finding {
  const { signature } = compiled;
  const { time, frameNumber, source, sourcePort, target, targetPort, transport } = occasion;
  const counted = signature.count !== undefined || signature.sequence !== undefined;
  return {
    signature,
    time,
    frameNumber,
    source,
    sourcePort,
    target,
    targetPort,
    transport,
    reason: renderTemplate(compiled.template, subject, reached),
    facts: compiled.extracts.flatMap(({ name, secret, expression }): ExtractedFact[] => {
      const value = expression.read(subject);
      if (value === undefined) return [];
      return [{ name, value: secret ? undefined : shortCopy(String(value), FACT_LIMIT) }];
    }),
    matched: heldSelections(compiled, subject),
    reached: counted ? reached : undefined,
    message: message && copyOf(message),
  };
}

function copyOf(message: SipMessage): Buffer {
  const to = Math.min(message.to, message.from + MESSAGE_COPY_LIMIT);
  return Buffer.from(message.buf.subarray(message.from, to));
}
