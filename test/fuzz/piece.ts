/**
 * One thing that a target is fed with: a frame, a message, a whole file. Never changed once made,
 * so inputs share the pieces that a mutation left alone.
 */
export interface Piece {
  readonly bytes: Buffer;
  /** Packet time, seconds. */
  readonly time: number;
  /** Length on the wire, bytes. */
  readonly originalLength: number;
  /** LINKTYPE_ value; of no meaning for what is no frame. */
  readonly linkType: number;
}

/** What a target is fed with in one go, in this order. */
export type Input = readonly Piece[];

/** No datagram is longer (RFC 768), so no mutation makes one. */
export const LONGEST = 65_535;

export function pieceOf(bytes: Buffer, time = 0, linkType = 1): Piece {
  return { bytes, time, originalLength: bytes.length, linkType };
}

/** The piece with other bytes; what was cut off it on the wire stays cut off. */
export function withBytes(piece: Piece, bytes: Buffer): Piece {
  const missing = piece.originalLength - piece.bytes.length;
  return { ...piece, bytes, originalLength: Math.max(bytes.length + missing, 0) };
}

export function sizeOf(input: Input): number {
  let size = 0;
  for (const { bytes } of input) size += bytes.length;
  return size;
}
