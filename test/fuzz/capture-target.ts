import { type FrameSink, NotACaptureError } from '../../src/capture/frames.js';
import { PcapReader } from '../../src/capture/pcap-reader.js';
import { Counters } from '../../src/telemetry/counters.js';
import { type Behaviours, bucket, mix, mixBytes, mixText } from './behaviours.js';
import { CounterWatch } from './counter-watch.js';
import { expect } from './fault.js';
import { leastCost } from './least-cost.js';
import { BYTE_MUTATORS, setInteger } from './mutate-bytes.js';
import { type Input, LONGEST, type Piece, pieceOf } from './piece.js';
import { Random } from './random.js';
import type { Cost, Target } from './target.js';

/** Capture files, read in pieces of any size. */
export class CaptureTarget implements Target {
  readonly name = 'capture';
  readonly about =
    'pcap and pcapng files: nothing but NotACaptureError is thrown, frames lie inside the buffer, times are numbers, and in whatever pieces the file comes its frames and its warning are the same';
  readonly seeds: readonly Input[];
  readonly history: readonly Input[] = [];
  readonly worst: readonly Input[] = [];
  cost = 0;

  constructor(seeds: readonly Input[]) {
    this.seeds = seeds;
  }

  renewed(): Target {
    return new CaptureTarget(this.seeds);
  }

  forget(): void {}

  mutate(random: Random, input: Input, other: Input): Input {
    let { bytes } = input[0]!;
    for (let left = 1 + random.small(8); left > 0; left--) {
      // What matters in a capture file is mostly numbers.
      const mutator = random.chance(0.4) ? setInteger : random.pick(BYTE_MUTATORS);
      bytes = mutator(random, bytes, other[0]!.bytes).subarray(0, LONGEST);
    }
    return [pieceOf(bytes)];
  }

  run(input: Input, behaviours: Behaviours): void {
    const { bytes } = input[0]!;
    const begin = performance.now();
    const whole = readAll(bytes, bytes.length + 1);
    this.cost = performance.now() - begin;
    const split = new Random(mixBytes(0, bytes, 0, bytes.length));
    const pieces = readAll(bytes, 1 + split.small(bytes.length), split);
    expect(
      whole.digest === pieces.digest && whole.said === pieces.said,
      'the same file in other pieces gives the same',
      () => `${whole.frames} frames, "${whole.said}"; ${pieces.frames}, "${pieces.said}"`,
    );
    // Of a file, which warning and how many frames; the frames themselves are for the decoder.
    const kind = mixText(mix(1, bucket(whole.frames)), whole.said.replaceAll(/\d+/g, '#'));
    behaviours.note(kind);
    behaviours.note(mix(kind, whole.linkTypes));
  }

  measure(input: Input, runs: number): Cost {
    const { bytes } = input[0]!;
    const { ms, at } = leastCost(runs, 1, (spent) => {
      const begin = performance.now();
      readAll(bytes, bytes.length + 1);
      spent[0] = performance.now() - begin;
    });
    return { ms, at, kind: this.kindOf(input[at]!) };
  }

  private kindOf({ bytes }: Piece): string {
    const { said, frames } = readAll(bytes, bytes.length + 1);
    return `${frames} frames; ${said.replaceAll(/\d+/g, '#') || 'no warning'}`;
  }
}

interface ReadFile {
  frames: number;
  linkTypes: number;
  digest: number;
  /** The warning, or why it is no capture. */
  said: string;
}

/** Reads a file in pieces: all at once, or as `random` has it. */
function readAll(bytes: Buffer, chunkLength: number, random?: Random): ReadFile {
  const counters = new Counters();
  const watch = new CounterWatch(counters);
  const sink = new CheckingSink();
  const reader = new PcapReader(sink, counters, 'file', chunkLength);
  let said = '';
  try {
    for (let at = 0; at < bytes.length; ) {
      const length = random === undefined ? bytes.length : pieceLength(random, bytes.length - at);
      reader.write(bytes.subarray(at, at + length));
      at += length;
    }
    reader.end();
    said = reader.warning ?? '';
  } catch (error) {
    if (!(error instanceof NotACaptureError)) throw error;
    // Whether more bytes follow those that it shows, it knows only of what has come.
    said = error.message.replace(' …)', ')');
  }
  watch.step();
  expect(watch.grown('frames') === sink.frames, 'each frame is counted once');
  expect(reader.position <= bytes.length, 'no more is read than there is');
  expect(!/[\p{Cc}\n]/u.test(said), 'what is said is one line', () => JSON.stringify(said));
  return { frames: sink.frames, linkTypes: sink.linkTypes, digest: sink.digest, said };
}

/** Some bytes, or all that are left. */
function pieceLength(random: Random, left: number): number {
  return Math.min(left, random.chance(0.3) ? 1 + random.small(64) : 64 + random.below(4096));
}

/** Looks at each frame and keeps a digest of all. */
class CheckingSink implements FrameSink {
  frames = 0;
  digest = 0;
  linkTypes = 0;

  frame(
    buf: Buffer,
    from: number,
    to: number,
    time: number,
    originalLength: number,
    linkType: number,
  ): void {
    this.frames++;
    expect(from >= 0 && from <= to && to <= buf.length, 'a frame lies inside the buffer');
    expect(Number.isFinite(time), 'a packet time is a number', () => time);
    expect(originalLength >= to - from, 'no frame is longer than it was on the wire');
    expect(Number.isInteger(linkType) && linkType >= 0 && linkType <= 0xffff, 'a link type is one');
    const numbers = mix(mix(mix(this.digest, time * 1000), originalLength), linkType);
    this.digest = mixBytes(numbers, buf, from, to);
    this.linkTypes = mix(this.linkTypes, linkType);
  }

  statistics(received: number | undefined, dropped: number | undefined): void {
    expect(!(Number(received ?? 0) < 0), 'a count is not negative');
    expect(!Number.isNaN(dropped ?? 0), 'a count is a number');
    this.digest = mix(mix(this.digest, received ?? -1), dropped ?? -1);
  }
}
