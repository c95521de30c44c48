import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { configFile } from '../support/config-files.js';
import { seriesOf } from '../support/metrics-text.js';
import { NamespacePair, namespacesUnavailable, programsMissing } from '../support/namespaces.js';
import { SensorProcess } from '../support/sensor-process.js';
import { SipSender } from '../support/sip-sender.js';
import { call, enumeration, flood, registration, svmapProbe } from '../support/sip-traffic.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const MINUTES = Number(process.env.SIPSEER_SOAK_MINUTES ?? (process.env.CI ? 3 : 0.5));
/** Phones of the site, packets a second, and how long one batch of them takes (seconds). */
const PHONES = 100;
const RATE = 400;
const BATCH = 3;
const ATTACKERS = 40;
/** Different sources of a flood: more than the tables take, so that they are full from the start. */
const FLOOD = 60_000;
const MIB = 1024 * 1024;
/** What JavaScript may take in all (MiB): much more ends the program, and with it the test. */
const HEAP_LIMIT = 512;
/** Resident memory at any time. */
const CEILING = 800 * MIB;
/**
 * The collector runs about once a minute under this load, and memory swings by hundreds of MiB
 * between two runs of it. So what counts is the lowest use of each half, where both are long enough
 * to hold a run and the tables are full: the second may have so much more.
 */
const COLLECTED = { minutes: 3, fullAfter: 10, share: 0.25, bytes: 64 * MIB };
/** Medians of resident memory over quarters tell something when each has many such swings. */
const SWINGS = { minutes: 20, share: 0.1 };
/** New incidents of unproven sources in a minute, as the sensor limits them. */
const OPENED_A_MINUTE = 300;

const folder = temporaryFolder();
const missing = programsMissing('tcpdump', 'tcpreplay') ?? namespacesUnavailable();

interface Sample {
  readonly counters: ReadonlyMap<string, number>;
  /** Resident, and what JavaScript uses of it (bytes). */
  readonly memory: number;
  readonly used: number;
  readonly descriptors: number;
  readonly children: readonly string[];
}

test(`${MINUTES} minutes of mixed load, with reloads and faults`, {
  skip: missing,
  timeout: (MINUTES + 5) * 60_000,
}, async (t) => {
  const pair = new NamespacePair();
  t.after(() => pair.remove());
  const state = join(folder, 'state');
  mkdirSync(state);
  const config = configFile(folder, `state:\n  directory: ${state}\n  interval: 5s\n`);
  const events = join(folder, 'events.jsonl');
  const sensor = await SensorProcess.start(pair.left, {
    before: ['env', `NODE_OPTIONS=--max-old-space-size=${HEAP_LIMIT}`],
    args: ['-c', config, '--events', events],
  });
  t.after(() => sensor.close());
  const load = new Load(new SipSender(pair.right, folder));
  t.after(() => load.end());

  await load.flood();
  const samples: Sample[] = [];
  const until = Date.now() + MINUTES * 60_000;
  for (let turn = 0; Date.now() < until; turn++) {
    await sleep((BATCH / 2) * 1000);
    await disturb(turn, sensor, pair, load);
    await sensor.untilMetric('capture_up', {}, (up) => up === 1, 40);
    samples.push(await sample(sensor));
  }
  await load.end();
  const alerts = await total(sensor, 'alerts_total');
  const restarts = await total(sensor, 'capture_restarts_total');
  const captured = await total(sensor, 'capture_packets_total');
  assert.equal(await sensor.stop(), 0);
  t.diagnostic(
    `${samples.length} turns, ${load.sent} sent, ${captured} captured, ${alerts} alerts, ` +
      `${restarts} restarts of the reader`,
  );

  memoryIsFlat(t, samples);
  const descriptors = quarters(samples.map((each) => each.descriptors));
  t.diagnostic(`descriptors in each quarter: ${descriptors.map((q) => Math.min(...q)).join(', ')}`);
  assert.ok(Math.min(...descriptors[3]!) <= Math.min(...descriptors[1]!) + 1);
  for (const [at, { children }] of samples.entries()) {
    assert.ok(children.length <= 1 && !children.includes('Z'), `turn ${at}: ${children}`);
  }
  for (let at = 1; at < samples.length; at++) neverFalls(samples[at - 1]!, samples[at]!);
  assert.ok(restarts > 0 && load.sent > 0 && alerts > 0);
  assert.ok(alerts <= 10 * ATTACKERS + OPENED_A_MINUTE * (MINUTES + 1), `${alerts} alerts`);
  const { stderr } = sensor.process;
  assert.doesNotMatch(stderr, /unhandled|\(node:|node:internal|\n +at |Warning:/i);
  assert.deepEqual(
    sensor.log().filter((line) => line.startsWith('error')),
    [],
  );
});

/** What passes on the wire: one batch after the other, and what is asked for between them. */
class Load {
  sent = 0;
  private readonly sender: SipSender;
  private readonly running: Promise<void>;
  private readonly extra: Buffer[][] = [];
  private ending = false;
  private batches = 0;
  private attackers = 0;

  constructor(sender: SipSender) {
    this.sender = sender;
    this.running = this.run();
  }

  async flood(): Promise<void> {
    await this.play(flood(FLOOD));
  }

  attack(): void {
    const attacker = `198.51.100.${1 + (this.attackers++ % ATTACKERS)}`;
    this.extra.push([...svmapProbe(attacker), ...enumeration(attacker)]);
  }

  async end(): Promise<void> {
    this.ending = true;
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.ending) await this.play([...this.batch(), ...this.extra.splice(0).flat()], RATE);
  }

  private batch(): Buffer[] {
    const frames: Buffer[] = [];
    for (; frames.length < RATE * BATCH; this.batches++) {
      const phone = this.batches % PHONES;
      const address = `192.0.2.${1 + phone}`;
      const user = String(1000 + phone);
      frames.push(...registration(address, user), ...call(address, user, '1999'));
    }
    return frames;
  }

  /** Where the wire is cut, what was to be sent is lost, as it would be in life. */
  private async play(frames: Buffer[], rate?: number): Promise<void> {
    try {
      await this.sender.play(frames, rate === undefined ? {} : { rate });
      this.sent += frames.length;
    } catch {
      await sleep(200);
    }
  }
}

