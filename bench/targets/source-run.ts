/**
 * So many phones register at a server, one after another and over and over, and are answered. Prints
 * the microseconds of processor time that a message takes once all of them were seen.
 * Run: node source-run.js SOURCES
 */
import { join } from 'node:path';
import { packageRoot } from '../../src/package-root.js';
import { loadSignatures } from '../../src/rules/load.js';
import { Sensor } from '../../src/sensor.js';
import { Counters } from '../../src/telemetry/counters.js';
import { LINK_TYPES, udpFrame } from '../../test/support/pcap-writer.js';
import { answer, request } from '../../test/support/sip-texts.js';

/** Exchanges that are measured, whatever the number of sources; and at least so many before. */
const MEASURED = 200_000;
const WARMING = 100_000;
/** Exchanges a second of packet time. */
const RATE = 2000;
const START = 1_768_478_400;
const PHONE = '20.0.0.0';
const SERVER = '203.0.113.5';
/** Seven digits stand for the source; an eighth tells the turns of each apart. */
const MARK = '00000009';
/** Of the address in a frame over Ethernet: who sends, and who receives. */
const SOURCE_AT = 14 + 12;
const DESTINATION_AT = 14 + 16;

/** One frame, in which address, account, Call-ID and branch are written over for each source. */
class Written {
  private readonly bytes: Buffer;
  private readonly places: readonly number[];
  private readonly addressAt: number;

  constructor(from: string, to: string, payload: string, addressAt: number) {
    this.bytes = udpFrame({ from: `${from}:5060`, to: `${to}:5060`, payload });
    this.addressAt = addressAt;
    const places: number[] = [];
    for (let at = this.bytes.indexOf(MARK); at !== -1; at = this.bytes.indexOf(MARK, at + 8)) {
      places.push(at);
    }
    this.places = places;
  }

  of(source: number, turn: number): Buffer {
    const { bytes } = this;
    // All different below 2^24, and in no order.
    bytes.writeUInt32BE(0x14000000 + (Math.imul(source, 0x9e3779b1) & 0xffffff), this.addressAt);
    for (const place of this.places) {
      for (let digit = 6, rest = source; digit >= 0; digit--, rest = Math.floor(rest / 10)) {
        bytes[place + digit] = 48 + (rest % 10);
      }
      bytes[place + 7] = 48 + (turn % 10);
    }
    return bytes;
  }
}

const sources = Number(process.argv[2]);
const sensor = new Sensor({
  signatures: loadSignatures([join(packageRoot(), 'signatures')]),
  counters: new Counters(),
  ports: new Set([5060]),
  onAlert: () => {},
});
const contact = `Contact: <sip:${MARK}@${PHONE}:5060>`;
const headers = [contact, 'User-Agent: Yealink SIP-T46S 66.85.0.5', 'Max-Forwards: 70'];
const asked = request({ method: 'REGISTER', user: MARK, callId: `c${MARK}`, headers }).replace(
  /branch=z9hG4bK[^;\r]*/,
  `branch=z9hG4bK${MARK}`,
);
const granted = answer(asked, '200 OK', [`${contact};expires=3600`]);
const requests = new Written(PHONE, SERVER, asked, SOURCE_AT);
const answers = new Written(SERVER, PHONE, granted, DESTINATION_AT);

let exchanges = 0;
function exchange(): void {
  const now = START + exchanges / RATE;
  const [source, turn] = [exchanges % sources, Math.floor(exchanges / sources)];
  exchanges++;
  for (const [written, time] of [
    [requests, now],
    [answers, now + 0.2 / RATE],
  ] as const) {
    const bytes = written.of(source, turn);
    sensor.frame(bytes, 0, bytes.length, time, bytes.length, LINK_TYPES.ethernet);
  }
}

while (exchanges < Math.max(sources, WARMING)) exchange();
const began = process.cpuUsage();
for (let i = 0; i < MEASURED; i++) exchange();
const { user, system } = process.cpuUsage(began);
console.log((user + system) / (2 * MEASURED));
