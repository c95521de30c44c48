import { addressText, readIpv4, readIpv6 } from '../../src/wire/address.js';

/** Who sent a raw IP frame, as text. */
export function senderOf(frame: Buffer): string {
  return addressText(isV4(frame) ? readIpv4(frame, 12) : readIpv6(frame, 8));
}

/** The port that a raw UDP or TCP frame without IP options was sent from. */
export function senderPortOf(frame: Buffer): number {
  return frame.readUInt16BE(isV4(frame) ? 20 : 40);
}

function isV4(frame: Buffer): boolean {
  return frame[0]! >> 4 === 4;
}
