import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ipPacket, udpFrame } from '../support/pcap-writer.js';
import { decode, expected, V4 } from './decode.js';

const TOTAL_LENGTH = 2;
const FRAGMENT = 6;
const PROTOCOL = 9;
const packet = () => udpFrame({ ...V4, link: 'ipv4' });

test('a literal packet: header of 20 bytes, UDP of 8, payload of 2', () => {
  const bytes = Buffer.from(
    '4500001e00000000401100000a0000010a000002' + '13c4' + '13c6' + '000a' + '0000' + '6869',
    'hex',
  );
  assert.deepEqual(decode(bytes, 'ipv4'), {
    transport: 17,
    from: '10.0.0.1 5060',
    to: '10.0.0.2 5062',
    payload: 'hi',
    truncated: false,
    vlan: -1,
  });
});

test('options of every length are passed over', () => {
  const plain = packet();
  for (let words = 6; words <= 15; words++) {
    const options = Buffer.alloc((words - 5) * 4, 1);
    const frame = Buffer.concat([plain.subarray(0, 20), options, plain.subarray(20)]);
    frame[0] = 0x40 | words;
    frame.writeUInt16BE(frame.length, TOTAL_LENGTH);
    assert.deepEqual(decode(frame, 'ipv4'), expected(4));
    assert.equal(decode(frame.subarray(0, words * 4 - 1), 'ipv4'), 'headerTruncated');
  }
});

test('padding behind the datagram is no payload', () => {
  const frame = Buffer.concat([udpFrame(V4), Buffer.alloc(20, 0x58)]);
  assert.deepEqual(decode(frame), expected(4));
});

test('total length 0 goes to the end of the frame (segmentation offload)', () => {
  const frame = packet();
  frame.writeUInt16BE(0, TOTAL_LENGTH);
  assert.deepEqual(decode(frame, 'ipv4'), expected(4));
});

test('total length beyond the frame: what is there, if the datagram needs more', () => {
  const frame = packet();
  frame.writeUInt16BE(frame.length + 100, TOTAL_LENGTH);
  assert.deepEqual(decode(frame, 'ipv4'), expected(4), 'the UDP length fits');
  assert.deepEqual(
    decode(packet().subarray(0, 31), 'ipv4', 33),
    expected(4, { payload: 'hel', truncated: true }),
  );
});

test('a frame cut inside the UDP header has no ports to read', () => {
  for (let length = 20; length < 28; length++) {
    assert.equal(decode(packet().subarray(0, length), 'ipv4', 33), 'headerTruncated');
  }
});

test('every impossible header is malformed', () => {
  for (const first of [0x44, 0x40, 0x55, 0x65, 0x05]) {
    const frame = packet();
    frame[0] = first;
    assert.equal(decode(frame, 'ipv4'), 'ipv4Malformed', first.toString(16));
  }
  for (let total = 1; total < 20; total++) {
    const frame = packet();
    frame.writeUInt16BE(total, TOTAL_LENGTH);
    assert.equal(decode(frame, 'ipv4'), 'ipv4Malformed', `total length ${total}`);
  }
});

test('a datagram too short for UDP is malformed', () => {
  for (let total = 20; total < 28; total++) {
    const frame = packet();
    frame.writeUInt16BE(total, TOTAL_LENGTH);
    assert.equal(decode(frame, 'ipv4'), 'udpMalformed', `total length ${total}`);
  }
});

test('fragments are counted: first and last; "do not fragment" is none', () => {
  for (const bits of [0x2000, 0x0001]) {
    const frame = udpFrame({ ...V4, payload: 'hello world, hello', link: 'ipv4' });
    frame.writeUInt16BE(bits, FRAGMENT);
    frame.writeUInt16BE(20 + 24, TOTAL_LENGTH);
    assert.equal(decode(frame, 'ipv4'), 'fragments', bits.toString(16));
  }
  for (const bits of [0x4000, 0x8000]) {
    const frame = packet();
    frame.writeUInt16BE(bits, FRAGMENT);
    assert.deepEqual(decode(frame, 'ipv4'), expected(4), bits.toString(16));
  }
});

test('other protocols', () => {
  for (const protocol of [2, 50, 89, 115, 132, 255]) {
    const four = Buffer.from([192, 0, 2, 1]);
    assert.equal(decode(ipPacket(protocol, four, four, packet()), 'ipv4'), 'ipProtocolOther');
  }
});

test('an authentication header stands before the transport in IPv4 too', () => {
  const plain = packet();
  const header = Buffer.from('1104 0000 00000001 00000002'.replaceAll(' ', ''), 'hex');
  const value = Buffer.alloc(12, 0xab);
  const frame = Buffer.concat([plain.subarray(0, 20), header, value, plain.subarray(20)]);
  frame[PROTOCOL] = 51;
  frame.writeUInt16BE(frame.length, TOTAL_LENGTH);
  assert.deepEqual(decode(frame, 'ipv4'), expected(4));
});
