import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ipPacket, tcpFrame, udpFrame } from '../support/pcap-writer.js';
import { counted, expected, Reading, V4, V6 } from './decode.js';
import { fields } from './fields.js';
import { ipFragments } from './ip-fragments.js';
import { inTunnel, OUTER_ENDS, TUNNEL_FORMS } from './tunnel-forms.js';

const PAYLOAD = 'x'.repeat(100);
const PACKET = {
  4: udpFrame({ ...V4, payload: PAYLOAD, link: 'raw' }),
  6: udpFrame({ ...V6, payload: PAYLOAD, link: 'raw' }),
} as const;
const GRE = TUNNEL_FORMS.find(({ name }) => name === 'GRE')!;
const VXLAN = TUNNEL_FORMS.find(({ name }) => name === 'VXLAN')!;
const IN_TUNNEL = { payload: PAYLOAD, tunnel: OUTER_ENDS[4] };

/** What becomes of frames read one after the other. */
function readAll(frames: readonly Buffer[], reading = new Reading()) {
  return frames.map((frame) => reading.frame(frame, 'raw'));
}

test('the last of its fragments gives the packet, in any order, IPv4 and IPv6', () => {
  for (const version of [4, 6] as const) {
    const fragments = ipFragments(PACKET[version], 32);
    assert.equal(fragments.length, 4);
    for (const frames of [fragments, fragments.toReversed()]) {
      const whole = expected(version, { payload: PAYLOAD });
      assert.deepEqual(readAll(frames), ['fragments', 'fragments', 'fragments', whole]);
    }
  }
});

test('TCP segments in fragments are read as well', () => {
  const segment = tcpFrame({ ...V4, payload: PAYLOAD, link: 'raw' });
  const results = readAll(ipFragments(segment, 64));
  assert.deepEqual(results.at(-1), expected(4, { transport: 6, payload: PAYLOAD }));
});

test('a fragmented tunnel, fragments in a tunnel, and both', () => {
  for (const tunnel of [GRE, VXLAN]) {
    const outside = ipFragments(inTunnel(tunnel, PACKET[4]), 64);
    assert.deepEqual(readAll(outside).at(-1), expected(4, IN_TUNNEL));
    const inside = ipFragments(PACKET[4], 64).map((fragment) => inTunnel(tunnel, fragment));
    assert.deepEqual(readAll(inside), ['fragments', expected(4, IN_TUNNEL)]);
    const both = inside.flatMap((packet, i) => ipFragments(packet, 24, 0x100 + i));
    assert.deepEqual(readAll(both).at(-1), expected(4, IN_TUNNEL));
    const reading = new Reading();
    readAll(both, reading);
    assert.equal(reading.counters.fragmentsReassembled, 3);
    assert.equal(reading.counters.tunnels, 1);
  }
});

test('fragments at every level of eight tunnels', () => {
  let packets = [PACKET[6]];
  for (let depth = 0; depth < 8; depth++) {
    packets = packets
      .flatMap((packet, i) => ipFragments(packet, 64, (depth << 12) | i))
      .map((fragment) => inTunnel(GRE, fragment));
  }
  const reading = new Reading();
  const found = readAll(packets, reading).filter((result) => typeof result !== 'string');
  assert.deepEqual(found, [expected(6, IN_TUNNEL)]);
});

test('fragments of different tunnels do not make one packet', () => {
  const [first, second] = ipFragments(PACKET[4], 64) as [Buffer, Buffer];
  const elsewhere = ipPacket(
    47,
    fields({ a: '08080808' }),
    fields({ b: '0a000001' }),
    GRE.body(second),
  );
  assert.deepEqual(readAll([first, elsewhere]), ['fragments', 'fragments']);
  assert.deepEqual(readAll([inTunnel(GRE, first), second]), ['fragments', 'fragments']);
});

test('extension headers may follow behind the fragment header', () => {
  const plain = PACKET[6];
  const options = fields({ next: '11', length: '00', padding: '010400000000' });
  const extended = Buffer.concat([plain.subarray(0, 40), options, plain.subarray(40)]);
  extended[6] = 60;
  extended.writeUInt16BE(extended.length - 40, 4);
  assert.deepEqual(readAll(ipFragments(extended, 64)).at(-1), expected(6, { payload: PAYLOAD }));
});

test('a fragment that was captured short cuts the packet where it ends', () => {
  const [first, second] = ipFragments(PACKET[4], 64) as [Buffer, Buffer];
  const reading = new Reading();
  reading.frame(first, 'raw');
  const result = reading.frame(second.subarray(0, 30), 'raw', second.length);
  assert.deepEqual(result, expected(4, { payload: PAYLOAD.slice(0, 56 + 10), truncated: true }));
  assert.equal(reading.packet.payloadLength, 100);
});

test('of a segment that was captured short, the length on the wire is known', () => {
  const segment = tcpFrame({ ...V4, payload: PAYLOAD, link: 'raw' });
  const [first, second] = ipFragments(segment, 64) as [Buffer, Buffer];
  const reading = new Reading();
  reading.frame(second.subarray(0, 30), 'raw', second.length);
  const result = reading.frame(first, 'raw');
  const payload = PAYLOAD.slice(0, 44 + 10);
  assert.deepEqual(result, expected(4, { transport: 6, payload, truncated: true }));
  assert.equal(reading.packet.payloadLength, 100);
});

test('a packet of contradicting fragments is read, and marked', () => {
  const [first, second] = ipFragments(PACKET[4], 64) as [Buffer, Buffer];
  const other = Buffer.from(first);
  other.fill(0x79, 40);
  const results = readAll([first, other, second]);
  assert.deepEqual(results.at(-1), expected(4, { payload: PAYLOAD, overlapping: true }));
  const reading = new Reading();
  readAll([first, other, second], reading);
  assert.deepEqual(reading.frame(PACKET[4], 'raw'), expected(4, { payload: PAYLOAD }), 'the next');
});

test('fragments that wait too long are given up, and who asked is told', () => {
  const lost: unknown[] = [];
  const reading = new Reading({ onFragmentsLost: (datagram) => lost.push(datagram) });
  reading.frame(ipFragments(PACKET[4], 64)[0]!, 'raw');
  assert.equal(reading.decoder.tables()[0]!.entries, 1);
  reading.decoder.advance(1000);
  assert.equal(reading.decoder.tables()[0]!.entries, 0);
  assert.equal(lost.length, 1);
  assert.equal(counted(reading.counters).fragmentsTimedOut, 1);
});

test('at the end of the input nothing waits', () => {
  const reading = new Reading();
  reading.frame(ipFragments(PACKET[6], 64)[1]!, 'raw');
  reading.decoder.setBack(0.5);
  reading.decoder.finish();
  assert.equal(reading.decoder.tables()[0]!.entries, 0);
});
