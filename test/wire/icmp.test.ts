import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ipPacket, tcpFrame, udpFrame } from '../support/pcap-writer.js';
import { counted, decode, expected, Reading, V4, V6 } from './decode.js';
import { fields } from './fields.js';
import { inTunnel, OUTER_ENDS, TUNNEL_FORMS } from './tunnel-forms.js';

const CLIENT = fields({ address: 'c6336407' });
const ROUTER = fields({ address: 'c0000209' });
const CLIENT6 = fields({ address: '20010db8000000000000000000000001' });
const ROUTER6 = fields({ address: '20010db8000000000000000000000099' });

const QUOTED = udpFrame({ ...V4, link: 'raw' });
const QUOTED6 = udpFrame({ ...V6, link: 'raw' });

/** An ICMP error of a router to the client, about `quoted`. */
function icmp(quoted: Buffer, type = 3, code = 3, receiver = CLIENT): Buffer {
  const header = Buffer.from([type, code, 0, 0, 0, 0, 0, 0]);
  return ipPacket(1, ROUTER, receiver, Buffer.concat([header, quoted]));
}

function icmp6(quoted: Buffer, type = 1, code = 4, receiver = CLIENT6): Buffer {
  const header = Buffer.from([type, code, 0, 0, 0, 0, 0, 0]);
  return ipPacket(58, ROUTER6, receiver, Buffer.concat([header, quoted]));
}

const unreachable = (version: 4 | 6, changes: object = {}) =>
  expected(version, { payload: '', unreachable: true, ...changes });

test('a literal error: the datagram to 10.0.0.2 port 5060 did not arrive', () => {
  const packet = fields({
    'version, length, total length': '4500 0038',
    'identification, fragment': '0000 0000',
    'TTL, ICMP, checksum': '40 01 0000',
    'from 10.0.0.2 to 10.0.0.1': '0a000002 0a000001',
    'destination unreachable: port unreachable': '03 03',
    'checksum, unused': '0000 00000000',
    'quoted: version, length, total length': '4500 0140',
    'quoted: identification, fragment': '1234 0000',
    'quoted: TTL, UDP, checksum': '40 11 0000',
    'quoted: from 10.0.0.1 to 10.0.0.2': '0a000001 0a000002',
    'quoted: ports 40000 and 5060, length, checksum': '9c40 13c4 012c 0000',
  });
  assert.deepEqual(decode(packet, 'raw'), {
    transport: 17,
    from: '10.0.0.1 40000',
    to: '10.0.0.2 5060',
    payload: '',
    truncated: false,
    vlan: -1,
    unreachable: true,
  });
});

test('every code of "destination unreachable" names the packet that did not arrive', () => {
  for (let code = 0; code < 16; code++) {
    assert.deepEqual(decode(icmp(QUOTED, 3, code), 'raw'), unreachable(4));
    assert.deepEqual(decode(icmp6(QUOTED6, 1, code), 'raw'), unreachable(6));
  }
});

test('TCP is quoted as well', () => {
  const segment = tcpFrame({ ...V4, link: 'raw' }).subarray(0, 28);
  assert.deepEqual(decode(icmp(segment), 'raw'), unreachable(4, { transport: 6 }));
  const segment6 = tcpFrame({ ...V6, link: 'raw' }).subarray(0, 48);
  assert.deepEqual(decode(icmp6(segment6), 'raw'), unreachable(6, { transport: 6 }));
});

test('other messages are not read: what they quote is no message', () => {
  for (const type of [0, 4, 5, 8, 11, 12]) {
    assert.equal(decode(icmp(QUOTED, type), 'raw'), 'ipProtocolOther', `type ${type}`);
  }
  for (const type of [2, 3, 4, 128, 129, 135]) {
    assert.equal(decode(icmp6(QUOTED6, type), 'raw'), 'ipProtocolOther', `type ${type}`);
  }
});

