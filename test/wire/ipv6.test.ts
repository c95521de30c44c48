import assert from 'node:assert/strict';
import { test } from 'node:test';
import { udpFrame } from '../support/pcap-writer.js';
import { decode, expected, V6 } from './decode.js';

const UDP = 17;
const PAYLOAD_LENGTH = 4;
const NEXT_HEADER = 6;

interface Extension {
  type: number;
  /** Bytes 1 and up; byte 0, the next header, is filled in. */
  rest: number[];
}

/** Pads a generic header of `units` times 8 bytes beyond the first 8. */
const generic = (type: number, units = 0): Extension => ({
  type,
  rest: [units, ...Array<number>(6 + 8 * units).fill(0)],
});
const authentication: Extension = { type: 51, rest: [4, ...Array<number>(22).fill(0)] };
const fragment = (offsetAndMore: number): Extension => ({
  type: 44,
  rest: [0, offsetAndMore >> 8, offsetAndMore & 255, 0, 0, 0, 1],
});

/** A UDP packet with these extension headers; the last one names `last`. */
function packet(extensions: Extension[] = [], last = UDP): Buffer {
  const plain = udpFrame({ ...V6, link: 'ipv6' });
  const chain = extensions.map(({ rest }, i) =>
    Buffer.from([extensions[i + 1]?.type ?? last, ...rest]),
  );
  const frame = Buffer.concat([plain.subarray(0, 40), ...chain, plain.subarray(40)]);
  frame[NEXT_HEADER] = extensions[0]?.type ?? last;
  frame.writeUInt16BE(frame.length - 40, PAYLOAD_LENGTH);
  return frame;
}

test('extension headers are followed to the transport', () => {
  const chains = [
    [generic(0)],
    [generic(0, 3)],
    [generic(43, 2)],
    [generic(60, 255)],
    [authentication],
    [generic(135, 1)],
    [generic(139, 4)],
    [generic(140, 1)],
    [generic(0), generic(60), generic(43), authentication, generic(60)],
    Array<Extension>(8).fill(generic(60)),
  ];
  for (const chain of chains) assert.deepEqual(decode(packet(chain), 'ipv6'), expected(6));
});

test('extension headers are followed as receivers do, whatever their number', () => {
  const many = (count: number) => decode(packet(Array<Extension>(count).fill(generic(60))), 'ipv6');
  for (const count of [9, 100]) assert.deepEqual(many(count), expected(6));
  assert.equal(many(1000), 'ipv6Malformed');
});

test('a datagram of length 0 goes to the end of its packet, as Linux takes it', () => {
  const frame = packet([]);
  frame.writeUInt16BE(0, 40 + 4);
  assert.deepEqual(decode(frame, 'ipv6'), expected(6));
});

test('an atomic fragment is whole; every other fragment is counted', () => {
  assert.deepEqual(decode(packet([fragment(0)]), 'ipv6'), expected(6));
  assert.deepEqual(decode(packet([fragment(6)]), 'ipv6'), expected(6), 'reserved bits');
  assert.equal(decode(packet([generic(0), fragment(8)]), 'ipv6'), 'fragments');
});

test('ESP, no next header and other protocols end the chain', () => {
  for (const last of [50, 59, 2, 132, 253]) {
    assert.equal(decode(packet([generic(0)], last), 'ipv6'), 'ipProtocolOther');
  }
});

test('an extension header that does not fit the packet is malformed', () => {
  const frame = packet([generic(60, 2)]);
  for (let length = 0; length < 24; length++) {
    const short = Buffer.from(frame);
    short.writeUInt16BE(length, PAYLOAD_LENGTH);
    // Length 0 leaves the end open, so there the chain is read as far as the frame goes.
    if (length === 0) assert.deepEqual(decode(short, 'ipv6'), expected(6));
    else assert.equal(decode(short, 'ipv6'), 'ipv6Malformed', `payload length ${length}`);
  }
});

test('an extension header that does not fit the capture is truncated', () => {
  const frame = packet([generic(60, 2)]);
  for (let length = 0; length < 64; length++) {
    assert.equal(decode(frame.subarray(0, length), 'ipv6', frame.length), 'headerTruncated');
  }
});

test('payload length 0 goes to the end of the frame (jumbogram)', () => {
  const frame = packet();
  frame.writeUInt16BE(0, PAYLOAD_LENGTH);
  assert.deepEqual(decode(frame, 'ipv6'), expected(6));
  const jumbo = packet([{ type: 0, rest: [0, 0xc2, 4, 0, 1, 0, 0] }]);
  jumbo.writeUInt16BE(0, PAYLOAD_LENGTH);
  jumbo.writeUInt16BE(0, 40 + 8 + 4);
  assert.deepEqual(decode(jumbo, 'ipv6'), expected(6), 'with UDP length 0');
  assert.deepEqual(
    decode(jumbo.subarray(0, 59), 'ipv6', 70000),
    expected(6, { payload: 'hel', truncated: true }),
  );
});

test('padding behind the packet is no payload, and a length beyond the frame is what is there', () => {
  const padded = Buffer.concat([packet(), Buffer.alloc(9, 0x58)]);
  assert.deepEqual(decode(padded, 'ipv6'), expected(6));
  assert.deepEqual(
    decode(packet().subarray(0, 51), 'ipv6', 53),
    expected(6, { payload: 'hel', truncated: true }),
  );
});
