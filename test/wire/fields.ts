/**
 * The bytes of a header, written out field by field in hexadecimal: the names are for whoever reads
 * the test.
 */
export function fields(named: Readonly<Record<string, string>>): Buffer {
  return Buffer.from(Object.values(named).join('').replaceAll(' ', ''), 'hex');
}

/** Both addresses of an Ethernet header. */
export const MACS = { destination: '020000000002', source: '020000000001' };

export function u16(value: number): string {
  return value.toString(16).padStart(4, '0');
}

/** The EtherType of an IP packet. */
export function etherTypeOf(packet: Uint8Array): string {
  return packet[0]! >> 4 === 6 ? '86dd' : '0800';
}

/** An IP packet in an Ethernet frame. */
export function ethernet(packet: Uint8Array): Buffer {
  return Buffer.concat([fields({ ...MACS, etherType: etherTypeOf(packet) }), packet]);
}