test('the quote may end behind the ports; before, it is malformed, or was cut', () => {
  for (let length = 0; length < QUOTED.length; length++) {
    const packet = icmp(QUOTED.subarray(0, length));
    const whole = length >= 24;
    assert.deepEqual(decode(packet, 'raw'), whole ? unreachable(4) : 'icmpMalformed');
    const cut = icmp(QUOTED).subarray(0, 28 + length);
    const result = decode(cut, 'raw', cut.length + 100);
    assert.deepEqual(result, whole ? unreachable(4) : 'headerTruncated');
  }
  for (let length = 0; length < QUOTED6.length; length++) {
    const result = decode(icmp6(QUOTED6.subarray(0, length)), 'raw');
    assert.deepEqual(result, length >= 44 ? unreachable(6) : 'icmpMalformed');
  }
  for (let length = 0; length < 8; length++) {
    assert.equal(
      decode(ipPacket(1, ROUTER, CLIENT, Buffer.alloc(length, 3)), 'raw'),
      'icmpMalformed',
    );
  }
});

test('an error that goes to somebody else than the sender is malformed', () => {
  assert.equal(decode(icmp(QUOTED, 3, 3, ROUTER), 'raw'), 'icmpMalformed');
  assert.equal(decode(icmp6(QUOTED6, 1, 4, ROUTER6), 'raw'), 'icmpMalformed');
});

test('a quote of the other version of IP, or of none, is malformed', () => {
  assert.equal(decode(icmp(QUOTED6), 'raw'), 'icmpMalformed');
  assert.equal(decode(icmp6(QUOTED), 'raw'), 'icmpMalformed');
  const short = Buffer.from(QUOTED);
  short[0] = 0x44;
  assert.equal(decode(icmp(short), 'raw'), 'icmpMalformed');
});

test('IP options and extension headers are passed over in quotes', () => {
  const options = Buffer.concat([QUOTED.subarray(0, 20), Buffer.alloc(8, 1), QUOTED.subarray(20)]);
  options[0] = 0x47;
  assert.deepEqual(decode(icmp(options), 'raw'), unreachable(4));
  const extended = (type: number, header: Buffer) => {
    const packet = Buffer.concat([QUOTED6.subarray(0, 40), header, QUOTED6.subarray(40)]);
    packet[6] = type;
    return packet;
  };
  assert.deepEqual(
    decode(icmp6(extended(60, fields({ options: '1100000000000000' }))), 'raw'),
    unreachable(6),
  );
  const fragment = (offset: string) =>
    extended(44, fields({ next: '1100', offset, id: '00000001' }));
  assert.deepEqual(decode(icmp6(fragment('0001')), 'raw'), unreachable(6), 'first fragment');
  assert.equal(decode(icmp6(fragment('0009')), 'raw'), 'ipProtocolOther', 'another fragment');
});

test('of fragments only the first has ports; of other protocols, none', () => {
  const later = Buffer.from(QUOTED);
  later.writeUInt16BE(0x2001, 6);
  assert.equal(decode(icmp(later), 'raw'), 'ipProtocolOther');
  const first = Buffer.from(QUOTED);
  first.writeUInt16BE(0x2000, 6);
  assert.deepEqual(decode(icmp(first), 'raw'), unreachable(4));
  const ping = ipPacket(1, CLIENT, ROUTER, Buffer.alloc(8));
  assert.equal(decode(icmp(ping), 'raw'), 'ipProtocolOther');
});

test('errors in tunnels are read, and name the tunnel', () => {
  const gre = TUNNEL_FORMS.find(({ name }) => name === 'GRE')!;
  const result = decode(inTunnel(gre, icmp(QUOTED)), 'raw');
  assert.deepEqual(result, unreachable(4, { tunnel: OUTER_ENDS[4] }));
});

test('errors read are counted', () => {
  const reading = new Reading();
  reading.frame(icmp(QUOTED), 'raw');
  reading.frame(icmp6(QUOTED6), 'raw');
  assert.deepEqual(counted(reading.counters), { icmpUnreachable: 2 });
});
