/**
 * What a packet costs on its way to a message: decoding, the search for what the mirror shows
 * twice, the order of TCP segments, and what is counted of each. `node build/bench/micro/packets.js`
 */
import { PayloadWay } from '../../src/sensor/payload-way.js';
import { StreamFramer } from '../../src/sip/stream-framer.js';
import { Counters } from '../../src/telemetry/counters.js';
import { PortTally } from '../../src/telemetry/port-tally.js';
import { Traffic } from '../../src/telemetry/traffic.js';
import { Sight, Visibility } from '../../src/telemetry/visibility.js';
import { Duplicates } from '../../src/wire/duplicates.js';
import { FrameDecoder } from '../../src/wire/frame-decoder.js';
import { Packet } from '../../src/wire/packet.js';
import type { StreamReader } from '../../src/wire/stream-reader.js';
import { TcpStreams } from '../../src/wire/tcp-streams.js';
import { LINK_TYPES, tcpFrame, udpFrame } from '../../test/support/pcap-writer.js';
import { request } from '../../test/support/sip-texts.js';
import { measure } from './measure.js';

const START = 1_768_478_400;
/** Packets a second. */
const RATE = 20_000;
const [FROM, TO] = ['198.51.100.7:5062', '203.0.113.5:5060'];
const HEADERS = Array.from({ length: 12 }, (_, i) => `X-Field-${i}: ${'abcdefgh'.repeat(3)}`);
const SIP = request({ method: 'REGISTER', user: '2001', fromTag: 'a', headers: HEADERS });
const IDENTIFICATION = 14 + 4;
const SEQUENCE = 14 + 20 + 4;

const counters = new Counters();
const decoder = new FrameDecoder(counters);
const packet = new Packet();

function decode(frame: Buffer, turn: number): number {
  const { length } = frame;
  const time = START + turn / RATE;
  return decoder.decode(packet, frame, 0, length, time, length, LINK_TYPES.ethernet);
}

const udp = udpFrame({ from: FROM, to: TO, payload: SIP });
const tcp = tcpFrame({ from: FROM, to: TO, payload: SIP });
const longest = udpFrame({ from: FROM, to: TO, payload: SIP.padEnd(1400, 'x') });
const TCP_LENGTH = SIP.length;

/** The same frame as another packet: with the next IP identification. */
function next(frame: Buffer, turn: number): Buffer {
  frame.writeUInt16BE(turn & 0xffff, IDENTIFICATION);
  return frame;
}

/** The next segment of the stream. */
function follow(turn: number): Buffer {
  tcp.writeUInt32BE((1 + turn * TCP_LENGTH) >>> 0, SEQUENCE);
  return next(tcp, turn);
}

let now = 0;
measure(`decode, UDP, ${SIP.length} bytes`, () => decode(next(udp, ++now), now));
measure('decode, TCP', () => decode(follow(++now), now));

for (const [name, frame] of [
  [`${SIP.length} bytes`, udp],
  ['1400 bytes', longest],
] as const) {
  const duplicates = new Duplicates();
  decode(frame, 0);
  measure(`is it a duplicate, ${name}, no`, () => {
    packet.ipIdentification = ++now & 0xffff;
    return duplicates.isDuplicate(packet, START + now / RATE) ? 1 : 0;
  });
  measure(`is it a duplicate, ${name}, yes`, () => {
    packet.ipIdentification = (++now >> 1) & 0xffff;
    return duplicates.isDuplicate(packet, START + now / RATE) ? 1 : 0;
  });
}

const nobody: StreamReader<number> = {
  turn() {},
  begin: () => 0,
  bytes() {},
  gap() {},
  end() {},
  held: () => 0,
};
const streams = new TcpStreams(counters, nobody);
measure('TCP in order, nobody reads', (turn) => {
  decode(follow(++now), now);
  streams.segment(packet);
  return turn;
});
const framer = new StreamFramer(counters, { message() {}, encrypted() {} });
const framed = new TcpStreams(counters, framer);
measure('TCP in order, framed, one message each', (turn) => {
  decode(follow(++now), now);
  framed.segment(packet);
  return turn;
});

const visibility = new Visibility();
const sink = {
  message() {},
  emptyDatagram() {},
  datagram() {},
  segment() {},
  encrypted() {},
};
const way = new PayloadWay(new Set([5060]), counters, visibility, new PortTally(), sink);
measure('UDP to a message', (turn) => {
  decode(next(udp, ++now), now);
  way.payload(packet, packet.time);
  return turn;
});
measure('TCP to a message', (turn) => {
  decode(follow(++now), now);
  way.payload(packet, packet.time);
  return turn;
});
measure('what is seen', (turn) => {
  visibility.see(Sight.Packet);
  return turn;
});
const traffic = new Traffic();
measure('traffic, a request', (turn) => {
  traffic.request(turn & 7, false, 600);
  return turn;
});
