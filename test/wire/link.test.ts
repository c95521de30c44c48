import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LINK_TYPES, type Link, linkFrame, tcpFrame, udpFrame } from '../support/pcap-writer.js';
import { decode, expected, V4, V6 } from './decode.js';

const LINKS = Object.keys(LINK_TYPES) as Link[];
const HEADER_LENGTH: Record<Link, number> = {
  ethernet: 14,
  sll: 16,
  sll2: 20,
  null: 4,
  loop: 4,
  raw: 0,
  ipv4: 0,
  ipv6: 0,
};

const packet = udpFrame({ ...V4, link: 'raw' });
const ethernet = (...parts: string[]) =>
  Buffer.concat([Buffer.alloc(12), Buffer.from(parts.join(''), 'hex'), packet]);

for (const link of LINKS) {
  test(`${link}: UDP and TCP, IPv4 and IPv6`, () => {
    if (link !== 'ipv6') {
      assert.deepEqual(decode(udpFrame({ ...V4, link }), link), expected(4));
      assert.deepEqual(decode(tcpFrame({ ...V4, link }), link), expected(4, { transport: 6 }));
    }
    if (link !== 'ipv4') {
      assert.deepEqual(decode(udpFrame({ ...V6, link }), link), expected(6));
      assert.deepEqual(decode(tcpFrame({ ...V6, link }), link), expected(6, { transport: 6 }));
    }
  });

  test(`${link}: cut anywhere in its header`, () => {
    const frame = udpFrame({ ...(link === 'ipv6' ? V6 : V4), link });
    for (let length = 0; length <= HEADER_LENGTH[link]; length++) {
      assert.equal(decode(frame.subarray(0, length), link), 'headerTruncated');
    }
  });
}

test('RAW is also known as 12 and 14', () => {
  assert.deepEqual(decode(packet, 12), expected(4));
  assert.deepEqual(decode(packet, 14), expected(4));
  assert.equal(decode(Buffer.alloc(40, 0x75), 'raw'), 'etherTypeOther');
});

test('IPV4 and IPV6 with the other version inside are malformed', () => {
  assert.equal(decode(udpFrame({ ...V6, link: 'ipv6' }), 'ipv4'), 'ipv4Malformed');
  assert.equal(decode(Buffer.alloc(60, 0x45), 'ipv6'), 'ipv6Malformed');
});

test('any other link type is unsupported, whatever is in the frame', () => {
  for (const linkType of [10, 129, 242, 65535]) {
    assert.equal(decode(packet, linkType), 'linkUnsupported');
    assert.equal(decode(Buffer.alloc(0), linkType), 'linkUnsupported');
  }
});

test('NULL is written in the byte order of the machine, LOOP in network order: both read', () => {
  const families = ['02000000', '00000002'];
  for (const link of ['null', 'loop'] as const) {
    for (const family of families) {
      const frame = Buffer.concat([Buffer.from(family, 'hex'), packet]);
      assert.deepEqual(decode(frame, link), expected(4));
    }
  }
});

test('NULL: IPv6 has a family of its own on every system; others are not IP', () => {
  const six = udpFrame({ ...V6, link: 'raw' });
  for (const family of [10, 23, 24, 28, 30]) {
    const frame = Buffer.concat([Buffer.from([family, 0, 0, 0]), six]);
    assert.deepEqual(decode(frame, 'null'), expected(6), `family ${family}`);
  }
  assert.equal(
    decode(Buffer.concat([Buffer.from([7, 0, 0, 0]), packet]), 'null'),
    'etherTypeOther',
  );
});

test('VLAN tags up to four deep; the outermost id is kept, without its priority', () => {
  for (const tags of [[5], [5, 6], [5, 6, 7], [4095, 6, 7, 8]]) {
    const frame = udpFrame({ ...V4, vlan: tags });
    assert.deepEqual(decode(frame), expected(4, { vlan: tags[0] }));
  }
  assert.equal(decode(udpFrame({ ...V4, vlan: [1, 2, 3, 4, 5] })), 'tunnelsTooDeep');
  assert.deepEqual(
    decode(ethernet('9100', 'e064', '88a8', '0001', '0800')),
    expected(4, { vlan: 100 }),
  );
});

test('a frame that ends inside a tag is truncated', () => {
  const frame = udpFrame({ ...V4, vlan: [5, 6] });
  for (let length = 14; length < 22; length++) {
    assert.equal(decode(frame.subarray(0, length)), 'headerTruncated');
  }
});

test('VLAN tags behind a Linux cooked header', () => {
  const cooked = linkFrame(Buffer.alloc(0), { link: 'sll' });
  cooked.writeUInt16BE(0x8100, 14);
  const frame = Buffer.concat([cooked, Buffer.from('00070800', 'hex'), packet]);
  assert.deepEqual(decode(frame, 'sll'), expected(4, { vlan: 7 }));
});

test('LLC with SNAP carries IP; other LLC does not', () => {
  assert.deepEqual(decode(ethernet('0029', 'aaaa03000000', '0800')), expected(4));
  assert.deepEqual(
    decode(ethernet('8100', '0005', '0029', 'aaaa03000000', '0800')),
    expected(4, { vlan: 5 }),
  );
  assert.equal(decode(ethernet('0029', 'aaaa0300000c', '0800')), 'etherTypeOther');
  assert.equal(decode(ethernet('0026', '424203')), 'etherTypeOther');
  assert.equal(decode(ethernet('0026', 'aaaa03').subarray(0, 18)), 'etherTypeOther');
  const cooked = linkFrame(Buffer.alloc(0), { link: 'sll' });
  cooked.writeUInt16BE(4, 14);
  const frame = Buffer.concat([cooked, Buffer.from('aaaa030000000800', 'hex'), packet]);
  assert.deepEqual(decode(frame, 'sll'), expected(4));
});

test('other EtherTypes: ARP, PPPoE discovery, LLDP', () => {
  for (const type of ['0806', '8863', '88cc'])
    assert.equal(decode(ethernet(type)), 'etherTypeOther');
});

test('Linux cooked netlink messages carry family numbers, not EtherTypes', () => {
  const frame = udpFrame({ ...V4, link: 'sll' });
  frame.writeUInt16BE(824, 2);
  assert.equal(decode(frame, 'sll'), 'etherTypeOther');
  const frame2 = udpFrame({ ...V4, link: 'sll2' });
  frame2.writeUInt16BE(824, 8);
  assert.equal(decode(frame2, 'sll2'), 'etherTypeOther');
});
