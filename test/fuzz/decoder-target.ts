import { Counters } from '../../src/telemetry/counters.js';
import { isAddress } from '../../src/wire/address.js';
import { Decoded, FrameDecoder } from '../../src/wire/frame-decoder.js';
import { Packet } from '../../src/wire/packet.js';
import { type Behaviours, bucket, mix } from './behaviours.js';
import { CounterWatch } from './counter-watch.js';
import { expect } from './fault.js';
import { mapFrame } from './frame-map.js';
import { leastCost } from './least-cost.js';
import { mutateFrames } from './mutate-frames.js';
import type { Input, Piece } from './piece.js';
import type { Random } from './random.js';
import type { Cost, Target } from './target.js';

/** Each tells why a frame was left unread; exactly one of them grows for each such frame. */
const DROPS = [
  'linkUnsupported',
  'etherTypeOther',
  'headerTruncated',
  'ipv4Malformed',
  'ipv6Malformed',
  'ipProtocolOther',
  'udpMalformed',
  'tcpMalformed',
  'icmpMalformed',
  'wlanUnsupported',
  'tunnelMalformed',
  'tunnelsTooDeep',
];
const OUTCOMES: readonly number[] = Object.values(Decoded);
/** Inputs after which the decoder is a new one: what is remembered of them can be tried again. */
const EPOCH = 256;
/** One input in so many is read between other bytes too. */
const COMPARED = 64;
const MARGIN = 64;

/** From frames to packets. */
export class DecoderTarget implements Target {
  readonly name = 'decoder';
  readonly about =
    'frames of any link, tunnel and fragment: nothing is thrown, each frame is decoded, held as a fragment or counted as lost exactly once, the payload lies inside its buffer, the bytes round a frame change nothing';
  readonly seeds: readonly Input[];
  history: Input[] = [];
  readonly worst: readonly Input[];
  cost = 0;
  private subject = new DecoderRun();

  constructor(seeds: readonly Input[], worst: readonly Input[] = []) {
    this.seeds = seeds;
    this.worst = worst;
  }

  renewed(): Target {
    return new DecoderTarget(this.seeds);
  }

  forget(): void {
    this.subject = new DecoderRun();
    this.history = [];
  }

  mutate(random: Random, input: Input, other: Input): Input {
    return mutateFrames(random, input, other);
  }

  run(input: Input, behaviours: Behaviours): void {
    if (this.history.length === EPOCH) this.forget();
    this.history.push(input);
    this.cost = 0;
    for (const piece of input) {
      this.subject.frame(piece);
      this.cost = Math.max(this.cost, this.subject.spent);
      behaviours.note(this.subject.behaviour);
      behaviours.note(mix(this.subject.behaviour, shapeOf(piece)));
    }
    if (this.history.length % COMPARED === 1) compareSurroundings(input);
  }

  measure(input: Input, runs: number): Cost {
    const { ms, at } = leastCost(runs, input.length, (spent) => {
      const subject = new DecoderRun();
      for (const [i, piece] of input.entries()) {
        subject.frame(piece);
        spent[i] = subject.spent;
      }
    });
    return { ms, at, kind: this.kindOf(input[at]!) };
  }

  private kindOf({ bytes, linkType }: Piece): string {
    const kinds = mapFrame(bytes, linkType).headers.map(({ kind }) => kind);
    return [`link ${linkType}`, ...new Set(kinds)].join(' ');
  }
}

/** A decoder with its counters, and what it made of the last frame. */
class DecoderRun {
  spent = 0;
  behaviour = 0;
  private now = 0;
  readonly packet = new Packet();
  private readonly counters = new Counters();
  private readonly watch = new CounterWatch(this.counters);
  private readonly decoder = new FrameDecoder(this.counters);

  /** Decodes a frame that stands between other bytes. */
  frame({ bytes, time, originalLength, linkType }: Piece, around?: number): void {
    const { packet, watch } = this;
    this.pass(time);
    const margin = around === undefined ? 0 : MARGIN;
    const buf = around === undefined ? bytes : surrounded(bytes, around);
    const to = margin + bytes.length;
    const begin = performance.now();
    const outcome = this.decoder.decode(
      packet,
      buf,
      margin,
      to,
      this.now,
      originalLength,
      linkType,
    );
    this.spent = performance.now() - begin;
    const grown = watch.step();
    expect(OUTCOMES.includes(outcome), 'an outcome is one of those known', () => outcome);
    const drops = watch.sum(DROPS);
    // A fragment that made a datagram whole may have brought the next one: a tunnel's.
    const held = watch.grown('fragments') - watch.grown('fragmentsReassembled');
    const accounted = outcome === 0 ? drops + held === 1 : drops + held === 0;
    expect(
      accounted,
      'each frame is decoded, held or counted as lost once',
      () => `outcome ${outcome}, ${watch.grownNames().join(' ')}`,
    );
    if (outcome !== 0) checkPacket(packet);
    const { payloadTo, payloadFrom, transport, truncated } = packet;
    const size = bucket(payloadTo - payloadFrom);
    this.behaviour = mix(mix(mix(mix(grown, outcome), transport), size), truncated ? 1 : 0);
  }

  /** Time goes on, or is set back when it jumped far back, as the sensor's clock does. */
  private pass(time: number): void {
    if (time < this.now - 3600) {
      this.now = time;
      this.decoder.setBack(time);
    } else if (time > this.now) {
      this.now = time;
      this.decoder.advance(time);
    } else return;
    for (const { table, entries, limit } of this.decoder.tables()) {
      expect(entries >= 0 && entries <= limit, 'a table keeps its limit', () => table);
    }
    this.watch.step();
  }
}

/** The kinds of its headers, the outermost ones, as a number. */
function shapeOf({ bytes, linkType }: Piece): number {
  let shape = linkType;
  for (const { kind } of mapFrame(bytes, linkType).headers.slice(0, 6)) {
    shape = mix(mix(shape, kind.length), kind.charCodeAt(0));
  }
  return shape;
}

function checkPacket(packet: Packet): void {
  const { buf, payloadFrom, payloadTo } = packet;
  const inside = payloadFrom >= 0 && payloadFrom <= payloadTo && payloadTo <= buf.length;
  expect(inside, 'the payload lies inside its buffer', () => `${payloadFrom} to ${payloadTo}`);
  expect(isAddress(packet.source) && isAddress(packet.destination), 'addresses are addresses');
  const ports = [packet.sourcePort, packet.destinationPort];
  expect(
    ports.every((port) => port >>> 0 === port && port <= 65_535),
    'ports are ports',
  );
}

/** What a decoder says of frames depends on nothing that stands beside them. */
function compareSurroundings(input: Input): void {
  const alone = new DecoderRun();
  const between = new DecoderRun();
  for (const piece of input) {
    alone.frame(piece);
    between.frame(piece, 0x45);
    expect(
      alone.behaviour === between.behaviour && isSame(alone.packet, between.packet),
      'the bytes round a frame change nothing',
    );
  }
}

function isSame(one: Packet, two: Packet): boolean {
  return (
    one.source === two.source &&
    one.destination === two.destination &&
    one.sourcePort === two.sourcePort &&
    one.destinationPort === two.destinationPort &&
    one.payloadTo - one.payloadFrom === two.payloadTo - two.payloadFrom &&
    one.buf
      .subarray(one.payloadFrom, one.payloadTo)
      .equals(two.buf.subarray(two.payloadFrom, two.payloadTo))
  );
}

function surrounded(bytes: Buffer, byte: number): Buffer {
  const margin = Buffer.alloc(MARGIN, byte);
  return Buffer.concat([margin, bytes, margin]);
}
