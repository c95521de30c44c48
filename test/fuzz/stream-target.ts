import { type FramerSink, StreamFramer } from '../../src/sip/stream-framer.js';
import { Counters } from '../../src/telemetry/counters.js';
import { Decoded, FrameDecoder } from '../../src/wire/frame-decoder.js';
import { Packet, Transport } from '../../src/wire/packet.js';
import { TcpStreams } from '../../src/wire/tcp-streams.js';
import { type Behaviours, bucket, mix, mixBytes } from './behaviours.js';
import { CounterWatch } from './counter-watch.js';
import { expect } from './fault.js';
import { mapFrame } from './frame-map.js';
import { leastCost } from './least-cost.js';
import { mutateFrames } from './mutate-frames.js';
import { type Input, LONGEST, type Piece } from './piece.js';
import { Random } from './random.js';
import { compareSplits } from './stream-splits.js';
import type { Cost, Target } from './target.js';

const EPOCH = 256;
/** One input in so many is read as one stream, cut in two ways, and the messages are compared. */
const COMPARED = 4;
/** Most that is held for one message (bytes); a WebSocket message needs no more. */
const LONGEST_MESSAGE = 65_536 + 16;

/** TCP segments put in order, and the messages found in them. */
export class StreamTarget implements Target {
  readonly name = 'stream';
  readonly about =
    'TCP segments in any order, with gaps, repeats and overlaps: nothing is thrown, messages lie inside their buffer, tables keep their limits, and one stream gives the same messages in whatever segments and order it comes';
  readonly seeds: readonly Input[];
  history: Input[] = [];
  readonly worst: readonly Input[];
  cost = 0;
  private subject = new StreamRun();

  constructor(seeds: readonly Input[], worst: readonly Input[] = []) {
    this.seeds = seeds;
    this.worst = worst;
  }

  renewed(): Target {
    return new StreamTarget(this.seeds);
  }

  forget(): void {
    this.subject = new StreamRun();
    this.history = [];
  }

  mutate(random: Random, input: Input, other: Input): Input {
    return mutateFrames(random, input, other);
  }

  run(input: Input, behaviours: Behaviours): void {
    if (this.history.length === EPOCH) {
      this.subject.finish();
      this.forget();
    }
    this.history.push(input);
    this.cost = 0;
    for (const piece of input) {
      this.subject.frame(piece);
      this.cost = Math.max(this.cost, this.subject.spent);
      behaviours.note(this.subject.behaviour);
    }
    if (this.history.length % COMPARED === 1) {
      const bytes = streamOf(input);
      compareSplits(bytes, new Random(mixBytes(0, bytes, 0, bytes.length)));
    }
  }

  measure(input: Input, runs: number): Cost {
    const kinds = input.map(() => '');
    const { ms, at } = leastCost(runs, input.length, (spent) => {
      const subject = new StreamRun();
      for (const [i, piece] of input.entries()) {
        subject.frame(piece);
        spent[i] = subject.spent;
        kinds[i] = subject.kind();
      }
    });
    return { ms, at, kind: kinds[at]! };
  }
}

/** What all segments of an input carry, one behind the other. */
function streamOf(input: Input): Buffer {
  const payloads = input.map(({ bytes, linkType }) =>
    bytes.subarray(mapFrame(bytes, linkType).payloadFrom),
  );
  return Buffer.concat(payloads).subarray(0, LONGEST);
}

/** Decoder, streams and framer together. */
class StreamRun implements FramerSink {
  spent = 0;
  behaviour = 0;
  private messages = 0;
  private now = 0;
  private readonly counters = new Counters();
  private readonly watch = new CounterWatch(this.counters);
  private readonly decoder = new FrameDecoder(this.counters);
  private readonly streams = new TcpStreams(this.counters, new StreamFramer(this.counters, this));
  private readonly packet = new Packet();

  frame(piece: Piece): void {
    const { packet, streams } = this;
    const { bytes, time, originalLength, linkType } = piece;
    this.pass(time);
    this.messages = 0;
    const found = this.decoder.decode(
      packet,
      bytes,
      0,
      bytes.length,
      this.now,
      originalLength,
      linkType,
    );
    const begin = performance.now();
    if (found === Decoded.Payload && packet.transport === Transport.Tcp) streams.segment(packet);
    this.spent = performance.now() - begin;
    const grown = this.watch.step();
    this.behaviour = mix(mix(grown, bucket(this.messages)), packet.tcpFlags & 7);
  }

  finish(): void {
    this.streams.finish();
    this.watch.step();
  }

  kind(): string {
    return this.watch.grownNames().join(' ');
  }

  message(_packet: Packet, buf: Buffer, from: number, to: number): void {
    this.messages++;
    const isInside = from >= 0 && from < to && to <= buf.length;
    expect(isInside, 'a message lies inside its buffer', () => `${from} to ${to}`);
    expect(to - from <= LONGEST_MESSAGE, 'a message is cut to size', () => to - from);
  }

  encrypted(): void {}

  /** Time goes on, or is set back when it jumped far back, as the sensor's clock does. */
  private pass(time: number): void {
    if (time < this.now - 3600) {
      this.streams.setBack(time);
      this.decoder.setBack(time);
      this.now = time;
    } else if (time > this.now) {
      this.now = time;
      this.streams.advance(time);
      this.decoder.advance(time);
    }
    for (const { table, entries, limit } of this.streams.tables()) {
      expect(entries >= 0 && entries <= limit, 'a table keeps its limit', () => table);
    }
  }
}
