import { createGunzip, type Gunzip } from 'node:zlib';
import type { PcapReader } from './pcap-reader.js';

const OUTPUT_LENGTH = 64 * 1024;
/** When zlib meets damage it drops the output of that call, so a call is given little. */
const INPUT_LENGTH = 16 * 1024;

/** The first bytes of a gzip member (RFC 1952 §2.3.1). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Hands what a gzip stream of one or several members holds to a reader. */
export class Inflate {
  /** Why the rest of the stream could not be inflated, e.g. it ends early. */
  fault: string | undefined = undefined;

  private readonly gunzip: Gunzip;
  private readerError: unknown = undefined;
  private closed = false;
  /** Wakes whoever awaits `write` or `end`: zlib forgets its callback when it fails. */
  private wake: () => void = () => {};

  constructor(reader: PcapReader) {
    this.gunzip = createGunzip({ chunkSize: OUTPUT_LENGTH });
    this.gunzip.on('data', (bytes: Buffer) => {
      try {
        if (this.readerError === undefined) reader.write(bytes);
      } catch (error) {
        this.readerError = error;
      }
    });
    this.gunzip.on('error', (error) => {
      this.fault = error.message;
    });
    this.gunzip.on('close', () => {
      this.closed = true;
      this.wake();
    });
  }

  /**
   * Resolves when the reader has got everything that `bytes` hold. The last bytes must be written
   * before `end` is called: zlib drops its last output when it learns of a cut in the same call.
   * Rejects with what the reader or its sink threw.
   */
  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length && !this.closed; at += INPUT_LENGTH) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        this.gunzip.write(bytes.subarray(at, at + INPUT_LENGTH), () => resolve());
      });
      if (this.readerError !== undefined) throw this.readerError;
    }
  }

  /** No more bytes come; sets `fault` when there should have been some. */
  async end(): Promise<void> {
    if (!this.closed) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        this.gunzip.end();
      });
    }
    if (this.readerError !== undefined) throw this.readerError;
  }

  /** The rest is not wanted. */
  destroy(): void {
    this.gunzip.destroy();
  }
}
