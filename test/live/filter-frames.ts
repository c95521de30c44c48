import { ipPacket, linkFrame, tcpFrame, udpFrame } from '../support/pcap-writer.js';
import { ethernet, u16 } from '../support/rewrap/frames.js';

/** Frames of Ethernet that a capture filter has to let through or keep out. */

const WHOM = { from: '198.51.100.7:40000', to: '203.0.113.5:5060' };
const WHOM6 = { from: '[2001:db8::7]:5060', to: '[2001:db8::5]:40000' };
const LONG = 'x'.repeat(600);

/** Each stands for what the sensor wants to see. */
export const SIP: readonly Buffer[] = [
  udpFrame({ ...WHOM, payload: LONG }),
  tcpFrame({ ...WHOM, payload: LONG }),
  udpFrame({ ...WHOM6, payload: LONG }),
  tcpFrame({ ...WHOM6, to: '[2001:db8::5]:5061', payload: LONG }),
  udpFrame({ ...WHOM, payload: '' }),
];

/** Each stands for what it does not. */
export const NO_SIP: readonly (readonly [what: string, frame: Buffer])[] = [
  ['UDP', udpFrame({ from: '198.51.100.7:40000', to: '203.0.113.5:53', payload: LONG })],
  ['TCP', tcpFrame({ from: '198.51.100.7:40000', to: '203.0.113.5:5059', payload: LONG })],
  ['TCP to the port of a tunnel', tcpFrame({ ...WHOM, to: '203.0.113.5:4789', payload: LONG })],
  ['UDP over IPv6', udpFrame({ ...WHOM6, from: '[2001:db8::7]:5062', payload: LONG })],
  ['TCP over IPv6', tcpFrame({ ...WHOM6, from: '[2001:db8::7]:443', payload: LONG })],
  ['an echo request', icmp(8)],
  ['an error that is no unreachable', icmp(11)],
  ['a neighbour solicitation', icmp6(135)],
  ['ESP', over4(50, Buffer.alloc(60))],
  ['an ARP request', ethernet(0x0806, Buffer.alloc(28))],
  ['a spanning tree message', ethernet(38, Buffer.from('424203', 'hex'), Buffer.alloc(35))],
];

function over4(protocol: number, body: Uint8Array): Buffer {
  const [source, destination] = [Buffer.from([198, 51, 100, 7]), Buffer.from([203, 0, 113, 5])];
  return linkFrame(ipPacket(protocol, source, destination, body));
}

function over6(next: number, body: Uint8Array): Buffer {
  return linkFrame(ipPacket(next, Buffer.alloc(16, 1), Buffer.alloc(16, 2), body));
}

function icmp(type: number): Buffer {
  return over4(1, Buffer.concat([Buffer.from([type, 3]), Buffer.alloc(34)]));
}

function icmp6(type: number): Buffer {
  return over6(58, Buffer.concat([Buffer.from([type, 4]), Buffer.alloc(54)]));
}

/** IPv4 with a router alert option (RFC 2113) in front of UDP. */
function withOptions(): Buffer {
  const plain = SIP[0]!;
  const frame = Buffer.concat([
    plain.subarray(0, 34),
    Buffer.from('94040000', 'hex'),
    plain.subarray(34),
  ]);
  frame[14] = 0x46;
  frame.writeUInt16BE(frame.length - 14, 16);
  return frame;
}

/** The last fragment of a datagram, with a single byte. */
function lastFragment(): Buffer {
  const frame = over4(17, Buffer.alloc(1));
  frame.writeUInt16BE(185, 20);
  return frame;
}

/** IPv6 with extension headers: hop-by-hop, destination options, routing. */
const HEADERS = Buffer.from('3c00010400000000' + '2b00010400000000' + '1100040000000000', 'hex');

/** What a rewrapper does not make. */
export const OTHER: readonly (readonly [what: string, frame: Buffer])[] = [
  ['an unreachable port', icmp(3)],
  ['an unreachable port of IPv6', icmp6(1)],
  ['IPv4 with options', withOptions()],
  ['a last fragment of one byte', lastFragment()],
  [
    'a fragment of IPv6 behind a hop-by-hop header',
    over6(0, Buffer.from('2c00010400000000' + '1100000100000001', 'hex')),
  ],
  ['UDP behind extension headers', over6(0, Buffer.concat([HEADERS, SIP[0]!.subarray(34)]))],
  ['a tag of a switch fabric', ethernet(0x893f, Buffer.alloc(6), SIP[0]!.subarray(12))],
  ['an authentication header', over4(51, Buffer.alloc(60))],
  ['EtherIP', over4(97, Buffer.concat([u16(0x3000), SIP[0]!]))],
  ['MPLS in IP', over4(137, Buffer.concat([Buffer.from('00010140', 'hex'), SIP[0]!.subarray(14)]))],
];

/** A VLAN tag in front of whatever the frame has. */
export function behindTag(frame: Buffer, type: number, id: number): Buffer {
  return Buffer.concat([frame.subarray(0, 12), u16(type, id), frame.subarray(12)]);
}
