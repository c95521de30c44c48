import type { ExampleRtp, ExampleStep, Repeat, Traffic } from '../rules/signature.js';

/**
 * What a packet is besides a carrier of bytes: a TCP segment that is named, or the word of a router
 * that what went from `to` to `from` could not be delivered.
 */
export type PacketKind = 'payload' | 'syn' | 'syn-ack' | 'ack' | 'rst' | 'fin' | 'icmp-unreachable';

/** One datagram or segment of an example: who sends what to whom, and when. */
export interface ExamplePacket {
  /** Seconds since the example began. */
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly transport: 'udp' | 'tcp';
  readonly kind: PacketKind;
  readonly payload: Buffer;
  /** It comes in fragments that contradict each other. */
  readonly overlapping: boolean;
}

const NOTHING = Buffer.alloc(0);
/** TLS 1.3 as RFC 8446 §4.1.2 and §5.1 have it, without extensions: a record, in it a ClientHello. */
const CLIENT_HELLO = Buffer.from(
  `16030100310100002d0303${'5a'.repeat(32)}00${'0004'}13011302${'0100'}0000`,
  'hex',
);

/** Whatever else comes back does so at once (seconds). */
const ANSWER_DELAY = 0.02;

/** Replaces `{n}`, `{n|hex}` and the like in a text. */
type Fill = (text: string) => string;

/**
 * Unfolds rounds and steps of an example into packets in order of time. Line ends become CRLF;
 * Via and Content-Length are added where absent, unless the step says `raw`.
 */
export function examplePackets({ steps, rounds }: Traffic): ExamplePacket[] {
  const packets: ExamplePacket[] = [];
  for (let round = 0; round < rounds.times; round++) {
    const fill = filler(rounds, round, (text) => text);
    let at = round * rounds.every;
    for (const [i, step] of steps.entries()) {
      at += step.after;
      const { repeat } = step;
      for (let turn = 0; turn < repeat.times; turn++) {
        const mark = `${round}x${i}x${turn}`;
        const when = at + turn * repeat.every;
        addTurn(packets, step, mark, filler(repeat, turn, fill), when, turn);
      }
      at += (repeat.times - 1) * repeat.every;
    }
  }
  return packets.sort((a, b) => a.at - b.at);
}

function filler({ variable, first }: Repeat, turn: number, outer: Fill): Fill {
  if (variable === '') return outer;
  const place = new RegExp(`\\{${variable}((?:\\|hex|\\|decimal_to_hex)*)\\}`, 'g');
  const value = String(first + turn);
  return (text) => outer(text.replace(place, (_, names: string) => transformed(value, names)));
}

/** The inverse of what selections do with `unhex` and `hex_to_decimal`: tools write numbers so. */
function transformed(value: string, names: string): string {
  let text = value;
  for (const name of names.split('|').slice(1)) {
    if (name === 'hex') text = Buffer.from(text, 'latin1').toString('hex');
    else text = Number(text).toString(16).padStart(2, '0');
  }
  return text;
}

function addTurn(
  packets: ExamplePacket[],
  step: ExampleStep,
  mark: string,
  fill: Fill,
  at: number,
  turn: number,
): void {
  const from = fill(step.from);
  const to = fill(step.to);
  const { transport, segment, answer, overlapping } = step;
  const text = step.raw ? fill(step.text) : completed(fill(step.text), from, transport, mark);
  const kind = segment === undefined || segment === 'client-hello' ? 'payload' : segment;
  const payload = payloadOf(step, text, turn);
  packets.push({ at, from, to, transport, kind, payload, overlapping });
  const back = { from: to, to: from, transport, overlapping: false };
  for (const { text: status, after } of step.replies) {
    const reply = toBytes(replyTo(text, fill(status), mark), step);
    packets.push({ ...back, at: at + after, kind: 'payload', payload: reply });
  }
  if (answer !== undefined) {
    packets.push({ ...back, at: at + ANSWER_DELAY, kind: answer, payload: NOTHING });
  }
}

function payloadOf(step: ExampleStep, text: string, turn: number): Buffer {
  if (step.segment === 'client-hello') return CLIENT_HELLO;
  return step.rtp === undefined ? toBytes(text, step) : rtpDatagram(step.rtp, turn);
}

/** RFC 3550 §5.1, version 2; the payload is μ-law silence. */
function rtpDatagram({ payloadType, size, ssrc, step }: ExampleRtp, turn: number): Buffer {
  const bytes = Buffer.alloc(size, 0xff);
  bytes[0] = 0x80;
  bytes[1] = payloadType;
  bytes.writeUInt16BE(turn & 0xffff, 2);
  bytes.writeUInt32BE((turn * step) >>> 0, 4);
  bytes.writeUInt32BE(ssrc, 8);
  return bytes;
}

function toBytes(text: string, step: ExampleStep): Buffer {
  return Buffer.from(text.replaceAll('\n', step.lineEnd), 'utf8');
}

/** Adds what every message has and no example needs to say. */
function completed(text: string, from: string, transport: string, mark: string): string {
  const { head, body } = split(text);
  if (head.length === 0) return '';
  if (!head.some((line) => /^(via|v)\s*:/i.test(line))) {
    const branch = `z9hG4bKexample${mark}`;
    const via = `Via: SIP/2.0/${transport.toUpperCase()} ${from};branch=${branch};rport`;
    head.splice(1, 0, via);
  }
  if (!head.some((line) => /^(content-length|l)\s*:/i.test(line))) {
    head.push(`Content-Length: ${lengthOf(body)}`);
  }
  return `${head.join('\n')}\n\n${body}`;
}

/** Bytes of a body when its line ends have become CRLF. */
function lengthOf(body: string): number {
  return Buffer.byteLength(body) + body.split('\n').length - 1;
}

/** The answer to a request: status line and extra lines are given, the rest is copied (§8.2.6). */
function replyTo(request: string, reply: string, mark: string): string {
  const { head: lines, body } = split(reply.trim());
  const [status = '', ...extra] = lines;
  const copied = split(request)
    .head.filter((line) => /^(via|v|from|f|to|t|call-id|i|cseq)\s*:/i.test(line))
    .map((line) =>
      /^(to|t)\s*:/i.test(line) && !/;tag=/i.test(line) ? `${line};tag=s${mark}` : line,
    );
  const length = `Content-Length: ${lengthOf(body)}`;
  return `${[`SIP/2.0 ${status}`, ...copied, ...extra, length].join('\n')}\n\n${body}`;
}

function split(text: string): { head: string[]; body: string } {
  const plain = text.replaceAll('\r\n', '\n');
  const end = plain.indexOf('\n\n');
  const head = (end === -1 ? plain : plain.slice(0, end)).replace(/\n+$/, '');
  return {
    head: head === '' ? [] : head.split('\n'),
    body: end === -1 ? '' : plain.slice(end + 2),
  };
}
