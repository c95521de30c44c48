import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { captureFiles } from '../../src/capture/capture-files.js';
import { readCapture } from '../../src/capture/read-capture.js';
import { packageRoot } from '../../src/package-root.js';
import type { LoadedSignatures } from '../../src/rules/load.js';
import { examplePackets } from '../../src/selftest/example-messages.js';
import { ipFrames, RAW_LINK } from '../../src/selftest/ip-frame.js';
import { Outcome, SipMessage } from '../../src/sip/message.js';
import { Counters } from '../../src/telemetry/counters.js';
import { FrameDecoder } from '../../src/wire/frame-decoder.js';
import { Packet } from '../../src/wire/packet.js';
import { linkFrame, makePcap, tcpFrame, udpFrame } from '../support/pcap-writer.js';
import { type Input, LONGEST, type Piece, pieceOf } from './piece.js';

/** What the mutations begin with. */
export interface Seeds {
  /** Capture files, as bytes. */
  readonly files: readonly Input[];
  /** Frames of one capture or example, some in a row. */
  readonly sequences: readonly Input[];
  /** One SIP message each. */
  readonly messages: readonly Input[];
  /** TCP connections that carry several messages. */
  readonly streams: readonly Input[];
}

/** Frames in a row of one capture that make one seed, and how many such seeds one capture gives. */
const ROW = 24;
const ROWS_OF_A_CAPTURE = 12;
/** Of a larger file, only so much is taken. */
const FILE_LENGTH = 8 * 1024;
/** Messages that one stream carries, and the flags that begin and end it. */
const STREAM = 6;
const SYN = 2;
const FIN = 0x11;
const START = Date.UTC(2026, 0, 15, 12) / 1000;

/** Everything that lies in the project: captures, torture messages, examples of the signatures. */
export async function loadSeeds({ signatures }: LoadedSignatures): Promise<Seeds> {
  const root = packageRoot();
  const captures = ['pcaps', 'test/cases/captures', 'test/corpus']
    .map((folder) => join(root, folder))
    .filter((folder) => existsSync(folder));
  const texts = ['test/cases/torture', 'test/cases/messages'].flatMap((folder) =>
    messageFiles(join(root, folder)),
  );
  const { files } = await captureFiles(captures);
  const sequences: Input[] = [];
  for (const { path } of files) sequences.push(...rowsOf(await framesOf(path)));
  for (const signature of signatures) {
    for (const example of signature.examples) {
      const frames = ipFrames(examplePackets(example)).map(({ at, bytes }) =>
        pieceOf(bytes, START + at, RAW_LINK),
      );
      sequences.push(...rowsOf(frames).slice(0, 2));
    }
  }
  sequences.push(...texts.map((text) => [asFrame(text)]));
  const messages = messagesIn(sequences, texts);
  return {
    streams: streamsOf(messages),
    files: [...files.flatMap(({ path }) => beginningOf(path)), ...ownFiles(sequences)],
    sequences,
    messages,
  };
}

async function framesOf(path: string): Promise<Piece[]> {
  const frames: Piece[] = [];
  await readCapture(path, {
    frame(buf, from, to, time, originalLength, linkType) {
      if (to - from > LONGEST || frames.length >= ROW * 40) return;
      const bytes = Buffer.from(buf.subarray(from, to));
      frames.push({ bytes, time, originalLength, linkType });
    },
  });
  return frames;
}

/** The beginning, the end, and rows spread between them. */
function rowsOf(frames: readonly Piece[]): Input[] {
  const rows = Math.ceil(frames.length / ROW);
  const step = Math.max(1, Math.ceil(rows / ROWS_OF_A_CAPTURE)) * ROW;
  const found: Input[] = [];
  for (let at = 0; at < frames.length; at += step) found.push(frames.slice(at, at + ROW));
  return found;
}

function messageFiles(folder: string): Buffer[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.dat'))
    .sort()
    .map((name) => readFileSync(join(folder, name)));
}

function asFrame(payload: Buffer): Piece {
  const from = '198.51.100.7:5060';
  return pieceOf(udpFrame({ from, to: '203.0.113.5:5060', payload }), START);
}

function beginningOf(path: string): Input[] {
  const bytes = readFileSync(path);
  return [[pieceOf(Buffer.from(bytes.subarray(0, FILE_LENGTH)))]];
}

/** Files of both formats, byte orders and resolutions. */
function ownFiles(sequences: readonly Input[]): Input[] {
  const frames = sequences.slice(0, 40).map(([piece]) => ({
    time: START,
    bytes: linkFrame(piece!.bytes.subarray(0, 200), { link: 'raw' }),
  }));
  const formats = ['pcap', 'pcapng'] as const;
  const endians = ['little', 'big'] as const;
  return formats.flatMap((format) =>
    endians.flatMap((endian) =>
      [6, 9].map((resolution): Input => {
        const timeOffset = format === 'pcapng' ? { timeOffset: 3600 } : {};
        return [pieceOf(makePcap(frames, { format, endian, resolution, ...timeOffset }))];
      }),
    ),
  );
}

/** Messages that lie in frames as they are, each start line and order of headers once. */
function messagesIn(sequences: readonly Input[], texts: readonly Buffer[]): Input[] {
  const decoder = new FrameDecoder(new Counters());
  const packet = new Packet();
  const message = new SipMessage();
  const found = new Map<string, Input>();
  const take = (bytes: Buffer) => {
    if (message.reset(bytes, 0, bytes.length) !== Outcome.Ok) return;
    const key = `${message.methodId} ${message.status} ${message.headerOrder()}`;
    if (!found.has(key)) found.set(key, [pieceOf(Buffer.from(bytes))]);
  };
  for (const text of texts) take(text);
  for (const { bytes, time, originalLength, linkType } of sequences.flat()) {
    decoder.decode(packet, bytes, 0, bytes.length, time, originalLength, linkType);
    take(packet.buf.subarray(packet.payloadFrom, packet.payloadTo));
  }
  return [...found.values()];
}

/** A few messages in a row, in segments of any size, from the SYN to the FIN. */
function streamsOf(messages: readonly Input[]): Input[] {
  const found: Input[] = [];
  const ends = { from: '198.51.100.7:40000', to: '203.0.113.5:5060' };
  for (let at = 0; at < messages.length; at += STREAM) {
    const parts = messages.slice(at, at + STREAM).map((message) => message[0]!.bytes);
    const bytes = Buffer.concat(parts).subarray(0, 16_384);
    const frames = [pieceOf(tcpFrame({ ...ends, flags: SYN, seq: 999 }), START)];
    const size = 200 + ((at * 97) % 1200);
    for (let from = 0; from < bytes.length; from += size) {
      const payload = bytes.subarray(from, from + size);
      frames.push(pieceOf(tcpFrame({ ...ends, payload, seq: 1000 + from }), START + 0.01));
    }
    frames.push(pieceOf(tcpFrame({ ...ends, flags: FIN, seq: 1000 + bytes.length }), START + 1));
    found.push(frames);
  }
  return found;
}
