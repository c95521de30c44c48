/**
 * Messages a second through the whole sensor, on traffic made in memory: 95 % registrations, calls
 * and keep-alives of honest phones, 5 % scanners. Each line leaves out one room more, so that the
 * differences are what the rooms cost. Run: node build/bench/micro/rooms.js [messages]
 */
import { join } from 'node:path';
import { Observer } from '../../src/detect/observer.js';
import { packageRoot } from '../../src/package-root.js';
import { RuleEngine } from '../../src/rules/engine.js';
import { MessageSubject } from '../../src/rules/fields/message-fields.js';
import { loadSignatures } from '../../src/rules/load.js';
import { Sensor } from '../../src/sensor.js';
import { Outcome, SipMessage } from '../../src/sip/message.js';
import { Counters } from '../../src/telemetry/counters.js';
import { Decoded, FrameDecoder } from '../../src/wire/frame-decoder.js';
import { Packet } from '../../src/wire/packet.js';
import { LINK_TYPES, udpFrame } from '../../test/support/pcap-writer.js';
import { answer, challenge, credentials, request } from '../../test/support/sip-texts.js';

const PHONES = 2000;
const RATE = 20_000;

interface Frame {
  readonly bytes: Buffer;
  readonly time: number;
}

class Traffic {
  readonly frames: Frame[] = [];
  private time = 1_768_478_400;

  private send(from: string, to: string, payload: string): string {
    this.time += 1 / RATE;
    this.frames.push({ bytes: udpFrame({ from, to, payload }), time: this.time });
    return payload;
  }

  /** A phone registers: challenge, credentials, 200. Four messages. */
  register(phone: number, turn: number): void {
    const [client, user] = [addressOf(phone), String(2000 + phone)];
    const headers = [
      `Contact: <sip:${user}@${client}>`,
      'User-Agent: Yealink SIP-T46S 66.85.0.5',
      'Max-Forwards: 70',
      'Allow: INVITE, ACK, CANCEL, OPTIONS, BYE',
      'Expires: 3600',
    ];
    const call = {
      method: 'REGISTER',
      user,
      host: 'pbx.example.com',
      callId: `r${phone}.${turn}@${client}`,
      fromTag: `t${phone}${turn}`,
    };
    const first = this.send(client, SERVER, request({ ...call, headers }));
    this.send(SERVER, client, answer(first, '401 Unauthorized', [challenge(`n${phone}.${turn}`)]));
    const secret = credentials(user, `n${phone}.${turn}`, `r${phone}.${turn}`);
    const again = this.send(
      client,
      SERVER,
      request({ ...call, cseq: 2, headers: [...headers, secret] }),
    );
    this.send(
      SERVER,
      client,
      answer(again, '200 OK', [`Contact: <sip:${user}@${client}>;expires=3600`]),
    );
  }

  /** A call between two phones through the server: INVITE, 100, 180, 200, ACK, BYE, 200. */
  call(phone: number, turn: number): void {
    const [client, user] = [addressOf(phone), String(2000 + ((phone * 7) % PHONES))];
    const call = {
      user,
      host: 'pbx.example.com',
      callId: `c${phone}.${turn}@${client}`,
      fromUser: String(2000 + phone),
      fromTag: `c${turn}`,
      headers: ['User-Agent: Grandstream GXP2170 1.0.11.35', 'Content-Type: application/sdp'],
    };
    const invite = this.send(client, SERVER, request({ ...call, method: 'INVITE' }));
    for (const status of ['100 Trying', '180 Ringing', '200 OK'])
      this.send(SERVER, client, answer(invite, status));
    this.send(client, SERVER, request({ ...call, method: 'ACK', toTag: 's1' }));
    const bye = this.send(
      client,
      SERVER,
      request({ ...call, method: 'BYE', toTag: 's1', cseq: 2 }),
    );
    this.send(SERVER, client, answer(bye, '200 OK'));
  }

  /** The server asks a phone whether it is there. */
  qualify(phone: number): void {
    const client = addressOf(phone);
    const text = this.send(
      SERVER,
      client,
      request({
        user: String(2000 + phone),
        fromUser: 'asterisk',
        headers: ['User-Agent: Asterisk PBX 18.9.0', 'Max-Forwards: 70'],
      }),
    );
    this.send(client, SERVER, answer(text, '200 OK'));
  }

