import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Counters } from '../../src/telemetry/counters.js';
import { FrameDecoder } from '../../src/wire/frame-decoder.js';
import { Packet, TcpFlag, Transport } from '../../src/wire/packet.js';
import { tcpFrame, udpFrame } from '../support/pcap-writer.js';
import { decode, expected, V4, V6 } from './decode.js';
import { ethernet } from './fields.js';
import { inTunnel, TUNNEL_FORMS } from './tunnel-forms.js';

const UDP_LENGTH = 20 + 4;
const DATA_OFFSET = 20 + 12;
const udp = () => udpFrame({ ...V4, link: 'ipv4' });
const tcp = () => tcpFrame({ ...V4, link: 'ipv4' });

test('empty datagrams and segments are packets too', () => {
  const empty = { ...V4, payload: '' };
  assert.deepEqual(decode(udpFrame(empty)), expected(4, { payload: '' }));
  assert.deepEqual(decode(tcpFrame(empty)), expected(4, { payload: '', transport: 6 }));
});

test('a UDP length below its header is malformed, also 0 where the end is known', () => {
  for (let length = 0; length < 8; length++) {
    const frame = udp();
    frame.writeUInt16BE(length, UDP_LENGTH);
    assert.equal(decode(frame, 'ipv4'), 'udpMalformed', `length ${length}`);
  }
});

test('a UDP length inside the packet cuts the payload, one beyond it is malformed', () => {
  for (let length = 8; length <= 13; length++) {
    const frame = udp();
    frame.writeUInt16BE(length, UDP_LENGTH);
    assert.deepEqual(decode(frame, 'ipv4'), expected(4, { payload: 'hello'.slice(0, length - 8) }));
  }
  for (const length of [14, 1500, 65535]) {
    const frame = udp();
    frame.writeUInt16BE(length, UDP_LENGTH);
    assert.equal(decode(frame, 'ipv4'), 'udpMalformed', `length ${length}`);
  }
});

test('a datagram cut by the snap length is truncated', () => {
  const whole = udp();
  for (let length = 28; length < whole.length; length++) {
    assert.deepEqual(
      decode(whole.subarray(0, length), 'ipv4', whole.length),
      expected(4, { payload: 'hello'.slice(0, length - 28), truncated: true }),
    );
  }
});

test('TCP options are passed over; an impossible data offset is malformed', () => {
  for (let words = 0; words < 16; words++) {
    const frame = tcp();
    frame[DATA_OFFSET] = words << 4;
    const result = decode(frame, 'ipv4');
    if (words === 5) assert.deepEqual(result, expected(4, { transport: 6 }));
    else if (words === 6) assert.deepEqual(result, expected(4, { transport: 6, payload: 'o' }));
    else assert.equal(result, 'tcpMalformed', `data offset ${words}`);
  }
});

test('a TCP header that does not fit: malformed in a whole packet, truncated in a cut one', () => {
  for (let total = 20; total < 40; total++) {
    const frame = tcp();
    frame.writeUInt16BE(total, 2);
    assert.equal(decode(frame, 'ipv4'), 'tcpMalformed', `total length ${total}`);
    assert.equal(decode(tcp().subarray(0, total), 'ipv4', 45), 'headerTruncated');
  }
});

test('a segment cut by the snap length is truncated', () => {
  assert.deepEqual(
    decode(tcp().subarray(0, 42), 'ipv4', 45),
    expected(4, { transport: 6, payload: 'he', truncated: true }),
  );
  const offloaded = tcp();
  offloaded.writeUInt16BE(0, 2);
  assert.deepEqual(
    decode(offloaded, 'ipv4', 60000),
    expected(4, { transport: 6, truncated: true }),
  );
});

test('wrong checksums are no reason: offload leaves them wrong', () => {
  const frame = udp();
  frame.writeUInt16BE(0xdead, 20 + 6);
  frame.writeUInt16BE(0xbeef, 10);
  assert.deepEqual(decode(frame, 'ipv4'), expected(4));
});

test('every field of the packet is assigned by every frame', () => {
  const decoder = new FrameDecoder(new Counters());
  const first = tcpFrame({
    ...V6,
    seq: 4294967295,
    ack: 7,
    flags: TcpFlag.Syn | TcpFlag.Ack,
    vlan: 9,
  });
  const read = (packet: Packet, frame: Buffer, time: number, original: number) => {
    decoder.decode(packet, frame, 0, frame.length, time, original, 1);
    return packet;
  };
  const used = read(new Packet(), first, 5, first.length + 7);
  assert.equal(used.transport, Transport.Tcp);
  assert.equal(used.tcpSequence, 4294967295);
  assert.equal(used.tcpAcknowledgment, 7);
  assert.equal(used.payloadLength, 5);
  assert.equal(used.tcpFlags, TcpFlag.Syn | TcpFlag.Ack);
  assert.equal(used.vlan, 9);
  const inner = udpFrame({ ...V4, link: 'raw' });
  const tunnels = TUNNEL_FORMS.map((form) => ethernet(inTunnel(form, inner)));
  const others = [udpFrame(V4), Buffer.alloc(0), Buffer.alloc(60), first.subarray(0, 30)];
  for (const frame of [...tunnels, ...others]) {
    const again = read(used, frame, 6, frame.length);
    assert.deepEqual({ ...again }, { ...read(new Packet(), frame, 6, frame.length) });
  }
});
