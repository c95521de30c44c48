import { ipPacket } from '../support/pcap-writer.js';
import { ethernet, fields, u16 } from './fields.js';
import { GRE_FORMS } from './gre-forms.js';
import { before, type TunnelForm } from './tunnel-form.js';
import { UDP_FORMS } from './udp-tunnel-forms.js';

const IP_FORMS: readonly TunnelForm[] = [
  { name: 'IPv4 in IP', protocol: 4, only: 4, body: (inner) => inner },
  { name: 'IPv6 in IP', protocol: 41, only: 6, body: (inner) => inner },
  {
    name: 'EtherIP',
    protocol: 97,
    body: (inner) => before({ 'version 3': '3000' }, ethernet(inner)),
  },
  { name: 'Ethernet in IP', protocol: 143, body: ethernet },
  {
    name: 'MPLS in IP',
    protocol: 137,
    body: (inner) => before({ 'label 18, bottom of stack': '00012140' }, inner),
  },
];

export const TUNNEL_FORMS: readonly TunnelForm[] = [...GRE_FORMS, ...IP_FORMS, ...UDP_FORMS];

/** IPv4 or IPv6 addresses in bytes, of which one end is on the Internet. */
export const OUTER = {
  4: { source: fields({ source: 'c0000201' }), destination: fields({ destination: '0a000001' }) },
  6: {
    source: fields({ source: '20010db8000000000000000000000011' }),
    destination: fields({ destination: 'fd000000000000000000000000000001' }),
  },
} as const;
export const OUTER_ENDS = { 4: '192.0.2.1 10.0.0.1', 6: '2001:db8::11 fd00::1' } as const;

/** The outer IP packet of a tunnel that carries `inner`. */
export function inTunnel(form: TunnelForm, inner: Buffer, outer: 4 | 6 = 4): Buffer {
  const { source, destination } = OUTER[outer];
  const { protocol, port } = form;
  const body = form.body(inner);
  const whole = port === undefined ? body : datagram(40_000, port, body);
  return ipPacket(protocol, source, destination, whole);
}

/** A UDP datagram, without checksum as tunnels may have it. */
export function datagram(sourcePort: number, destinationPort: number, payload: Buffer): Buffer {
  const header = {
    sourcePort: u16(sourcePort),
    destinationPort: u16(destinationPort),
    length: u16(8 + payload.length),
    checksum: '0000',
  };
  return Buffer.concat([fields(header), payload]);
}
