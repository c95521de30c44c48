import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type Behaviours, mixBytes } from './behaviours.js';
import { readCases, writeCase } from './case-file.js';
import { Fault } from './fault.js';
import { Fuzzer } from './fuzzer.js';
import { slopeOf } from './heap.js';
import { mutateText } from './mutate-sip.js';
import { type Input, pieceOf } from './piece.js';
import { Random } from './random.js';
import type { Cost, Target } from './target.js';

const SEED: Input = [
  pieceOf(Buffer.from('OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/UDP h\r\nContent-Length: 0\r\n\r\n')),
];

/** A reader with a fault that only some inputs meet, and a cost that only some have. */
class Planted implements Target {
  readonly name = 'planted';
  readonly about = '';
  readonly seeds = [SEED];
  readonly history: readonly Input[] = [];
  readonly worst: readonly Input[] = [];
  cost = 0;
  digest = 0;
  private readonly fault: (text: string) => boolean;

  constructor(fault: (text: string) => boolean) {
    this.fault = fault;
  }

  forget(): void {}

  renewed(): Target {
    return new Planted(this.fault);
  }

  mutate(random: Random, input: Input, other: Input): Input {
    return [pieceOf(mutateText(random, input[0]!.bytes, other[0]!.bytes))];
  }

  /** Each longer beginning of "Via: SIP/2.0/UDP h,h" and so on is a behaviour of its own. */
  run(input: Input, behaviours: Behaviours): void {
    const { bytes } = input[0]!;
    const text = bytes.toString('latin1');
    this.digest = mixBytes(this.digest, bytes, 0, bytes.length);
    behaviours.note(Math.min(text.split(',').length, 12));
    behaviours.note(100 + Math.min(text.split('Content-Length').length, 12));
    this.cost = text.split('"').length / 1000;
    if (this.fault(text)) throw new Fault('a planted promise', `${text.length} bytes`);
  }

  measure(input: Input): Cost {
    const ms = input[0]!.bytes.toString('latin1').split('"').length / 1000;
    return { ms, at: 0, kind: 'quotes' };
  }
}

function run(fuzzer: Fuzzer, inputs: number) {
  let failure = fuzzer.begin();
  for (let i = 0; i < inputs && failure === undefined; i++) failure = fuzzer.step();
  return failure;
}

describe('a planted fault', () => {
  test('is found step by step, and made as small as it can be', () => {
    const isFaulty = (text: string) =>
      text.split(',').length > 4 && /Content-Length:.*-1/.test(text);
    const fuzzer = new Fuzzer(new Planted(isFaulty), { seed: 1, climbEvery: 0 });
    const failure = run(fuzzer, 50_000);
    assert.equal(failure?.rule, 'a planted promise');
    assert.ok(failure.reproduced);
    const [piece] = failure.inputs[0]!;
    // Four commas, the name with its colon, and the number.
    assert.equal(piece!.bytes.length, 4 + 15 + 2, piece!.bytes.toString('latin1'));
  });

  test('what throws anything else is found too', () => {
    const isFaulty = (text: string) => text.includes('\0') && JSON.parse('{') === '';
    const failure = run(new Fuzzer(new Planted(isFaulty), { seed: 1, climbEvery: 0 }), 5000);
    assert.match(failure?.rule ?? '', /^SyntaxError: /);
    assert.deepEqual(failure?.inputs[0]?.[0]?.bytes, Buffer.from('\0'));
  });

  test('a slow input is climbed to', () => {
    const fuzzer = new Fuzzer(new Planted(() => false), { seed: 1, climbEvery: 1, searchShare: 1 });
    run(fuzzer, 3000);
    const [slowest] = fuzzer.slowest.all;
    assert.ok(slowest!.cost.ms > 2, `${slowest!.cost.ms} ms`);
  });
});

describe('a run', () => {
  const digestOf = (seed: number, climbEvery: number) => {
    const target = new Planted(() => false);
    const fuzzer = new Fuzzer(target, { seed, climbEvery });
    run(fuzzer, 500);
    return target.digest;
  };

  test('makes the same inputs from the same seed, whether slow ones are looked for or not', () => {
    assert.equal(digestOf(7, 0), digestOf(7, 0));
    assert.equal(digestOf(7, 0), digestOf(7, 1));
    assert.notEqual(digestOf(7, 0), digestOf(8, 0));
  });

  test('a heap that grows is told from one that varies', () => {
    const samples = (grow: number) =>
      Array.from({ length: 20 }, (_, i) => {
        return { packets: i * 1e5, bytes: 50e6 + i * grow + (i % 2) * 1e4, entries: 0 };
      });
    assert.ok(Math.abs(slopeOf(samples(0))) < 2e4, `${slopeOf(samples(0))}`);
    assert.ok(Math.abs(slopeOf(samples(1e5)) - 1e6) < 2e4, `${slopeOf(samples(1e5))}`);
  });

  test('a case that was written is read as it was', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'fuzz-case-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const text = { ...SEED[0]!, time: 7.5 };
    const cut = { bytes: Buffer.from([0, 255, 10]), time: 0, originalLength: 9, linkType: 101 };
    const written = { name: 'one', target: 'decoder', did: 'threw', inputs: [[text, cut], SEED] };
    writeCase(folder, written);
    assert.deepEqual(readCases(folder), [written]);
  });
});

test('random numbers are spread evenly and stay in their range', () => {
  const random = new Random(1);
  const counts = new Array<number>(8).fill(0);
  for (let i = 0; i < 80_000; i++) counts[random.below(8)]! += 1;
  assert.ok(
    counts.every((count) => Math.abs(count - 10_000) < 500),
    counts.join(' '),
  );
  for (let i = 0; i < 1000; i++) {
    assert.ok(random.small(5) <= 5);
    assert.ok(Math.abs(random.between(-3, 3)) <= 3);
  }
});
