import { ethernet, etherTypeOf, MACS, u16 } from './fields.js';
import { before, pppProtocolOf, serviceNextOf, type TunnelForm } from './tunnel-form.js';

const UDP = 17;

export const UDP_FORMS: readonly TunnelForm[] = [
  {
    name: 'VXLAN',
    protocol: UDP,
    port: 4789,
    body: (inner) =>
      before({ flags: '08', reserved: '000000', network: '00002a', zero: '00' }, ethernet(inner)),
  },
  {
    name: 'VXLAN on the port of Linux, with a tag inside',
    protocol: UDP,
    port: 8472,
    body: (inner) =>
      before(
        { flags: '08', reserved: '000000', network: '00002a', zero: '00' },
        { ...MACS, vlanTag: '8100', vlan: '0007', etherType: etherTypeOf(inner) },
        inner,
      ),
  },
  {
    name: 'VXLAN with reserved bits set',
    protocol: UDP,
    port: 4789,
    body: (inner) =>
      before({ flags: 'ff', reserved: '01d1f2', network: '00000b', more: '01' }, ethernet(inner)),
  },
  {
    name: 'VXLAN-GPE with IP',
    protocol: UDP,
    port: 4790,
    body: (inner) =>
      before(
        { flags: '0c', reserved: '0000', next: serviceNextOf(inner), network: '00002a00' },
        inner,
      ),
  },
  {
    name: 'VXLAN-GPE with Ethernet',
    protocol: UDP,
    port: 4790,
    body: (inner) =>
      before(
        { flags: '0c', reserved: '0000', 'next: Ethernet': '03', network: '00002a00' },
        ethernet(inner),
      ),
  },
  {
    name: 'VXLAN-GPE with a Network Service Header',
    protocol: UDP,
    port: 4790,
    body: (inner) =>
      before(
        { flags: '0c', reserved: '0000', 'next: NSH': '04', network: '00002a00' },
        { 'version, TTL, 6 words': '0fc6', metadata: '01', 'next: Ethernet': '03' },
        { 'path and index': '000001ff', context: '00000000'.repeat(4) },
        ethernet(inner),
      ),
  },
  {
    name: 'VXLAN on the port of VXLAN-GPE',
    protocol: UDP,
    port: 4790,
    body: (inner) => before({ flags: '08000000', network: '00002a00' }, ethernet(inner)),
  },
  {
    name: 'Geneve with Ethernet',
    protocol: UDP,
    port: 6081,
    body: (inner) =>
      before(
        { version: '00', flags: '00', protocol: '6558', network: '00002a00' },
        ethernet(inner),
      ),
  },
  {
    name: 'Geneve with IP and a critical option',
    protocol: UDP,
    port: 6081,
    body: (inner) =>
      before(
        {
          '2 words of options': '02',
          critical: '40',
          type: etherTypeOf(inner),
          network: '00002a00',
        },
        { class: '0108', type: '81', length: '01', value: 'deadbeef' },
        inner,
      ),
  },
  {
    name: 'GTP-U',
    protocol: UDP,
    port: 2152,
    body: (inner) =>
      before(
        { 'version 1': '30', 'G-PDU': 'ff', length: u16(inner.length), tunnel: '00000001' },
        inner,
      ),
  },
  {
    name: 'GTP-U with sequence number',
    protocol: UDP,
    port: 2152,
    body: (inner) =>
      before(
        { flags: '32', 'G-PDU': 'ff', length: u16(inner.length + 4), tunnel: '00000001' },
        { sequence: '0001', number: '00', next: '00' },
        inner,
      ),
  },
  {
    name: 'GTP-U with extension headers',
    protocol: UDP,
    port: 2152,
    body: (inner) =>
      before(
        { flags: '34', 'G-PDU': 'ff', length: u16(inner.length + 16), tunnel: '00000001' },
        { sequence: '0000', number: '00', 'next: session container': '85' },
        { words: '01', content: '1009', 'next: service class': '20' },
        { words: '02', content: '000000000000', next: '00' },
        inner,
      ),
  },
  {
    name: 'GRE in UDP',
    protocol: UDP,
    port: 4754,
    body: (inner) => before({ flags: '0000', protocol: etherTypeOf(inner) }, inner),
  },
  {
    name: 'MPLS in UDP',
    protocol: UDP,
    port: 6635,
    body: (inner) => before({ label: '00012040', 'label, bottom of stack': '00013140' }, inner),
  },
  {
    name: "TZSP of MikroTik's sniffer",
    protocol: UDP,
    port: 37008,
    body: (inner) =>
      before(
        { version: '01', received: '00', 'link: Ethernet': '0001', end: '01' },
        ethernet(inner),
      ),
  },
  {
    name: 'TZSP with tagged fields',
    protocol: UDP,
    port: 37008,
    body: (inner) =>
      before(
        { version: '01', 'to be sent': '01', 'link: Ethernet': '0001' },
        { padding: '00', signal: '0a', length: '01', value: 'c4', end: '01' },
        ethernet(inner),
      ),
  },
  {
    name: 'L2TP',
    protocol: UDP,
    port: 1701,
    body: (inner) =>
      before(
        { 'version 2': '0002', tunnel: '0001', session: '0002' },
        { 'address and control': 'ff03', protocol: pppProtocolOf(inner) },
        inner,
      ),
  },
  {
    name: 'L2TP with length, sequence numbers and offset',
    protocol: UDP,
    port: 1701,
    body: (inner) =>
      before(
        { flags: '4a02', length: u16(inner.length + 18), tunnel: '0001', session: '0002' },
        { sent: '0001', received: '0000', offset: '0002', padding: '0000' },
        { protocol: pppProtocolOf(inner) },
        inner,
      ),
  },
];
