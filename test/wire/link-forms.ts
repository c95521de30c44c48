import { ethernet, etherTypeOf, MACS, u16 } from './fields.js';
import { before } from './tunnel-form.js';

/** A link, or what may stand above Ethernet, each header written out. */
export interface LinkForm {
  readonly name: string;
  readonly linkType: number;
  /** Bytes of all headers before IP. */
  readonly frame: (inner: Buffer) => Buffer;
  /** The tag that is told, where there is one. */
  readonly vlan?: number;
}

const ETHERNET = 1;
const pppOf = (inner: Buffer) => (etherTypeOf(inner) === '86dd' ? '0057' : '0021');
const nextOf = (inner: Buffer) => (etherTypeOf(inner) === '86dd' ? '02' : '01');
const family = (inner: Buffer) => (etherTypeOf(inner) === '86dd' ? '0a' : '02');

export const LINK_FORMS: readonly LinkForm[] = [
  {
    name: 'PPP',
    linkType: 9,
    frame: (inner) => before({ 'address and control': 'ff03', protocol: pppOf(inner) }, inner),
  },
  {
    name: 'PPP without address and control',
    linkType: 9,
    frame: (inner) => before({ protocol: pppOf(inner) }, inner),
  },
  {
    name: 'PPP with compressed protocol',
    linkType: 9,
    frame: (inner) => before({ protocol: pppOf(inner).slice(2) }, inner),
  },
  {
    name: 'PPP in HDLC framing',
    linkType: 50,
    frame: (inner) => before({ 'address and control': 'ff03', protocol: pppOf(inner) }, inner),
  },
  {
    name: "Cisco's HDLC where PPP may be",
    linkType: 50,
    frame: (inner) => before({ unicast: '0f', control: '00', type: etherTypeOf(inner) }, inner),
  },
  {
    name: "Cisco's HDLC",
    linkType: 104,
    frame: (inner) => before({ multicast: '8f', control: '00', type: etherTypeOf(inner) }, inner),
  },
  {
    name: 'PPPoE as a link',
    linkType: 51,
    frame: (inner) =>
      before(
        { 'version and type': '11', session: '00', id: '0001', length: u16(inner.length + 2) },
        { protocol: pppOf(inner) },
        inner,
      ),
  },
  {
    name: 'NFLOG, little endian',
    linkType: 239,
    frame: (inner) =>
      before(
        { family: family(inner), version: '00', resource: '0000' },
        { length: '0800', 'type 1': '0100', 'packet header': '08000100' },
        { length: '0500', 'type 10': '0a00', prefix: '00', padding: '000000' },
        { length: swapped(u16(inner.length + 4)), 'type 9: payload': '0900' },
        inner,
      ),
  },
  {
    name: 'NFLOG, big endian',
    linkType: 239,
    frame: (inner) =>
      before(
        { family: family(inner), version: '00', resource: '0000' },
        { length: '0008', 'type 1': '0001', 'packet header': '08000100' },
        { length: u16(inner.length + 4), 'type 9: payload': '0009' },
        inner,
      ),
  },
  ...[258, 149].map((linkType) => ({
    name: `PKTAP of macOS as link ${linkType}`,
    linkType,
    frame: (inner: Buffer) =>
      before(
        { length: '6c000000', 'a packet': '01000000', 'link: Ethernet': '01000000' },
        Buffer.alloc(108 - 12),
        ethernet(inner),
      ),
  })),
  {
    name: 'MPLS',
    linkType: ETHERNET,
    frame: (inner) =>
      before({ ...MACS, type: '8847' }, { 'label 18, bottom of stack': '00012140' }, inner),
  },
  {
    name: 'MPLS, multicast, three labels, in a VLAN',
    linkType: ETHERNET,
    frame: (inner) =>
      before(
        { ...MACS, tag: '8100', vlan: '0007', type: '8848' },
        { label: '00012040', another: '00013040', 'bottom of stack': '00014140' },
        inner,
      ),
    vlan: 7,
  },
  {
    name: 'MPLS with a pseudowire with control word',
    linkType: ETHERNET,
    frame: (inner) =>
      before(
        { ...MACS, type: '8847', 'label, bottom of stack': '00012140' },
        { 'control word, sequence 1': '00000001' },
        ethernet(inner),
      ),
  },
  {
    name: 'MPLS with a pseudowire without control word',
    linkType: ETHERNET,
    frame: (inner) =>
      before({ ...MACS, type: '8847', 'label, bottom of stack': '00012140' }, ethernet(inner)),
  },
  {
    name: 'PPPoE',
    linkType: ETHERNET,
    frame: (inner) =>
      before(
        { ...MACS, type: '8864' },
        { 'version and type': '11', session: '00', id: '0001', length: u16(inner.length + 2) },
        { protocol: pppOf(inner) },
        inner,
      ),
  },
  {
    name: 'VN-Tag',
    linkType: ETHERNET,
    frame: (inner) =>
      before({ ...MACS, type: '8926', interfaces: '00010002', next: etherTypeOf(inner) }, inner),
  },
  {
    name: 'VN-Tag with a VLAN tag behind',
    linkType: ETHERNET,
    frame: (inner) =>
      before(
        { ...MACS, type: '8926', interfaces: '00010002' },
        { tag: '8100', vlan: '0009', next: etherTypeOf(inner) },
        inner,
      ),
    vlan: 9,
  },
  {
    name: 'E-Tag',
    linkType: ETHERNET,
    frame: (inner) =>
      before({ ...MACS, type: '893f', ids: '100000d30000', next: etherTypeOf(inner) }, inner),
  },
  {
    name: 'Provider backbone bridge (MAC in MAC) in a backbone VLAN',
    linkType: ETHERNET,
    frame: (inner) =>
      before(
        { ...MACS, tag: '88a8', vlan: '0005', type: '88e7', service: '00000123' },
        ethernet(inner),
      ),
    vlan: 5,
  },
  {
    name: 'Cisco metadata',
    linkType: ETHERNET,
    frame: (inner) =>
      before(
        { ...MACS, type: '8909' },
        { version: '01', length: '01', option: '0001', group: '0010', next: etherTypeOf(inner) },
        inner,
      ),
  },
  {
    name: 'FabricPath',
    linkType: ETHERNET,
    frame: (inner) =>
      before({ ...MACS, type: '8903', 'forwarding tag, TTL': '0060' }, ethernet(inner)),
  },
  {
    name: 'Network Service Header',
    linkType: ETHERNET,
    frame: (inner) =>
      before(
        { ...MACS, type: '894f' },
        { 'version, TTL, 2 words': '0fc2', metadata: '02', next: nextOf(inner) },
        { 'path and index': '000001ff' },
        inner,
      ),
  },
  {
    name: 'Network Service Header in another, with Ethernet',
    linkType: ETHERNET,
    frame: (inner) =>
      before(
        { ...MACS, type: '894f', header: '0fc20204000001ff', 'Ethernet next': '0fc20203000001fe' },
        ethernet(inner),
      ),
  },
  {
    name: 'Ethernet bridged over Ethernet',
    linkType: ETHERNET,
    frame: (inner) => before({ ...MACS, type: '6558' }, ethernet(inner)),
  },
  ...['9100', '9200', '9300', '88a8'].map((tag) => ({
    name: `VLAN tag ${tag}`,
    linkType: ETHERNET,
    frame: (inner: Buffer) =>
      before({ ...MACS, tag, 'priority and id': 'e064', type: etherTypeOf(inner) }, inner),
    vlan: 100,
  })),
];

function swapped(hex: string): string {
  return hex.slice(2) + hex.slice(0, 2);
}
