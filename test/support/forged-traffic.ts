import { udpFrame } from './pcap-writer.js';
import { answer, challenge, credentials, request } from './sip-texts.js';

export const ENUMERATOR = '198.51.100.7';
export const GUESSER = '198.51.100.8';
export const SERVER = '203.0.113.5';
/** So many send a message each; after them, one in so many. */
export const OPENING = 120_000;
const SELDOM = 256;
/** Datagrams a second of packet time. */
const RATE = 7500;
const START = 1_768_478_400;
/** Where the source address stands in a frame over Ethernet. */
const SOURCE_AT = 14 + 12;

/** Takes a frame over Ethernet, valid until the next; `time` in seconds of packet time. */
type FrameTaker = (frame: Buffer, time: number) => void;

/**
 * Datagrams of as many forged sources as are asked for, 7,500 a second of packet time, and two
 * attackers among them: one asks for one account a minute, one guesses a password. The first 120,000
 * send a message each, OPTIONS, REGISTER or INVITE, so that the tables are full early; of the others
 * one in 256 does, and the rest send an empty datagram, as a cheap flood would.
 */
export class ForgedTraffic {
  /** Sources that have sent. */
  sources = 0;
  private readonly take: FrameTaker;
  private now = START;
  private nextMinute = START;
  private readonly messages = [
    new Forged(request({ method: 'OPTIONS', user: '100', callId: 'call0000000' })),
    new Forged(request({ method: 'REGISTER', user: 'u0000000', callId: 'call0000000' })),
    new Forged(request({ method: 'INVITE', user: '100', callId: 'call0000000' })),
  ];
  private readonly empty = new Forged('');

  constructor(take: FrameTaker) {
    this.take = take;
  }

  /** The datagram of one more source, and before it what the attackers do in a new minute. */
  next(): void {
    const i = this.sources++;
    this.now = START + i / RATE;
    if (this.now >= this.nextMinute) {
      this.attack(Math.round((this.nextMinute - START) / 60));
      this.nextMinute += 60;
    }
    const isMessage = i < OPENING || i % SELDOM === 0;
    const kind = isMessage ? this.messages[i % this.messages.length]! : this.empty;
    this.take(kind.next(i), this.now);
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
    this.take(udpFrame({ from: client, to: server, payload: text }), this.now);
    const reply = answer(text, status, headers);
    this.take(udpFrame({ from: server, to: client, payload: reply }), this.now);
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
