import type { FrameSink } from '../../src/capture/frames.js';
import { PcapReader } from '../../src/capture/pcap-reader.js';
import { Counters } from '../../src/telemetry/counters.js';

export interface ListedFrame {
  time: number;
  hex: string;
  originalLength: number;
  linkType: number;
}

/** A sink that keeps a copy of every frame. */
export class FrameList implements FrameSink {
  readonly frames: ListedFrame[] = [];

  frame(
    buf: Buffer,
    from: number,
    to: number,
    time: number,
    originalLength: number,
    linkType: number,
  ): void {
    this.frames.push({ time, hex: buf.toString('hex', from, to), originalLength, linkType });
  }
}

/** Reads `file` in pieces of the sizes that `pieces` gives in turn (default: all at once). */
export function readBytes(file: Uint8Array, pieces: readonly number[] = [file.length], chunk = 64) {
  const list = new FrameList();
  const counters = new Counters();
  const reader = new PcapReader(list, counters, 'x.pcap', chunk);
  let at = 0;
  for (let i = 0; at < file.length; i++) {
    const size = Math.max(1, pieces[i % pieces.length]!);
    reader.write(file.subarray(at, at + size));
    at += size;
  }
  reader.end();
  return { frames: list.frames, warning: reader.warning, counters, reader };
}
