import { ethernet, etherTypeOf, u16 } from './fields.js';
import { before, pppProtocolOf, serviceNextOf, type TunnelForm } from './tunnel-form.js';

const GRE = 47;
const GRE_BARE = { flags: '0000' };

export const GRE_FORMS: readonly TunnelForm[] = [
  {
    name: 'GRE',
    protocol: GRE,
    body: (inner) => before({ ...GRE_BARE, protocol: etherTypeOf(inner) }, inner),
  },
  {
    name: 'GRE with checksum',
    protocol: GRE,
    body: (inner) =>
      before(
        { flags: '8000', protocol: etherTypeOf(inner), checksum: 'abcd', zero: '0000' },
        inner,
      ),
  },
  {
    name: 'GRE with key',
    protocol: GRE,
    body: (inner) =>
      before({ flags: '2000', protocol: etherTypeOf(inner), key: '00000007' }, inner),
  },
  {
    name: 'GRE with sequence number',
    protocol: GRE,
    body: (inner) =>
      before({ flags: '1000', protocol: etherTypeOf(inner), sequence: '00000009' }, inner),
  },
  {
    name: 'GRE with everything, routing too',
    protocol: GRE,
    body: (inner) =>
      before(
        {
          'checksum, routing, key, sequence, strict route': 'f800',
          protocol: etherTypeOf(inner),
          checksum: 'abcd',
          offset: '0000',
          key: '00000007',
          sequence: '00000009',
        },
        { addressFamily: '0800', offset: '00', length: '04', address: 'c0000201' },
        { end: '0000', offset: '00', length: '00' },
        inner,
      ),
  },
  {
    name: 'GRE with Ethernet (NVGRE)',
    protocol: GRE,
    body: (inner) =>
      before({ flags: '2000', protocol: '6558', 'subnet and flow': '00123401' }, ethernet(inner)),
  },
  {
    name: 'GRE with a VLAN tag',
    protocol: GRE,
    body: (inner) =>
      before({ ...GRE_BARE, protocol: '8100' }, { vlan: '0007', type: etherTypeOf(inner) }, inner),
  },
  {
    name: 'GRE with MPLS',
    protocol: GRE,
    body: (inner) =>
      before(
        { ...GRE_BARE, protocol: '8847' },
        { 'label 18, bottom of stack, TTL 64': '00012140' },
        inner,
      ),
  },
  {
    name: 'GRE with PPP',
    protocol: GRE,
    body: (inner) =>
      before({ ...GRE_BARE, protocol: '880b' }, { protocol: pppProtocolOf(inner) }, inner),
  },
  {
    name: 'GRE with a Network Service Header',
    protocol: GRE,
    body: (inner) =>
      before(
        { ...GRE_BARE, protocol: '894f' },
        { 'version, TTL, 2 words': '0fc2', metadata: '02', next: serviceNextOf(inner) },
        { 'path and index': '000001ff' },
        inner,
      ),
  },
  {
    name: 'PPTP',
    protocol: GRE,
    body: (inner) =>
      before(
        {
          'key, sequence, acknowledgment, version 1': '3081',
          protocol: '880b',
          payloadLength: u16(inner.length + 4),
          call: '0005',
          sequence: '00000001',
          acknowledgment: '00000002',
        },
        { 'address and control': 'ff03', protocol: pppProtocolOf(inner) },
        inner,
      ),
  },
  {
    name: 'PPTP with compressed protocol',
    protocol: GRE,
    body: (inner) =>
      before(
        {
          'key, sequence, version 1': '3001',
          protocol: '880b',
          payloadLength: u16(inner.length + 1),
          call: '0005',
          sequence: '00000001',
        },
        { protocol: pppProtocolOf(inner).slice(2) },
        inner,
      ),
  },
  {
    name: "MikroTik's EoIP",
    protocol: GRE,
    body: (inner) =>
      before(
        {
          'key, version 1': '2001',
          protocol: '6400',
          frameLength: u16(inner.length + 14),
          'tunnel, little endian': '2a00',
        },
        ethernet(inner),
      ),
  },
  {
    name: 'ERSPAN I',
    protocol: GRE,
    body: (inner) => before({ ...GRE_BARE, protocol: '88be' }, ethernet(inner)),
  },
  {
    name: 'ERSPAN II',
    protocol: GRE,
    body: (inner) =>
      before(
        { sequence: '1000', protocol: '88be', number: '00000001' },
        { 'version 1, VLAN': '1064', session: '1801', index: '00000005' },
        ethernet(inner),
      ),
  },
  {
    name: 'ERSPAN III',
    protocol: GRE,
    body: (inner) =>
      before(
        { sequence: '1000', protocol: '22eb', number: '00000001' },
        { 'version 2, VLAN': '2064', session: '0001', timestamp: '00abcdef' },
        { group: '0000', 'Ethernet, no subheader': '8000' },
        ethernet(inner),
      ),
  },
  {
    name: 'ERSPAN III with subheader',
    protocol: GRE,
    body: (inner) =>
      before(
        { sequence: '1000', protocol: '22eb', number: '00000001' },
        { 'version 2, VLAN': '2064', session: '0001', timestamp: '00abcdef' },
        { group: '0000', 'Ethernet, subheader': '8001', subheader: '0400000000000000' },
        ethernet(inner),
      ),
  },
  {
    name: 'ERSPAN III with IP',
    protocol: GRE,
    body: (inner) =>
      before(
        { sequence: '1000', protocol: '22eb', number: '00000001' },
        { 'version 2, VLAN': '2064', session: '0001', timestamp: '00abcdef' },
        { group: '0000', 'frame type 2': '0800' },
        inner,
      ),
  },
  {
    name: "GRE of Aruba's access points",
    protocol: GRE,
    body: (inner) =>
      before(
        { ...GRE_BARE, protocol: '8200' },
        { 'QoS data, to the network': '8801', duration: '0000' },
        { access: '020000000003', client: '020000000001', destination: '020000000002' },
        { sequence: '0010', qualityOfService: '0000' },
        { 'LLC and SNAP': 'aaaa03000000', etherType: etherTypeOf(inner) },
        inner,
      ),
  },
];
