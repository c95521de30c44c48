import { createHash } from 'node:crypto';
import type { CapturedFrame } from '../capture-frames.js';
import { ipPacket, transportChecksum } from '../pcap-writer.js';
import { ipPacketOf, isV6, plainFrame, type Rewrap, u16, u32 } from './frames.js';
import { FLAG } from './tcp-segments.js';

/** How messages stand in a stream. */
interface Encoding {
  /** What client and server say first, each in a segment of its own. */
  readonly opening: (host: string) => readonly [client: Buffer, server: Buffer] | undefined;
  readonly message: (payload: Buffer, fromClient: boolean) => Buffer;
}

/** Each datagram as a segment of a connection between the same ports. */
const BARE: Encoding = { opening: () => undefined, message: (payload) => payload };

/** RFC 7118 §5: each message is a text frame; RFC 6455 §5.3: the client's are masked. */
const WEB_SOCKET: Encoding = {
  opening: (host) => [
    Buffer.from(
      [
        'GET / HTTP/1.1',
        `Host: ${host}`,
        'Upgrade: websocket',
        'Connection: Upgrade',
        `Sec-WebSocket-Key: ${WEB_SOCKET_KEY}`,
        'Sec-WebSocket-Protocol: sip',
        'Sec-WebSocket-Version: 13',
        '\r\n',
      ].join('\r\n'),
    ),
    Buffer.from(
      [
        'HTTP/1.1 101 Switching Protocols',
        'Upgrade: websocket',
        'Connection: Upgrade',
        `Sec-WebSocket-Accept: ${acceptOf(WEB_SOCKET_KEY)}`,
        'Sec-WebSocket-Protocol: sip',
        '\r\n',
      ].join('\r\n'),
    ),
  ],
  message: (payload, fromClient) => webSocketFrame(payload, fromClient),
};

const WEB_SOCKET_KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

