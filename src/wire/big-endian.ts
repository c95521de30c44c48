/**
 * Numbers in network byte order, read at offsets that the caller has checked: twice as fast as the
 * methods of Buffer, which check again. Outside the buffer there are zeros.
 */
export function uint16(buf: Buffer, at: number): number {
  return (buf[at]! << 8) | buf[at + 1]!;
}

export function uint32(buf: Buffer, at: number): number {
  return ((buf[at]! << 24) | (buf[at + 1]! << 16) | (buf[at + 2]! << 8) | buf[at + 3]!) >>> 0;
}
