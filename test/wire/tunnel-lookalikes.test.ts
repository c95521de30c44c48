import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ipPacket, udpFrame } from '../support/pcap-writer.js';
import { decode, V4, V6 } from './decode.js';
import { ethernet, fields, MACS, u16 } from './fields.js';
import { datagram, OUTER, TUNNEL_FORMS } from './tunnel-forms.js';

const PORTS = [1701, 2152, 3544, 4754, 4789, 4790, 6081, 6635, 8472, 37008];
const INNER = udpFrame({ ...V4, link: 'raw' });
const INNER6 = udpFrame({ ...V6, link: 'raw' });

function read(sourcePort: number, destinationPort: number, payload: Buffer) {
  const packet = ipPacket(
    17,
    OUTER[4].source,
    OUTER[4].destination,
    datagram(sourcePort, destinationPort, payload),
  );
  return decode(packet, 'raw');
}

/** What is read of a datagram that is no tunnel. */
function plain(sourcePort: number, destinationPort: number, payload: Buffer) {
  return {
    transport: 17,
    from: `192.0.2.1 ${sourcePort}`,
    to: `10.0.0.1 ${destinationPort}`,
    payload: payload.toString('latin1'),
    truncated: false,
    vlan: -1,
  };
}

const DNS_QUERY = fields({
  id: '6bcb',
  flags: '0100',
  counts: '0001 0000 0000 0000',
  name: '0461626364 03656667 06686a6b6c6d6e 02756b 00',
  'type and class': '0001 0001',
});
const TEXTS = [
  'OPTIONS sip:100@203.0.113.5 SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.7\r\n\r\n',
  'INVITE sip:100@203.0.113.5 SIP/2.0\r\n\r\n',
  'SIP/2.0 200 OK\r\n\r\n',
  '\r\n\r\nREGISTER sip:203.0.113.5 SIP/2.0\r\n\r\n',
  '\r\n\r\n',
  '\0',
  '',
];

test('SIP and DNS on ports of tunnels, as source or destination, are payloads', () => {
  for (const port of PORTS) {
    for (const payload of [...TEXTS.map((text) => Buffer.from(text)), DNS_QUERY]) {
      assert.deepEqual(read(port, 5060, payload), plain(port, 5060, payload), `from ${port}`);
      assert.deepEqual(read(5060, port, payload), plain(5060, port, payload), `to ${port}`);
      assert.deepEqual(read(port, port, payload), plain(port, port, payload), `both ${port}`);
    }
  }
});

test('what is sent from the port of VXLAN is none: replies of a tunnel go to that port too', () => {
  for (const form of TUNNEL_FORMS) {
    const { port } = form;
    if (port === undefined) continue;
    const body = form.body(INNER);
    const isEitherWay = port === 1701 || port === 2152;
    const result = read(port, 40_000, body);
    if (isEitherWay) assert.notDeepEqual(result, plain(port, 40_000, body), form.name);
    else assert.deepEqual(result, plain(port, 40_000, body), form.name);
  }
});

const vxlan = (header: string, frame: Buffer) => Buffer.concat([fields({ header }), frame]);
const gtp = (flags: string, type: string, length: number, rest: Buffer) =>
  Buffer.concat([fields({ flags, type, length: u16(length), tunnel: '00000001' }), rest]);
const broken = (packet: Buffer, at: number, value: number) => {
  const copy = Buffer.from(packet);
  copy[at] = value;
  return copy;
};
const ARP = fields({ ...MACS, etherType: '0806', request: '0001080006040001' });