/** RFC 6455 §4.2.2: shows that the server speaks WebSocket. */
function acceptOf(key: string): string {
  const text = `${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  return createHash('sha1').update(text).digest('base64');
}

/** RFC 6455 §5.2: a whole text message. */
function webSocketFrame(payload: Buffer, masked: boolean): Buffer {
  const { length } = payload;
  const mark = masked ? 0x80 : 0;
  const size = length < 126 ? Buffer.from([mark | length]) : Buffer.from([mark | 126, 0, 0]);
  if (length >= 126) size.writeUInt16BE(length, 1);
  const head = Buffer.concat([Buffer.from([0x81]), size]);
  if (!masked) return Buffer.concat([head, payload]);
  const mask = u32(0x9b3c61f7);
  return Buffer.concat([head, mask, payload.map((byte, i) => byte ^ mask[i & 3]!)]);
}

interface Datagram {
  readonly time: number;
  readonly source: Buffer;
  readonly destination: Buffer;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly payload: Buffer;
}

/** One connection: who opened it, and what each side sends next. */
interface Conversation {
  readonly client: string;
  readonly next: Map<string, number>;
  left: number;
}

/** UDP datagrams as the messages of TCP connections, one segment each; other frames stay. */
export const overTcp: Rewrap = (frames) => converse(frames, BARE);

/** The same over WebSocket. */
export const overWebSocket: Rewrap = (frames) => converse(frames, WEB_SOCKET);

function converse(frames: readonly CapturedFrame[], encoding: Encoding): CapturedFrame[] {
  const counts = new Map<string, number>();
  /** Connections with a message: without one, nobody upgrades to WebSocket. */
  const speaking = new Set<string>();
  for (const frame of frames) {
    const datagram = datagramOf(frame);
    if (datagram === undefined) continue;
    const key = connectionOf(datagram);
    counts.set(key, (counts.get(key) ?? 0) + 1);
    if (datagram.payload.length > 0) speaking.add(key);
  }
  const open = new Map<string, Conversation>();
  return frames.flatMap((frame) => {
    const datagram = datagramOf(frame);
    if (datagram === undefined) return [frame];
    const key = connectionOf(datagram);
    const known = open.get(key);
    const conversation = known ?? opened(datagram, counts.get(key)!);
    open.set(key, conversation);
    const used = speaking.has(key) ? encoding : BARE;
    const said = known === undefined ? opening(conversation, datagram, used) : [];
    const fromClient = endOf(datagram, 'source') === conversation.client;
    const message = used.message(datagram.payload, fromClient);
    said.push(send(conversation, datagram, FLAG.psh | FLAG.ack, message));
    if (--conversation.left === 0) said.push(...closing(conversation, datagram));
    return said;
  });
}

/** RFC 9293 §3.5: who asks first opens, for a reply answers what was not captured. */
function opened(datagram: Datagram, left: number): Conversation {
  const isReply = datagram.payload.toString('latin1', 0, 8) === 'SIP/2.0 ';
  const client = endOf(datagram, isReply ? 'destination' : 'source');
  const server = endOf(datagram, isReply ? 'source' : 'destination');
  const next = new Map([
    [client, 1000],
    [server, 5000],
  ]);
  return { client, next, left };
}

function opening(conversation: Conversation, datagram: Datagram, encoding: Encoding) {
  const isClients = endOf(datagram, 'source') === conversation.client;
  const client = isClients ? datagram : turned(datagram);
  const server = turned(client);
  const frames = [
    send(conversation, client, FLAG.syn),
    send(conversation, server, FLAG.syn | FLAG.ack),
    send(conversation, client, FLAG.ack),
  ];
  const hello = encoding.opening('pbx.example');
  if (hello === undefined) return frames;
  frames.push(send(conversation, client, FLAG.psh | FLAG.ack, hello[0]));
  frames.push(send(conversation, server, FLAG.psh | FLAG.ack, hello[1]));
  return frames;
}

function closing(conversation: Conversation, datagram: Datagram): CapturedFrame[] {
  const back = turned(datagram);
  return [
    send(conversation, datagram, FLAG.fin | FLAG.ack),
    send(conversation, back, FLAG.fin | FLAG.ack),
    send(conversation, datagram, FLAG.ack),
  ];
}

function send(
  { next }: Conversation,
  datagram: Datagram,
  flags: number,
  payload: Buffer = Buffer.alloc(0),
): CapturedFrame {
  const { source, destination, sourcePort, destinationPort, time } = datagram;
  const from = endOf(datagram, 'source');
  const sequence = next.get(from)!;
  const acknowledgment = (flags & FLAG.ack) === 0 ? 0 : next.get(endOf(datagram, 'destination'))!;
  const ports = u16(sourcePort, destinationPort);
  const rest = Buffer.concat([u32(sequence, acknowledgment), u16(0x5000 | flags, 65_535, 0, 0)]);
  const segment = Buffer.concat([ports, rest, payload]);
  segment.writeUInt16BE(transportChecksum(6, source, destination, segment), 16);
  const isOne = (flags & (FLAG.syn | FLAG.fin)) === 0 ? 0 : 1;
  next.set(from, sequence + payload.length + isOne);
  return plainFrame(ipPacket(6, source, destination, segment), time);
}

function datagramOf(frame: CapturedFrame): Datagram | undefined {
  const found = ipPacketOf(frame);
  if (found === undefined || found.missing > 0) return undefined;
  const packet = found.bytes;
  const v6 = isV6(packet);
  const at = v6 ? 40 : 4 * (packet[0]! & 15);
  const isUdp = v6 ? packet[6] === 17 : packet[9] === 17 && (packet.readUInt16BE(6) & 0x3fff) === 0;
  if (!isUdp || packet.length < at + 8) return undefined;
  const length = packet.readUInt16BE(at + 4);
  if (length < 8 || at + length > packet.length) return undefined;
  return {
    time: frame.time,
    source: packet.subarray(v6 ? 8 : 12, v6 ? 24 : 16),
    destination: packet.subarray(v6 ? 24 : 16, v6 ? 40 : 20),
    sourcePort: packet.readUInt16BE(at),
    destinationPort: packet.readUInt16BE(at + 2),
    payload: packet.subarray(at + 8, at + length),
  };
}

function turned(datagram: Datagram): Datagram {
  return {
    ...datagram,
    source: datagram.destination,
    destination: datagram.source,
    sourcePort: datagram.destinationPort,
    destinationPort: datagram.sourcePort,
  };
}

function connectionOf(datagram: Datagram): string {
  return [endOf(datagram, 'source'), endOf(datagram, 'destination')].sort().join(' ');
}

function endOf(datagram: Datagram, which: 'source' | 'destination'): string {
  return `${datagram[which].toString('hex')}:${datagram[`${which}Port`]}`;
}
