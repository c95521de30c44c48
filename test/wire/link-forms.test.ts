import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkName } from '../../src/wire/link-name.js';
import { tcpFrame, udpFrame } from '../support/pcap-writer.js';
import { decode, expected, V4, V6 } from './decode.js';
import { fields, MACS } from './fields.js';
import { LINK_FORMS } from './link-forms.js';

const INNER = udpFrame({ ...V4, link: 'raw' });
const INNER6 = udpFrame({ ...V6, link: 'raw' });

for (const { name, linkType, frame, vlan = -1 } of LINK_FORMS) {
  test(`${name}: UDP and TCP, IPv4 and IPv6`, () => {
    assert.deepEqual(decode(frame(INNER), linkType), expected(4, { vlan }));
    assert.deepEqual(decode(frame(INNER6), linkType), expected(6, { vlan }));
    const segment = tcpFrame({ ...V4, link: 'raw' });
    assert.deepEqual(decode(frame(segment), linkType), expected(4, { transport: 6, vlan }));
  });

  test(`${name}: what stands behind the packet is padding`, () => {
    const padded = Buffer.concat([frame(INNER), Buffer.alloc(30, 0x58)]);
    assert.deepEqual(decode(padded, linkType), expected(4, { vlan }));
  });

  test(`${name}: cut anywhere`, () => {
    const whole = frame(INNER);
    for (let length = 0; length < whole.length; length++) {
      const result = decode(whole.subarray(0, length), linkType, whole.length);
      const missing = whole.length - length;
      if (missing > 5) assert.equal(result, 'headerTruncated', `length ${length}`);
      else {
        const payload = 'hello'.slice(0, 5 - missing);
        assert.deepEqual(result, expected(4, { vlan, payload, truncated: true }));
      }
    }
  });
}

test('wireless links are unsupported, and counted as such', () => {
  for (const linkType of [105, 119, 127, 163]) {
    assert.equal(decode(INNER, linkType), 'wlanUnsupported');
    assert.equal(decode(Buffer.alloc(0), linkType), 'wlanUnsupported');
  }
});

const ethernet = (named: Record<string, string>) =>
  Buffer.concat([fields({ ...MACS, ...named }), INNER]);
const OTHERS: readonly [string, number, Buffer][] = [
  ['PPP: LCP', 9, fields({ protocol: 'c021', lcp: '01010004' })],
  ["Cisco's HDLC: keep-alive", 104, fields({ header: '8f008035', rest: '00000002' })],
  ['PPPoE discovery in a session frame', 1, ethernet({ type: '8864', header: '110900000004' })],
  ['PPPoE of version 2', 1, ethernet({ type: '8864', header: '21000001001d', ppp: '0021' })],
  ['NSH of version 1', 1, ethernet({ type: '894f', header: '4fc20201000001ff' })],
  ['NSH too short', 1, ethernet({ type: '894f', header: '0fc10201000001ff' })],
  ['NSH with an unknown protocol', 1, ethernet({ type: '894f', header: '0fc20207000001ff' })],
  [
    'MPLS with a channel of its own',
    1,
    fields({
      ...MACS,
      type: '8847',
      label: '00012140',
      channel: '10000021',
      rest: '00'.repeat(60),
    }),
  ],
  [
    'NFLOG of an unknown family',
    239,
    Buffer.concat([fields({ header: '07000000', payload: '25000900' }), INNER]),
  ],
  [
    'NFLOG of version 1',
    239,
    Buffer.concat([fields({ header: '02010000', payload: '25000900' }), INNER]),
  ],
  [
    'NFLOG with an attribute of no length',
    239,
    fields({ header: '02000000', attribute: '00000100' }),
  ],
  [
    'NFLOG with too many attributes',
    239,
    fields({ header: '02000000', attributes: '04000100'.repeat(40) }),
  ],
];

test('what else these links carry is no packet', () => {
  for (const [name, linkType, frame] of OTHERS) {
    assert.equal(decode(frame, linkType), 'etherTypeOther', name);
  }
});

test('PKTAP without a packet, too short, or in itself, is unsupported', () => {
  const pktap = (header: string) => Buffer.concat([fields({ header }), Buffer.alloc(200)]);
  for (const header of [
    '6c000000 00000000 01000000',
    '60000000 01000000 01000000',
    '6c000000 01000000 02010000',
    '6c000000 01000000 95000000',
    '6c000000 01000000 ffff0000',
  ]) {
    assert.equal(decode(pktap(header), 258), 'linkUnsupported', header);
  }
  assert.equal(decode(pktap('6c000000 01000000 69000000'), 258), 'wlanUnsupported');
});

test('a stack of labels without a bottom is too deep, or cut', () => {
  const stack = (labels: number) =>
    fields({ ...MACS, type: '8847', labels: '00012040'.repeat(labels) });
  assert.equal(decode(stack(16)), 'headerTruncated');
  assert.equal(decode(stack(17)), 'tunnelsTooDeep');
});

test('links have names', () => {
  const names = [
    0, 1, 9, 12, 50, 51, 101, 104, 105, 108, 113, 119, 127, 163, 228, 229, 239, 258, 276,
  ];
  assert.deepEqual(names.map(linkName), [
    'null',
    'ethernet',
    'ppp',
    'raw',
    'ppp_hdlc',
    'pppoe',
    'raw',
    'cisco_hdlc',
    'wlan',
    'loop',
    'linux_sll',
    'wlan_prism',
    'wlan_radiotap',
    'wlan_avs',
    'ipv4',
    'ipv6',
    'nflog',
    'pktap',
    'linux_sll2',
  ]);
  assert.equal(linkName(65_535), 'other');
  assert.equal(linkName(undefined), 'unknown');
});