  /** A scanner asks for one extension more. */
  scan(scanner: number, turn: number): void {
    const client = `198.51.100.${scanner}:5071`;
    const headers = [
      scanner % 2 === 0 ? 'User-Agent: friendly-scanner' : 'User-Agent: VaxSIPUserAgent/3.1',
      'Max-Forwards: 70',
    ];
    const text = this.send(
      client,
      SERVER,
      request({ method: 'REGISTER', user: String(turn % 9999), fromTag: `f${turn}`, headers }),
    );
    if (turn % 2 === 0) this.send(SERVER, client, answer(text, '404 Not Found'));
  }
}

const SERVER = '203.0.113.5:5060';

function addressOf(phone: number): string {
  return `10.1.${phone >> 8}.${phone & 255}:5060`;
}

function makeTraffic(messages: number): Frame[] {
  const traffic = new Traffic();
  for (let turn = 0; traffic.frames.length < messages; turn++) {
    const phone = (turn * 31) % PHONES;
    traffic.register(phone, turn);
    if (turn % 2 === 0) traffic.call(phone, turn);
    for (let i = 0; i < 4; i++) traffic.qualify((phone + i) % PHONES);
    if (turn % 2 === 0) traffic.scan(turn % 20, turn);
  }
  return traffic.frames;
}

const NONE = { finding: () => true, repeated: () => true };
const signatures = loadSignatures([join(packageRoot(), 'signatures')]);

/** What handles one frame, with the rooms that its name says. */
type Handler = (frame: Frame) => void;

function upTo(last: 'wire' | 'sip' | 'rules' | 'detect'): Handler {
  const counters = new Counters();
  const decoder = new FrameDecoder(counters);
  const packet = new Packet();
  const message = new SipMessage();
  const subject = new MessageSubject(message, packet);
  const engine = new RuleEngine(signatures, counters, NONE);
  const observer = new Observer(counters, () => {});
  return ({ bytes, time }) => {
    const { length } = bytes;
    const found = decoder.decode(packet, bytes, 0, length, time, length, LINK_TYPES.ethernet);
    if (found !== Decoded.Payload) return;
    if (last === 'wire') return;
    if (message.reset(packet.buf, packet.payloadFrom, packet.payloadTo) !== Outcome.Ok) return;
    message.check();
    if (last === 'rules') {
      subject.next(message, packet);
      engine.message(subject);
    } else if (last === 'detect') {
      observer.advance(time);
      observer.message(message, packet);
    }
  };
}

function wholeSensor(): Handler {
  const counters = new Counters();
  const sensor = new Sensor({ signatures, counters, ports: new Set([5060]), onAlert: () => {} });
  return ({ bytes, time }) =>
    sensor.frame(bytes, 0, bytes.length, time, bytes.length, LINK_TYPES.ethernet);
}

/** Nanoseconds a message: the best of several runs, each with a fresh handler. */
function measure(frames: readonly Frame[], make: () => Handler): number {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 4; run++) {
    const handle = make();
    const began = process.hrtime.bigint();
    for (const frame of frames) handle(frame);
    best = Math.min(best, Number(process.hrtime.bigint() - began) / frames.length);
  }
  return best;
}

const frames = makeTraffic(Number(process.argv[2] ?? 100_000));
const wire = measure(frames, () => upTo('wire'));
const sip = measure(frames, () => upTo('sip'));
const rules = measure(frames, () => upTo('rules'));
const detect = measure(frames, () => upTo('detect'));
const whole = measure(frames, wholeSensor);
const rows: [string, number][] = [
  ['wire', wire],
  ['sip', sip - wire],
  ['rules over messages', rules - sip],
  ['detect', detect - sip],
  ['rules over observations, incidents, the rest', whole - rules - detect + sip],
  ['whole sensor', whole],
];
console.log(
  `${frames.length} messages, ${signatures.signatures.length} signatures, Node ${process.version}`,
);
for (const [name, ns] of rows) console.log(`${ns.toFixed(0).padStart(8)} ns  ${name}`);
console.log(`${Math.round(1e9 / whole).toLocaleString('en')} messages a second`);
