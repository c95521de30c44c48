import type { FrameSink } from '../../src/capture/frames.js';
import { PcapReader } from '../../src/capture/pcap-reader.js';
import { Counters } from '../../src/telemetry/counters.js';
import { Decoded, FrameDecoder } from '../../src/wire/frame-decoder.js';
import { Packet } from '../../src/wire/packet.js';
import { type FileOptions, makePcap, tcpFrame, udpFrame } from '../../test/support/pcap-writer.js';

/**
 * How many frames a second the reader alone, and reader and decoder together, get through: 200,000
 * frames of 600 bytes in memory, fed in pieces as a pipe gives them. Run: node build/bench/micro/reader.js
 */
const FRAMES = 200_000;
const PIECE = 64 * 1024;
const ROUNDS = 7;

function capture(kind: 'v4' | 'v6', options: FileOptions): Buffer[] {
  const [from, to] =
    kind === 'v4'
      ? ['198.51.100.7:5060', '203.0.113.5:5060']
      : ['[2001:db8::1]:5060', '[2001:db8::2]:5060'];
  const udp = udpFrame({ from, to, payload: PAYLOAD });
  const tcp = tcpFrame({ from, to, payload: PAYLOAD });
  const frames = Array.from({ length: FRAMES }, (_, i) => {
    return { time: 1700000000 + i / 1000, bytes: i % 4 === 0 ? tcp : udp };
  });
  const file = makePcap(frames, options);
  const pieces = [];
  for (let at = 0; at < file.length; at += PIECE) pieces.push(file.subarray(at, at + PIECE));
  return pieces;
}

/** Feeds a sink with the frames and gives the best of several rounds, frames a second. */
function measure(pieces: Buffer[], sink: FrameSink): number {
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const reader = new PcapReader(sink, new Counters(), 'bench');
    const begin = process.hrtime.bigint();
    for (const piece of pieces) reader.write(piece);
    reader.end();
    const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
    if (reader.outlet.frames !== FRAMES) throw new Error('frames are missing');
    best = Math.max(best, FRAMES / seconds);
  }
  return best;
}

class Nothing implements FrameSink {
  frame(): void {}
}

class Decoding implements FrameSink {
  payloadBytes = 0;
  private readonly decoder = new FrameDecoder(new Counters());
  private readonly packet = new Packet();

  frame(
    buf: Buffer,
    from: number,
    to: number,
    time: number,
    originalLength: number,
    linkType: number,
  ): void {
    const { packet } = this;
    const found = this.decoder.decode(packet, buf, from, to, time, originalLength, linkType);
    if (found === Decoded.Payload) {
      this.payloadBytes += packet.payloadTo - packet.payloadFrom;
    }
  }
}

const PAYLOAD = Buffer.alloc(558, 'x');
for (const format of ['pcap', 'pcapng'] as const) {
  for (const kind of ['v4', 'v6'] as const) {
    const pieces = capture(kind, { format, resolution: 9 });
    const reader = measure(pieces, new Nothing());
    const both = measure(pieces, new Decoding());
    const million = (rate: number) => `${(rate / 1e6).toFixed(2)} M frames/s`;
    console.log(`${format} IP${kind}: reader ${million(reader)}, with decoder ${million(both)}`);
  }
}
