/**
 * What the followers of `detect/` cost for one message, by kind of traffic: each kind goes through
 * the decoder and the message reader alone, and then through the observer as well; the difference
 * is told. Run: node build/bench/micro/followers.js [kind] [rounds]
 */
import { Observer } from '../../src/detect/observer.js';
import { Outcome, SipMessage } from '../../src/sip/message.js';
import { Counters } from '../../src/telemetry/counters.js';
import { Decoded, FrameDecoder } from '../../src/wire/frame-decoder.js';
import { Packet } from '../../src/wire/packet.js';
import { LINK_TYPES, udpFrame } from '../../test/support/pcap-writer.js';
import { answer, challenge, credentials, request } from '../../test/support/sip-texts.js';

const PHONES = 2000;
const RATE = 20_000;
const TURNS = 10_000;
const SERVER = '203.0.113.5:5060';

interface Frame {
  readonly bytes: Buffer;
  readonly time: number;
}

/** Frames in order of time, as phones and their server send them. */
class Traffic {
  readonly frames: Frame[] = [];
  private time = 1_768_478_400;

  send(from: string, to: string, payload: string): string {
    this.time += 1 / RATE;
    this.frames.push({ bytes: udpFrame({ from, to, payload }), time: this.time });
    return payload;
  }

  /** REGISTER with credentials, 200; before it, when `isAsked`, REGISTER without, 401. */
  register(phone: number, turn: number, isAsked: boolean): void {
    const [client, user] = [addressOf(phone), String(2000 + phone)];
    const headers = [
      `Contact: <sip:${user}@${client}>`,
      'User-Agent: Yealink SIP-T46S 66.85.0.5',
      'Expires: 3600',
    ];
    const fromTag = `t${phone}${turn}`;
    const call = { method: 'REGISTER', user, host: 'pbx.example.com', fromTag };
    const nonce = `n${phone}.${isAsked ? turn : 0}`;
    if (isAsked) {
      const first = this.send(client, SERVER, request({ ...call, headers }));
      this.send(SERVER, client, answer(first, '401 Unauthorized', [challenge(nonce)]));
    }
    const secret = credentials(user, nonce, `r${phone}.${turn}`);
    const again = this.send(client, SERVER, request({ ...call, headers: [...headers, secret] }));
    const granted = [`Contact: <sip:${user}@${client}>;expires=3600`];
    this.send(SERVER, client, answer(again, '200 OK', granted));
  }

  /** INVITE, 100, 180, 200, ACK, BYE, 200 between a phone and the server. */
  call(phone: number, turn: number): void {
    const client = addressOf(phone);
    const [host] = client.split(':');
    const call = {
      user: String(2000 + ((phone * 7) % PHONES)),
      host: 'pbx.example.com',
      callId: `c${phone}.${turn}`,
      fromUser: String(2000 + phone),
      fromTag: `c${turn}`,
      headers: [`Contact: <sip:${2000 + phone}@${client}>`],
    };
    const invite = this.send(
      client,
      SERVER,
      described(request({ ...call, method: 'INVITE' }), host!, 10_000 + 2 * (turn % 8000)),
    );
    this.send(SERVER, client, answer(invite, '100 Trying'));
    this.send(SERVER, client, answer(invite, '180 Ringing'));
    const port = 30_000 + 2 * (turn % 8000);
    this.send(SERVER, client, described(answer(invite, '200 OK'), '203.0.113.5', port));
    const within = { ...call, toTag: 's1', headers: [] };
    this.send(client, SERVER, request({ ...within, method: 'ACK' }));
    const bye = this.send(client, SERVER, request({ ...within, method: 'BYE', cseq: 2 }));
    this.send(SERVER, client, answer(bye, '200 OK'));
  }

