/**
 * Feeds a sensor with ten million datagrams of as many forged sources, 7,500 a second of packet
 * time, and two attackers among them: one asks for one account a minute, one guesses a password.
 * The first 120,000 send a message each, OPTIONS, REGISTER or INVITE, so that the tables are full
 * early; of the others one in 256 does, and the rest send an empty datagram, as a cheap flood would.
 * Prints what that cost and what was found, as JSON. Run: node --expose-gc forged-flood.js [sources]
 */
import { join } from 'node:path';
import { packageRoot } from '../../src/package-root.js';
import { loadSignatures } from '../../src/rules/load.js';
import { Sensor } from '../../src/sensor.js';
import { Counters } from '../../src/telemetry/counters.js';
import type { TableStatus } from '../../src/telemetry/table-status.js';
import { LINK_TYPES, udpFrame } from '../support/pcap-writer.js';
import { answer, challenge, credentials, request } from '../support/sip-texts.js';

export const ENUMERATOR = '198.51.100.7';
export const GUESSER = '198.51.100.8';
export const SERVER = '203.0.113.5';
const RATE = 7500;
const STEP = 1_000_000;
/** So many send a message each; after them, one in so many. */
export const OPENING = 120_000;
const SELDOM = 256;
const START = 1_768_478_400;
/** Where the source address stands in a frame over Ethernet. */
const SOURCE_AT = 14 + 12;

/** Memory (bytes) after so many sources, when all garbage was collected. */
export interface Measured {
  readonly sources: number;
  readonly heap: number;
  readonly rss: number;
}

export interface FloodReport {
  readonly sources: number;
  readonly seconds: number;
  readonly measured: readonly Measured[];
  /** Rules of the incidents, by the address that they are about. */
  readonly found: Readonly<Record<string, readonly string[]>>;
  readonly alerts: number;
  readonly tables: readonly TableStatus[];
  readonly counters: Counters;
}

class Flood {
  private readonly counters = new Counters();
  private readonly found = new Map<string, Set<string>>();
  private alerts = 0;
  private now = START;
  private readonly sensor = new Sensor({
    signatures: loadSignatures([join(packageRoot(), 'signatures')]),
    counters: this.counters,
    ports: new Set([5060]),
    onAlert: ({ actor, rules }) => {
      this.alerts++;
      const known = this.found.get(actor.name) ?? new Set();
      for (const rule of rules) known.add(rule);
      this.found.set(actor.name, known);
    },
  });
  private readonly messages = [
    new Forged(request({ method: 'OPTIONS', user: '100', callId: 'call0000000' })),
    new Forged(request({ method: 'REGISTER', user: 'u0000000', callId: 'call0000000' })),
    new Forged(request({ method: 'INVITE', user: '100', callId: 'call0000000' })),
  ];
  private readonly empty = new Forged('');

  run(sources: number): FloodReport {
    const measured: Measured[] = [];
    const began = performance.now();
    let nextMinute = START;
    for (let i = 0; i < sources; i++) {
      this.now = START + i / RATE;
      if (this.now >= nextMinute) {
        this.attack(Math.round((nextMinute - START) / 60));
        nextMinute += 60;
      }
      const isMessage = i < OPENING || i % SELDOM === 0;
      const kind = isMessage ? this.messages[i % this.messages.length]! : this.empty;
      this.frame(kind.next(i));
      const sent = i + 1;
      if (sent === OPENING || sent % STEP === 0 || sent === sources) measured.push(measure(sent));
    }
    return {
      sources,
      seconds: (performance.now() - began) / 1000,
      measured,
      found: Object.fromEntries([...this.found].map(([name, rules]) => [name, [...rules]])),
      alerts: this.alerts,
      tables: this.sensor.tables(),
      counters: this.counters,
    };
  }

  /** What the two do in each minute. */
  private attack(minute: number): void {
    const account = String(1000 + minute);
    const asked = request({ method: 'REGISTER', user: account, callId: `e${minute}` });
    this.exchange(ENUMERATOR, asked, '404 Not Found');
    const call = { method: 'REGISTER', user: '201', callId: `g${minute}` };
    const first = request(call);
    this.exchange(GUESSER, first, '401 Unauthorized', challenge(`n${minute}`));
    for (let guess = 0; guess < 12; guess++) {
      const login = credentials('201', `n${minute}`, `${minute}x${guess}`);
      const again = request({ ...call, cseq: 2 + guess, headers: [login] });
      this.exchange(GUESSER, again, '401 Unauthorized', challenge(`n${minute}`));
    }
  }

  private exchange(from: string, text: string, status: string, ...headers: string[]): void {
    const [client, server] = [`${from}:5060`, `${SERVER}:5060`];
    this.frame(udpFrame({ from: client, to: server, payload: text }));
    this.frame(udpFrame({ from: server, to: client, payload: answer(text, status, headers) }));
  }

  private frame(bytes: Buffer): void {
    const { length } = bytes;
    this.sensor.frame(bytes, 0, length, this.now, length, LINK_TYPES.ethernet);
  }
}

/** One frame, in which address, account, Call-ID and branch are written over for each source. */
class Forged {
  private readonly bytes: Buffer;
  private readonly places: readonly number[];

  constructor(text: string) {
    const payload = text.replace(/branch=z9hG4bK[^;\r]*/, 'branch=z9hG4bK0000000');
    this.bytes = udpFrame({ from: '20.0.0.0:5060', to: `${SERVER}:5060`, payload });
    const places: number[] = [];
    for (
      let at = this.bytes.indexOf('0000000');
      at !== -1;
      at = this.bytes.indexOf('0000000', at + 7)
    ) {
      places.push(at);
    }
    this.places = places;
  }

  next(i: number): Buffer {
    const { bytes } = this;
    // All different below 2^24, and in no order.
    bytes.writeUInt32BE(0x14000000 + (Math.imul(i, 0x9e3779b1) & 0xffffff), SOURCE_AT);
    for (const place of this.places) {
      for (let digit = 6, rest = i; digit >= 0; digit--, rest = Math.floor(rest / 10)) {
        bytes[place + digit] = 48 + (rest % 10);
      }
    }
    return bytes;
  }
}

function measure(sources: number): Measured {
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { sources, heap: heapUsed + external, rss };
}

if (process.argv[1]?.endsWith('forged-flood.js')) {
  const report = new Flood().run(Number(process.argv[2] ?? 10_000_000));
  process.stdout.write(JSON.stringify(report));
}
