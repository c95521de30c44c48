import { fields } from './fields.js';

/** A tunnel over IP, each header written out. */
export interface TunnelForm {
  readonly name: string;
  /** The IP protocol, or the UDP port that the outer packet goes to. */
  readonly protocol: number;
  readonly port?: number;
  /** Tunnels that carry one version of IP only. */
  readonly only?: 4 | 6;
  /** What the outer packet carries, so that it carries `inner`, an IP packet. */
  readonly body: (inner: Buffer) => Buffer;
}

/** Headers, and then what they carry. */
export function before(
  ...parts: readonly (Readonly<Record<string, string>> | Uint8Array)[]
): Buffer {
  return Buffer.concat(parts.map((part) => (part instanceof Uint8Array ? part : fields(part))));
}

/** Next protocol as a Network Service Header numbers it (RFC 8300 §2.2), and VXLAN-GPE. */
export function serviceNextOf(inner: Buffer): string {
  return inner[0]! >> 4 === 6 ? '02' : '01';
}

export function pppProtocolOf(inner: Buffer): string {
  return inner[0]! >> 4 === 6 ? '0057' : '0021';
}
