import type { LoadedSignatures } from '../../src/rules/load.js';
import { udpFrame } from '../support/pcap-writer.js';
import { answer, challenge, request } from '../support/sip-texts.js';
import type { Behaviours } from './behaviours.js';
import { type Input, pieceOf, sizeOf } from './piece.js';
import type { Random } from './random.js';
import { SensorRun } from './sensor-run.js';
import { gapOf, type SensorTarget } from './sensor-target.js';
import type { Cost, Target } from './target.js';

/** Enough to fill the tables whose entries live longest. */
const FLOOD = 140_000;
/** Inputs and bytes of the last while, to try what broke it with. */
const HISTORY = 300;
const HISTORY_BYTES = 16 * 1024 * 1024;

/** One sensor that lives as long as the run, its tables full from the start. */
export class AgedSensorTarget implements Target {
  readonly name = 'aged-sensor';
  readonly about =
    'the same in one sensor that lives as long as the run: a flood has filled its tables before, and what they give up and what memory they take shows here';
  readonly seeds: readonly Input[];
  history: Input[] = [];
  /** Costs are those of the young one: it is that one's task to look for them. */
  readonly worst: readonly Input[] = [];
  cost = 0;
  readonly life: SensorRun;
  private historyBytes = 0;
  private inputs = 0;
  private readonly young: SensorTarget;
  private readonly signatures: LoadedSignatures;

  constructor(young: SensorTarget, signatures: LoadedSignatures, packets = FLOOD) {
    this.seeds = young.seeds;
    this.young = young;
    this.signatures = signatures;
    this.life = new SensorRun(signatures);
    flood(this.life, packets);
  }

  get entries(): number {
    return this.life.entries();
  }

  /** Without the flood: what only shows behind one is told as it is, with what came last. */
  renewed(): Target {
    return new AgedSensorTarget(this.young, this.signatures, 0);
  }

  mutate(random: Random, input: Input, other: Input): Input {
    return this.young.mutate(random, input, other);
  }

  run(input: Input, behaviours: Behaviours): void {
    this.remember(input);
    this.cost = 0;
    this.life.feed(input, gapOf(input), () => {
      this.cost = Math.max(this.cost, this.life.spent);
      behaviours.note(this.life.behaviour);
    });
    if (this.inputs++ % 1000 === 0) this.life.check();
  }

  measure(input: Input, runs: number): Cost {
    return this.young.measure(input, runs);
  }

  /** The sensor itself lives on. */
  forget(): void {
    this.history = [];
    this.historyBytes = 0;
  }

  private remember(input: Input): void {
    this.history.push(input);
    this.historyBytes += sizeOf(input);
    if (this.history.length > HISTORY || this.historyBytes > HISTORY_BYTES) this.forget();
  }
}

/** Requests of ever new sources, accounts and calls; some are answered or challenged. */
export function flood(run: SensorRun, packets: number): void {
  for (let i = 0; i < packets; i++) {
    const client = `${11 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}.7:5060`;
    const server = `203.0.113.${i & 63}:5060`;
    const user = String(1000 + (i % 9000));
    const text = request({
      method: 'REGISTER',
      user,
      callId: `c${i}`,
      fromTag: `f${i}`,
      branch: `z9hG4bKf${i}`,
    });
    const first = pieceOf(udpFrame({ from: client, to: server, payload: text }), i / 100_000);
    run.feed([first], 0.00001);
    if (i % 2 === 0) continue;
    const status = i % 4 === 1 ? '401 Unauthorized' : '200 OK';
    const reply = answer(text, status, i % 4 === 1 ? [challenge(`n${i}`)] : []);
    run.feed([pieceOf(udpFrame({ from: server, to: client, payload: reply }))], 0);
  }
}
