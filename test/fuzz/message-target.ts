import { deviationNames } from '../../src/sip/deviations.js';
import { Outcome, SipMessage } from '../../src/sip/message.js';
import { structured } from '../../src/sip/structured.js';
import { METHOD_NAMES } from '../../src/sip/tokens.js';
import { everyGetter, everyRange } from '../sip/every-getter.js';
import { messagesIn } from '../support/messages-in.js';
import { type Behaviours, bucket, mix, mixText } from './behaviours.js';
import { expect } from './fault.js';
import { leastCost } from './least-cost.js';
import { mutateText } from './mutate-sip.js';
import { type Input, type Piece, pieceOf } from './piece.js';
import type { Random } from './random.js';
import type { Cost, Target } from './target.js';
import { WORST_MESSAGES } from './worst-messages.js';

const OUTCOMES: readonly number[] = Object.values(Outcome);
/** Bytes that stand before and behind a message in its buffer. */
const MARGIN = 64;
/** One input in so many is read in other ways too and all answers are compared. */
const COMPARED = 16;

/** The message view, with everything that it can be asked. */
export class MessageTarget implements Target {
  readonly name = 'message';
  readonly about =
    'SIP messages, asked everything: nothing is thrown, outcomes are known, every range lies inside the message, and neither the message before nor the bytes round it change an answer';
  readonly seeds: readonly Input[];
  readonly history: readonly Input[] = [];
  readonly worst: readonly Input[] = Object.values(WORST_MESSAGES).map((text) => [
    pieceOf(Buffer.from(text, 'latin1')),
  ]);
  cost = 0;
  private readonly message = new SipMessage();
  private runs = 0;

  constructor(seeds: readonly Input[]) {
    this.seeds = seeds;
  }

  renewed(): Target {
    return new MessageTarget(this.seeds);
  }

  forget(): void {}

  mutate(random: Random, input: Input, other: Input): Input {
    return [pieceOf(mutateText(random, input[0]!.bytes, other[0]!.bytes))];
  }

  run(input: Input, behaviours: Behaviours): void {
    const { bytes } = input[0]!;
    const { message } = this;
    const begin = performance.now();
    const outcome = message.reset(bytes, 0, bytes.length);
    const answers = everyGetter(message);
    this.cost = performance.now() - begin;
    expect(OUTCOMES.includes(outcome), 'an outcome is one of those known', () => outcome);
    checkRanges(message, bytes.length);
    let end = 0;
    for (const [from, to] of messagesIn(bytes, 0, bytes.length)) {
      const isInside = from >= end && to > from && to <= bytes.length;
      expect(isInside, 'messages stand one behind the other', () => `${from} to ${to}`);
      end = to;
    }
    // A new target compares at once, so that a failure shows again when it is tried alone.
    if (this.runs++ % COMPARED === 0) compareReadings(bytes, answers);
    noteMessage(message, outcome, behaviours);
  }

  measure(input: Input, runs: number): Cost {
    const { bytes } = input[0]!;
    const { ms, at } = leastCost(runs, 1, (spent) => {
      const begin = performance.now();
      this.message.reset(bytes, 0, bytes.length);
      everyGetter(this.message);
      const asked = performance.now() - begin;
      const framing = performance.now();
      messagesIn(bytes, 0, bytes.length);
      spent[0] = Math.max(asked, performance.now() - framing);
    });
    return { ms, at, kind: this.kindOf(input[at]!) };
  }

  private kindOf({ bytes }: Piece): string {
    const { message } = this;
    const outcome = message.reset(bytes, 0, bytes.length);
    if (outcome !== Outcome.Ok) return `outcome ${outcome}`;
    return `${messageName(message)}: ${deviationNames(message.check()).join(' ')}`;
  }
}

/** `INVITE`, `200` or what stands in their place. */
export function messageName(message: SipMessage): string {
  if (message.isResponse) return String(message.status);
  return METHOD_NAMES[message.methodId] ?? 'other';
}

function checkRanges(message: SipMessage, length: number): void {
  for (const [name, from, to] of everyRange(message)) {
    const inside = from === to || (from >= 0 && from < to && to <= length);
    expect(inside, 'every range lies inside the message', () => `${name} ${from} to ${to}`);
  }
}

/** The same bytes in a new view, between other bytes, and in the words of the package `sip`. */
function compareReadings(bytes: Buffer, answers: unknown[]): void {
  const fresh = new SipMessage();
  fresh.reset(bytes, 0, bytes.length);
  const again = everyGetter(fresh);
  expect(same(again, answers), 'the message before changes no answer', () =>
    difference(again, answers),
  );
  for (const around of [10, 58, 34]) {
    const margin = Buffer.alloc(MARGIN, around);
    const larger = Buffer.concat([margin, bytes, margin]);
    fresh.reset(larger, MARGIN, MARGIN + bytes.length);
    const inside = everyGetter(fresh);
    expect(same(inside, answers), 'the bytes round a message change no answer', () =>
      difference(inside, answers),
    );
  }
  const plain = structured(bytes);
  expect(plain === undefined || JSON.stringify(plain) !== undefined, 'evidence is plain data');
}

function same(one: unknown[], two: unknown[]): boolean {
  return difference(one, two) === '';
}

function difference(one: readonly unknown[], two: readonly unknown[]): string {
  const at = one.findIndex((value, i) => {
    const other = two[i];
    if (!Array.isArray(value) || !Array.isArray(other)) return !Object.is(value, other);
    return value.some((part, j) => !Object.is(part, other[j]));
  });
  return at === -1 ? '' : `answer ${at}: ${String(one[at])} and ${String(two[at])}`.slice(0, 300);
}

function noteMessage(message: SipMessage, outcome: Outcome, behaviours: Behaviours): void {
  const kind = mixText(mix(2, outcome), messageName(message));
  behaviours.note(kind);
  const { deviations } = message;
  for (let bit = 0; bit < 32; bit++) {
    if ((deviations & (1 << bit)) !== 0) behaviours.note(mix(mix(3, bit), message.kind));
  }
  behaviours.note(mix(mix(4, deviations), message.kind));
  behaviours.note(mix(mix(5, bucket(message.headerCount)), bucket(message.viaCount)));
  behaviours.note(mix(mix(6, bucket(message.bodyLength)), bucket(message.contentLength)));
  const { ruri, fromHeader, contact, via, sdp } = message;
  const flags = [
    ruri.valid,
    ruri.hasHeaders,
    ruri.portNumber >= 0,
    fromHeader.valid,
    fromHeader.hasBrackets,
    contact.valid,
    contact.isStar,
    via.valid,
    via.port >= 0,
    sdp.present,
    sdp.mediaPort >= 0,
    message.credentials.present,
    message.challenge.present,
  ];
  behaviours.note(flags.reduce((hash, flag) => mix(hash, flag ? 1 : 2), 7));
}