/** Something happens in each turn, and all of it within a few. */
async function disturb(
  turn: number,
  sensor: SensorProcess,
  pair: NamespacePair,
  load: Load,
): Promise<void> {
  load.attack();
  switch (turn % 6) {
    case 0:
      return sensor.signal('SIGHUP');
    case 1:
      pair.left.run('ip', 'link', 'set', 'veth0', 'down');
      await sensor.untilMetric('capture_up', {}, (up) => up === 0);
      pair.left.run('ip', 'link', 'set', 'veth0', 'up');
      return;
    case 2:
      return await load.flood();
    case 3:
      pair.part();
      await sensor.untilMetric('capture_up', {}, (up) => up === 0);
      return pair.join();
    case 4:
      return sensor.signal('SIGUSR2');
    default: {
      // Not often: the more often readers die, the longer the pause before the next.
      if (turn % 30 !== 5) return;
      const reader = (await sensor.status()).captures[0]?.pid;
      if (reader !== undefined) process.kill(reader, 'SIGKILL');
      await sensor.untilMetric('capture_up', {}, (up) => up === 0);
    }
  }
}

async function sample(sensor: SensorProcess): Promise<Sample> {
  const text = await sensor.metrics();
  const series = seriesOf(text);
  const value = (wanted: string) => series.find(({ name }) => name === wanted)!.value;
  const types = new Map(
    [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, n, type]) => [n, type]),
  );
  const counters = series.filter(({ name }) => types.get(name) === 'counter');
  return {
    counters: new Map(counters.map((c) => [`${c.name} ${JSON.stringify(c.labels)}`, c.value])),
    memory: value('process_resident_memory_bytes'),
    used: value('nodejs_heap_size_used_bytes') + value('nodejs_external_memory_bytes'),
    descriptors: value('process_open_fds'),
    children: childStates(sensor.pid),
  };
}

/** The state letter of each child as /proc has it; Z is one that nobody waited for. */
function childStates(pid: number): string[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  return children.filter(Boolean).map((child) => {
    try {
      return /^State:\s+(\w)/m.exec(readFileSync(`/proc/${child}/status`, 'utf8'))?.[1] ?? '?';
    } catch {
      return 'gone';
    }
  });
}

function neverFalls(before: Sample, after: Sample): void {
  assert.ok(after.counters.size > 50);
  for (const [name, value] of before.counters) {
    assert.ok(
      after.counters.get(name)! >= value,
      `${name}: ${value}, then ${after.counters.get(name)}`,
    );
  }
}

function memoryIsFlat(t: TestContext, samples: readonly Sample[]): void {
  const mib = (bytes: number) => (Number.isFinite(bytes) ? `${Math.round(bytes / MIB)} MiB` : '-');
  const middle = Math.floor(samples.length / 2);
  const lowest = (from: number, to?: number) =>
    Math.min(...samples.slice(from, to).map(({ used }) => used));
  const [before, after] = [lowest(COLLECTED.fullAfter, middle), lowest(middle)];
  const medians = quarters(samples.map(({ memory }) => memory)).map(median);
  const most = Math.max(...samples.map(({ memory }) => memory));
  t.diagnostic(
    `memory: lowest use in each half ${mib(before)}, ${mib(after)}; resident, median of each ` +
      `quarter ${medians.map(mib).join(', ')}; most ${mib(most)}`,
  );
  assert.ok(most <= CEILING);
  if (MINUTES >= COLLECTED.minutes) {
    assert.ok(after <= before + Math.max(COLLECTED.bytes, COLLECTED.share * before));
  }
  if (MINUTES >= SWINGS.minutes) assert.ok(medians[3]! <= medians[2]! * (1 + SWINGS.share));
}

function quarters(values: readonly number[]): number[][] {
  assert.ok(values.length >= 4, `only ${values.length} turns`);
  const edge = (n: number) => Math.floor((n * values.length) / 4);
  return [0, 1, 2, 3].map((n) => values.slice(edge(n), edge(n + 1)));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

async function total(sensor: SensorProcess, name: string): Promise<number> {
  const series = seriesOf(await sensor.metrics()).filter((each) => each.name === `sipseer_${name}`);
  return series.reduce((sum, { value }) => sum + value, 0);
}
