import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Counters } from '../../src/telemetry/counters.js';
import { FrameDecoder } from '../../src/wire/frame-decoder.js';
import { Packet } from '../../src/wire/packet.js';
import { LINK_TYPES, type Link, tcpFrame, udpFrame } from '../support/pcap-writer.js';
import { counted, V4, V6 } from './decode.js';

const LINKS = Object.keys(LINK_TYPES) as Link[];
const ALL_TYPES = [...Object.values(LINK_TYPES), 12, 14, 9, 65535];

/** Decodes a frame between guard bytes and holds the promises that every frame has. */
function decodeChecked(frame: Uint8Array, linkType: number, originalLength: number): boolean {
  const counters = new Counters();
  const packet = new Packet();
  const from = 5;
  const to = from + frame.length;
  const buf = Buffer.concat([Buffer.alloc(from, 0x45), frame, Buffer.alloc(64, 0x45)]);
  const found = new FrameDecoder(counters).decode(
    packet,
    buf,
    from,
    to,
    7.25,
    originalLength,
    linkType,
  );
  const losses = Object.values(counted(counters));
  assert.deepEqual(losses, found ? [] : [1], 'a packet, or exactly one counter');
  assert.ok(from <= packet.payloadFrom && packet.payloadFrom <= packet.payloadTo);
  assert.ok(packet.payloadTo <= to, 'no payload outside the frame');
  assert.equal(packet.time, 7.25);
  return found;
}

const anyLink = fc.constantFrom(...ALL_TYPES);

test('random bytes never throw and never give a payload outside the frame', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 120 }),
      anyLink,
      fc.nat(200),
      (bytes, linkType, more) => {
        decodeChecked(bytes, linkType, bytes.length + more);
      },
    ),
    { numRuns: 5000 },
  );
});

/** A good frame of any kind, as a starting point. */
const goodFrame = fc
  .record({
    link: fc.constantFrom(...LINKS),
    six: fc.boolean(),
    tcp: fc.boolean(),
    payload: fc.uint8Array({ maxLength: 40 }),
    tags: fc.array(fc.nat(4095), { maxLength: 4 }),
  })
  .map(({ link, six, tcp, payload, tags }) => {
    const ends = link === 'ipv6' || (six && link !== 'ipv4') ? V6 : V4;
    const options = { ...ends, payload, link, vlan: link === 'ethernet' ? tags : [] };
    return { frame: tcp ? tcpFrame(options) : udpFrame(options), linkType: LINK_TYPES[link] };
  });

test('good frames are packets, whatever their payload', () => {
  fc.assert(
    fc.property(goodFrame, ({ frame, linkType }) => {
      assert.equal(decodeChecked(frame, linkType, frame.length), true);
    }),
  );
});

test('good frames with changed bytes, cut anywhere, hold the same promises', () => {
  const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));
  fc.assert(
    fc.property(
      goodFrame,
      fc.array(change, { maxLength: 4 }),
      fc.nat(),
      fc.nat(70000),
      ({ frame, linkType }, changes, keep, more) => {
        const changed = Buffer.from(frame);
        for (const [at, value] of changes) changed[at % changed.length] = value;
        const kept = changed.subarray(0, keep % (changed.length + 1));
        decodeChecked(kept, linkType, kept.length + more);
      },
    ),
    { numRuns: 5000 },
  );
});