const NO_TUNNELS: readonly [string, number, Buffer][] = [
  ['VXLAN without a network', 4789, vxlan('0000000000002a00', ethernet(INNER))],
  ['VXLAN with ARP', 4789, vxlan('0800000000002a00', ARP)],
  [
    'VXLAN with IP of no version',
    4789,
    vxlan('0800000000002a00', broken(ethernet(INNER), 14, 0x55)),
  ],
  [
    'VXLAN with a short IP header',
    4789,
    vxlan('0800000000002a00', broken(ethernet(INNER), 14, 0x44)),
  ],
  [
    'VXLAN with IPv6 that is IPv4',
    4789,
    vxlan('0800000000002a00', broken(ethernet(INNER6), 14, 0x45)),
  ],
  ['VXLAN with half a header', 4789, fields({ header: '08000000' })],
  ['VXLAN with half an Ethernet header', 4789, vxlan('0800000000002a00', Buffer.alloc(13))],
  ['VXLAN-GPE with an unknown protocol', 4790, vxlan('0c00000700002a00', INNER)],
  ['VXLAN-GPE with the other version of IP', 4790, vxlan('0c00000200002a00', INNER)],
  ['Geneve of version 1', 6081, vxlan('4000655800002a00', ethernet(INNER))],
  ['Geneve with reserved bits', 6081, vxlan('0001655800002a00', ethernet(INNER))],
  ['Geneve with options beyond its end', 6081, vxlan('3f00655800002a00', ethernet(INNER))],
  ['Geneve with ARP', 6081, vxlan('0000080600002a00', ARP)],
  ["GTP'", 2152, gtp('20', 'ff', INNER.length, INNER)],
  ['GTP of version 2', 2152, gtp('48', 'ff', INNER.length, INNER)],
  ['GTP echo', 2152, gtp('30', '01', INNER.length, INNER)],
  ['GTP longer than its datagram', 2152, gtp('30', 'ff', INNER.length + 1, INNER)],
  ['GTP shorter than its packet', 2152, gtp('30', 'ff', INNER.length - 1, INNER)],
  ['GTP without its options', 2152, gtp('32', 'ff', 0, Buffer.alloc(0))],
  [
    'GTP with an extension of length 0',
    2152,
    gtp('34', 'ff', 8, fields({ o: '00000085', e: '00000000' })),
  ],
  [
    'GTP with an extension beyond its end',
    2152,
    gtp('34', 'ff', 8, fields({ o: '00000085', e: 'ff000000' })),
  ],
  [
    'GTP with too many extensions',
    2152,
    gtp(
      '34',
      'ff',
      4 + 36 + INNER.length,
      Buffer.concat([fields({ o: '00000085', e: '01000085'.repeat(8), last: '01000000' }), INNER]),
    ),
  ],
  ['Teredo between addresses that are not of Teredo', 3544, INNER6],
  ['Teredo with IPv4', 3544, INNER],
  ['TZSP of version 2', 37008, vxlan('0200000101', ethernet(INNER))],
  ['TZSP, configuration', 37008, vxlan('0103000101', ethernet(INNER))],
  ['TZSP with 802.11', 37008, vxlan('0100001201', ethernet(INNER))],
  ['TZSP without end of tags', 37008, vxlan('01000001', Buffer.alloc(200))],
  ['TZSP with a tag beyond its end', 37008, vxlan('010000010aff', ethernet(INNER).subarray(0, 20))],
  [
    'L2TP control',
    1701,
    fields({ flags: 'c802', length: '000c', ids: '00000000', numbers: '00000000' }),
  ],
  ['L2TP of version 3', 1701, vxlan('00030000000100000021', INNER)],
  [
    'L2TP with LCP',
    1701,
    fields({ flags: '0002', ids: '00010002', ppp: 'ff03c021', lcp: '01010004' }),
  ],
  ['L2TP longer than its datagram', 1701, vxlan('40020fff000100020021', INNER)],
  ['GRE in UDP with a sign of life', 4754, fields({ gre: '00000000' })],
  ['GRE in UDP, broken', 4754, vxlan('00070800', INNER)],
  ['MPLS in UDP with neither IP nor Ethernet', 6635, vxlan('00012140', Buffer.alloc(60, 0x99))],
  ['MPLS in UDP without a bottom', 6635, fields({ labels: '00012040'.repeat(8) })],
];

for (const [name, port, payload] of NO_TUNNELS) {
  test(`${name} is a payload`, () => {
    assert.deepEqual(read(40_000, port, payload), plain(40_000, port, payload));
  });
}

test('a datagram that is a message and, bit for bit, also VXLAN, is a message', () => {
  // A server reads a request; VXLAN that ignores its reserved bits would read an Ethernet frame.
  const start = Buffer.from('INVITE sip:111111111');
  const hidden = Buffer.concat([
    start,
    Buffer.from('0800', 'hex'),
    INNER,
    Buffer.from(' SIP/2.0\r\n\r\n'),
  ]);
  assert.equal(start[0]! & 8, 8, 'the bit that says VXLAN');
  assert.deepEqual(read(5060, 4789, hidden), plain(5060, 4789, hidden));
  const later = Buffer.concat([Buffer.from('\r\n'), hidden.subarray(0, 18), hidden.subarray(20)]);
  assert.deepEqual(read(5060, 4789, later), plain(5060, 4789, later));
});

test("a tag inside of what is no tunnel is not taken for the frame's own", () => {
  const tagged = fields({ ...MACS, tag: '8100', vlan: '0007', etherType: '0806', arp: '0001' });
  const payload = vxlan('0800000000002a00', tagged);
  assert.deepEqual(read(40_000, 4789, payload), plain(40_000, 4789, payload));
});

test('Teredo, with and without what may stand before the packet', () => {
  const inner = udpFrame({ ...V6, from: '[2001:0:c000:201::1]:5060', link: 'raw' });
  const authentication = fields({
    type: '0001',
    'length of identifier and value': '0204',
    identifier: 'abcd',
    value: '01020304',
    nonce: '0000000000000001',
    confirmation: '00',
  });
  const origin = fields({ type: '0000', port: '1234', address: '3fffffff' });
  for (const before of [[], [authentication], [origin], [authentication, origin]]) {
    const payload = Buffer.concat([...before, inner]);
    for (const [source, destination] of [
      [3544, 40_000],
      [40_000, 3544],
    ] as const) {
      assert.deepEqual(read(source, destination, payload), {
        transport: 17,
        from: '2001:0:c000:201::1 5060',
        to: '2001:db8::2 5062',
        payload: 'hello',
        truncated: false,
        vlan: -1,
        tunnel: '192.0.2.1 10.0.0.1',
      });
    }
    for (let length = 0; length < payload.length; length++) {
      const cut = payload.subarray(0, length);
      assert.deepEqual(read(3544, 40_000, cut), plain(3544, 40_000, cut), `length ${length}`);
    }
  }
});
