/**
 * What the observer and its followers cost for one message of the mixed capture that the whole
 * replay is measured with: by method of a request and by status of a response, relays included.
 * Decoding and reading are left out; what of a message is read on demand counts where it is asked
 * for. Run: node build/bench/micro/observer.js [messages] [rounds]
 */
import { readCapture } from '../../src/capture/read-capture.js';
import { Observer } from '../../src/detect/observer.js';
import { Relays } from '../../src/detect/transactions/relays.js';
import { type PayloadSink, PayloadWay } from '../../src/sensor/payload-way.js';
import type { SipMessage } from '../../src/sip/message.js';
import { METHOD_NAMES } from '../../src/sip/tokens.js';
import { Counters } from '../../src/telemetry/counters.js';
import { Visibility } from '../../src/telemetry/visibility.js';
import { Decoded, FrameDecoder } from '../../src/wire/frame-decoder.js';
import { Packet } from '../../src/wire/packet.js';
import { cachedCapture } from '../capture/cached-capture.js';

/** No message takes so long (milliseconds): the machine did something else, or garbage was collected. */
const INTERRUPTED = 0.1;
const PORTS: ReadonlySet<number> = new Set([5060]);

/** Messages of one kind, and what they took (milliseconds of wall time). */
class Spent {
  messages = 0;
  time = 0;
}

/** One pass through the capture. */
class Pass {
  readonly kinds = new Map<string, Spent>();
  private readonly packet = new Packet();
  private readonly decoder: FrameDecoder;
  private readonly payloads: PayloadWay;
  private readonly relays: Relays;
  private readonly observer: Observer;

  constructor() {
    const counters = new Counters();
    this.decoder = new FrameDecoder(counters);
    this.relays = new Relays(counters);
    this.observer = new Observer(counters, () => {});
    const { observer } = this;
    const sink: PayloadSink = {
      message: (message, packet) => this.message(message, packet),
      emptyDatagram: (packet) => observer.emptyDatagram(ofSender(packet)),
      datagram: (packet) => observer.datagram(ofSender(packet)),
      segment: (packet) => observer.segment(ofSender(packet)),
      encrypted: (packet) => observer.encrypted(ofSender(packet)),
    };
    this.payloads = new PayloadWay(PORTS, counters, new Visibility(), undefined, sink);
  }

  frame(buf: Buffer, from: number, to: number, time: number, length: number, link: number): void {
    const { packet } = this;
    packet.frameNumber++;
    this.observer.advance(time);
    const decoded = this.decoder.decode(packet, buf, from, to, time, length, link);
    if (decoded === Decoded.Payload) this.payloads.payload(packet, time);
  }

  private message(message: SipMessage, packet: Packet): void {
    message.check();
    ofSender(packet);
    const kind = message.isRequest ? METHOD_NAMES[message.methodId] : String(message.status);
    const spent = this.spentOn(kind ?? 'other');
    const began = performance.now();
    const isRelayed = message.isRequest && this.relays.isRelayed(message, packet);
    if (!isRelayed) this.observer.message(message, packet);
    const time = performance.now() - began;
    if (time >= INTERRUPTED) return;
    spent.time += time;
    spent.messages++;
  }

  private spentOn(kind: string): Spent {
    let spent = this.kinds.get(kind);
    if (spent === undefined) {
      spent = new Spent();
      this.kinds.set(kind, spent);
    }
    return spent;
  }
}

function ofSender(packet: Packet): Packet {
  packet.origin = packet.source;
  packet.originPort = packet.sourcePort;
  return packet;
}

function meanOf({ time, messages }: Spent): number {
  return time / messages;
}

/** What it takes to ask for the time (milliseconds). */
function timerCost(): number {
  const times = 100_000;
  const began = performance.now();
  for (let i = 0; i < times; i++) performance.now();
  return (performance.now() - began) / times;
}

const [, , messages = '100000', rounds = '5'] = process.argv;
const { path } = cachedCapture(Number(messages));
const least = new Map<string, Spent>();
let timer = Number.POSITIVE_INFINITY;
for (let round = 0; round < Number(rounds); round++) {
  const pass = new Pass();
  await readCapture(path, pass);
  timer = Math.min(timer, timerCost());
  for (const [kind, spent] of pass.kinds) {
    const known = least.get(kind);
    if (known === undefined || meanOf(spent) < meanOf(known)) least.set(kind, spent);
  }
}
const all = new Spent();
const inOrder = [...least].sort((a, b) => b[1].time - a[1].time);
for (const [, { messages: count, time }] of inOrder) {
  all.messages += count;
  all.time += time;
}
for (const [kind, { messages: count, time }] of [['all', all] as const, ...inOrder]) {
  const ns = ((time / count - timer) * 1e6).toFixed(0).padStart(7);
  const share = ((100 * time) / all.time).toFixed(1).padStart(5);
  console.log(`${ns} ns a message ${share} %  ${kind} (${count} messages)`);
}
