import { type FileHandle, open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { Counters } from '../telemetry/counters.js';
import { displayName, fileProblem } from './file-problem.js';
import { type FrameSink, NotACaptureError } from './frames.js';
import { Inflate, isGzip } from './inflate.js';
import { PcapReader } from './pcap-reader.js';
import { ReadAhead } from './read-ahead.js';

export interface CaptureSummary {
  path: string;
  /** Undefined only when the reading was ended before its first bytes. */
  format: 'pcap' | 'pcapng' | undefined;
  /** The capture is inside gzip. Byte offsets in `warning` then count inflated bytes. */
  compressed: boolean;
  frames: number;
  /** Captured bytes of all frames. */
  bytes: number;
  /** Packet time of the first and last frame in the order of the file, seconds since 1970. */
  firstTime: number | undefined;
  lastTime: number | undefined;
  /** LINKTYPE_ values of the frames, in the order of their first appearance. */
  linkTypes: number[];
  /** Why the capture was not read to its end, in one line. */
  warning?: string;
}

export interface ReadOptions {
  /** Where frames are counted. */
  counters?: Counters;
  /** Ends the reading after the chunk at hand; the summary says so in `warning`. */
  signal?: AbortSignal;
  /** Called after each chunk with bytes of the file as stored; no total for a stream. */
  onProgress?: (bytesRead: number, totalBytes: number | undefined) => void;
  /** What '-' stands for. Default: standard input. */
  stdin?: Readable;
  /** Bytes asked for at a time. */
  chunkLength?: number;
}

/** Of less, each read costs more than it brings; of more, it leaves the cache of a processor. */
const CHUNK_LENGTH = 512 * 1024;

/**
 * Reads one capture, a file or '-', and hands its frames to `sink` in order; the event loop turns
 * between chunks. A capture that is cut or corrupt gives the frames before that place and a
 * warning. Throws CaptureError when there is no capture to read, and whatever `sink` throws.
 */
export async function readCapture(
  path: string,
  sink: FrameSink,
  options: ReadOptions = {},
): Promise<CaptureSummary> {
  const counters = options.counters ?? new Counters();
  const reader = new PcapReader(
    sink,
    counters,
    displayName(path),
    options.chunkLength ?? CHUNK_LENGTH,
  );
  const intake = new Intake(reader);
  const aborted =
    path === '-'
      ? await readStream(options.stdin ?? process.stdin, intake, options)
      : await readFile(path, intake, options);
  return summary(path, reader, intake, aborted);
}

/** Looks at the first two bytes to tell gzip from plain, then passes everything on. */
class Intake {
  inflate: Inflate | undefined = undefined;
  readonly reader: PcapReader;
  private first: Buffer | undefined = Buffer.alloc(0);

  constructor(reader: PcapReader) {
    this.reader = reader;
  }

  /** More bytes are of no use. */
  get stopped(): boolean {
    return this.reader.stopped || this.inflate?.fault !== undefined;
  }

  async write(bytes: Buffer): Promise<void> {
    let known = bytes;
    if (this.first !== undefined) {
      known = this.first.length === 0 ? bytes : Buffer.concat([this.first, bytes]);
      if (known.length < 2) {
        this.first = Buffer.from(known);
        return;
      }
      this.first = undefined;
      if (isGzip(known)) this.inflate = new Inflate(this.reader);
    }
    if (this.inflate !== undefined) await this.inflate.write(known);
    else this.reader.write(known);
  }

  async end(): Promise<void> {
    if (this.first !== undefined) this.reader.write(this.first);
    if (this.stopped) this.inflate?.destroy();
    else await this.inflate?.end();
    const fault = this.inflate?.fault;
    if (fault !== undefined && this.reader.format === undefined) {
      const why = `cut or corrupt (${fault}) before its first packet`;
      throw new NotACaptureError(`${this.reader.name}: a gzip file that is ${why}`);
    }
    this.reader.end();
  }
}

/** Gives whether the reading was ended by the signal. */
async function readFile(path: string, intake: Intake, options: ReadOptions): Promise<boolean> {
  let handle: FileHandle;
  try {
    handle = await open(path);
  } catch (error) {
    throw fileProblem(path, error);
  }
  try {
    const stat = await handle.stat();
    const total = stat.isFile() ? stat.size : undefined;
    const read = (into: Buffer) => readSome(path, handle, into);
    const chunks = new ReadAhead(read, options.chunkLength ?? CHUNK_LENGTH, stat.isFile());
    let bytesRead = 0;
    while (!intake.stopped) {
      if (options.signal?.aborted) return true;
      const chunk = await chunks.next();
      if (chunk.length === 0) break;
      await intake.write(chunk);
      bytesRead += chunk.length;
      options.onProgress?.(bytesRead, total);
    }
    await intake.end();
    return false;
  } finally {
    intake.inflate?.destroy();
    await handle.close();
  }
}

async function readSome(path: string, handle: FileHandle, into: Buffer): Promise<number> {
  try {
    return (await handle.read(into, 0, into.length, null)).bytesRead;
  } catch (error) {
    throw fileProblem(path, error);
  }
}

/** Gives whether the reading was ended by the signal, which also ends the wait for more bytes. */
async function readStream(
  stream: Readable,
  intake: Intake,
  { signal, onProgress }: ReadOptions,
): Promise<boolean> {
  if (signal?.aborted) return true;
  const stop = () => stream.destroy();
  signal?.addEventListener('abort', stop, { once: true });
  let bytesRead = 0;
  let reading = true;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (signal?.aborted) break;
      reading = false;
      await intake.write(chunk);
      bytesRead += chunk.length;
      onProgress?.(bytesRead, undefined);
      if (intake.stopped) break;
      reading = true;
    }
    if (signal?.aborted) return true;
    reading = false;
    await intake.end();
    return false;
  } catch (error) {
    // Only what happens while bytes are awaited is the stream's; the rest came from the sink.
    if (!reading) throw error;
    if (signal?.aborted) return true;
    throw fileProblem('-', error);
  } finally {
    signal?.removeEventListener('abort', stop);
    intake.inflate?.destroy();
  }
}

function summary(
  path: string,
  reader: PcapReader,
  intake: Intake,
  aborted: boolean,
): CaptureSummary {
  const { outlet, position } = reader;
  const fault = intake.inflate?.fault;
  let warning = reader.warning;
  // The cut of the gzip stream is the cause; what it did to the record inside is the consequence.
  if (fault !== undefined) warning = gzipWarning(fault, position, outlet.frames);
  if (aborted) warning = `stopped at byte ${position}, after packet ${outlet.frames}`;
  return {
    path,
    format: reader.format,
    compressed: intake.inflate !== undefined,
    frames: outlet.frames,
    bytes: outlet.bytes,
    firstTime: outlet.frames > 0 ? outlet.firstTime : undefined,
    lastTime: outlet.frames > 0 ? outlet.lastTime : undefined,
    linkTypes: [...outlet.linkTypes],
    ...(warning === undefined ? {} : { warning }),
  };
}

function gzipWarning(fault: string, position: number, frames: number): string {
  return `the gzip stream is cut or corrupt (${fault}): read to byte ${position}, packet ${frames}`;
}