  /** The server asks a phone whether it is there. */
  qualify(phone: number): void {
    const client = addressOf(phone);
    const user = String(2000 + phone);
    const text = this.send(SERVER, client, request({ user, fromUser: 'asterisk' }));
    this.send(client, SERVER, answer(text, '200 OK'));
  }
}

function addressOf(phone: number): string {
  return `10.${1 + (phone >> 16)}.${(phone >> 8) & 255}.${phone & 255}:5060`;
}

/** The message with a session description. */
function described(text: string, host: string, port: number): string {
  const body = [
    'v=0',
    `o=- 1 1 IN IP4 ${host}`,
    's=-',
    `c=IN IP4 ${host}`,
    't=0 0',
    `m=audio ${port} RTP/AVP 0`,
    '',
  ].join('\r\n');
  const length = `Content-Type: application/sdp\r\nContent-Length: ${body.length}`;
  return text.replace('Content-Length: 0', length) + body;
}

/** Who registers first, and what is sent and measured after that. */
interface Kind {
  readonly known: boolean;
  readonly turn: (traffic: Traffic, turn: number) => void;
}

const KINDS: Readonly<Record<string, Kind>> = {
  'registration refreshed': {
    known: true,
    turn: (traffic, turn) => traffic.register(turn % PHONES, turn, false),
  },
  'registration after a challenge': {
    known: true,
    turn: (traffic, turn) => traffic.register(turn % PHONES, turn, true),
  },
  'first registration': {
    known: false,
    turn: (traffic, turn) => traffic.register(turn, turn, true),
  },
  'call, from INVITE to BYE': {
    known: true,
    turn: (traffic, turn) => traffic.call(turn % PHONES, turn),
  },
  'OPTIONS answered': { known: true, turn: (traffic, turn) => traffic.qualify(turn % PHONES) },
};

function trafficOf({ known, turn }: Kind): { before: Frame[]; frames: Frame[] } {
  const traffic = new Traffic();
  for (let phone = 0; known && phone < PHONES; phone++) traffic.register(phone, 0, true);
  const { length } = traffic.frames;
  for (let i = 1; i <= TURNS; i++) turn(traffic, i);
  return { before: traffic.frames.slice(0, length), frames: traffic.frames.slice(length) };
}

/** Takes frames to the message, and with an observer on to it. */
function pass(frames: readonly Frame[], observer: Observer | undefined): void {
  const decoder = new FrameDecoder(new Counters());
  const packet = new Packet();
  const message = new SipMessage();
  for (const { bytes, time } of frames) {
    const { length } = bytes;
    const found = decoder.decode(packet, bytes, 0, length, time, length, LINK_TYPES.ethernet);
    if (found !== Decoded.Payload) throw new Error('no payload');
    const outcome = message.reset(packet.buf, packet.payloadFrom, packet.payloadTo);
    if (outcome !== Outcome.Ok) throw new Error('no message');
    message.check();
    if (observer === undefined) continue;
    observer.advance(time);
    observer.message(message, packet);
  }
}

/** Nanoseconds of processor time a message. */
function measure(frames: readonly Frame[], observer: Observer | undefined): number {
  const began = process.cpuUsage();
  pass(frames, observer);
  const { user, system } = process.cpuUsage(began);
  return ((user + system) * 1000) / frames.length;
}

const [, , only, rounds = '7'] = process.argv;
for (const [name, kind] of Object.entries(KINDS)) {
  if (only !== undefined && !name.includes(only)) continue;
  const { before, frames } = trafficOf(kind);
  let least = Number.POSITIVE_INFINITY;
  let bare = Number.POSITIVE_INFINITY;
  for (let round = 0; round < Number(rounds); round++) {
    const observer = new Observer(new Counters(), () => {});
    pass(before, observer);
    least = Math.min(least, measure(frames, observer));
    bare = Math.min(bare, measure(frames, undefined));
  }
  const own = (least - bare).toFixed(0).padStart(7);
  console.log(`${own} ns a message  ${name} (${frames.length} messages)`);
}
