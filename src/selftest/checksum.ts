/** RFC 1071: the ones' complement sum of 16-bit words. */
export function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += (bytes[i]! << 8) | (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 65536);
  return ~sum & 0xffff;
}

/** RFC 9293 §3.1 and RFC 8200 §8.1: the sum covers a pseudo header of the IP header's fields. */
export function pseudoChecksum(
  protocol: number,
  source: Uint8Array,
  destination: Uint8Array,
  body: Uint8Array,
): number {
  const tail = Buffer.alloc(8);
  tail.writeUInt32BE(body.length, 0);
  tail.writeUInt32BE(protocol, 4);
  return checksum(Buffer.concat([source, destination, tail, body]));
}
