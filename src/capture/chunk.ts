/** Room for most reads of a disk or a pipe, and small enough to stay in a processor's cache. */
export const CHUNK_LENGTH = 1024 * 1024;

/** The one place where buffers for captured bytes are made. */
export function allocateChunk(length: number): Buffer {
  return Buffer.allocUnsafeSlow(length);
}
