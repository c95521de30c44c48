/** The fragments of an IP packet: bodies of `size` bytes, a multiple of 8, but for the last. */
export function ipFragments(packet: Buffer, size: number, identification = 0x1234): Buffer[] {
  return packet[0]! >> 4 === 6
    ? v6Fragments(packet, size, identification)
    : v4Fragments(packet, size, identification);
}

function v4Fragments(packet: Buffer, size: number, identification: number): Buffer[] {
  const headerLength = (packet[0]! & 15) * 4;
  const header = packet.subarray(0, headerLength);
  return pieces(packet.subarray(headerLength), size).map(({ body, offset, more }) => {
    const fragment = Buffer.concat([header, body]);
    fragment.writeUInt16BE(fragment.length, 2);
    fragment.writeUInt16BE(identification, 4);
    fragment.writeUInt16BE((offset / 8) | (more ? 0x2000 : 0), 6);
    return fragment;
  });
}

/** All that stands behind the fixed header goes into the fragments. */
function v6Fragments(packet: Buffer, size: number, identification: number): Buffer[] {
  return pieces(packet.subarray(40), size).map(({ body, offset, more }) => {
    const extension = Buffer.alloc(8);
    extension[0] = packet[6]!;
    extension.writeUInt16BE(offset | (more ? 1 : 0), 2);
    extension.writeUInt32BE(identification, 4);
    const fragment = Buffer.concat([packet.subarray(0, 40), extension, body]);
    fragment[6] = 44;
    fragment.writeUInt16BE(fragment.length - 40, 4);
    return fragment;
  });
}

function pieces(body: Buffer, size: number) {
  const found = [];
  for (let offset = 0; offset < body.length; offset += size) {
    const more = offset + size < body.length;
    found.push({ body: body.subarray(offset, offset + size), offset, more });
  }
  return found;
}
