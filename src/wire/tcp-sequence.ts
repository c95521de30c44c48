import type { Packet } from './packet.js';
import { WINDOW } from './tcp-limits.js';

/**
 * How far the sequence number `a` is ahead of `b`, negative when it is behind: sequence numbers
 * wrap, and are compared modulo 2^32 (RFC 9293 §3.4).
 */
export function distance(a: number, b: number): number {
  return (a - b) | 0;
}

/** A sequence number some bytes on. */
export function onward(sequence: number, length: number): number {
  return (sequence + length) >>> 0;
}

/**
 * Whether a stream whose beginning was not seen may be taken to begin with this segment. A lone
 * byte may be a keep-alive probe, which stands one byte behind (RFC 9293 §3.8.4): it is a zero, or
 * the last one sent again. Only a letter begins something.
 */
export function mayBegin({ buf, payloadFrom, payloadTo, payloadLength }: Packet): boolean {
  if (payloadLength !== 1) return payloadLength > 1;
  if (payloadTo === payloadFrom) return false;
  const folded = buf[payloadFrom]! | 0x20;
  return folded >= 0x61 && folded <= 0x7a;
}

/** Whether a sequence number is not within the window round where a stream stands. */
export function isFar(sequence: number, place: number): boolean {
  return Math.abs(distance(sequence, place)) > WINDOW;
}
