import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Counters } from '../../src/telemetry/counters.js';
import { Decoded, FrameDecoder } from '../../src/wire/frame-decoder.js';
import { LinkType } from '../../src/wire/link.js';
import { Packet } from '../../src/wire/packet.js';
import { LINK_TYPES, type Link, tcpFrame, udpFrame } from '../support/pcap-writer.js';
import { V4, V6 } from './decode.js';
import { ipFragments } from './ip-fragments.js';
import { LINK_FORMS } from './link-forms.js';
import { inTunnel, TUNNEL_FORMS } from './tunnel-forms.js';

const LINKS = Object.keys(LINK_TYPES) as Link[];
const ALL_TYPES = [...Object.values(LinkType), 65535];

/** Why a frame was not read; each is said at most once for a frame. */
const DROPS = [
  'linkUnsupported',
  'wlanUnsupported',
  'etherTypeOther',
  'headerTruncated',
  'ipv4Malformed',
  'ipv6Malformed',
  'ipProtocolOther',
  'udpMalformed',
  'tcpMalformed',
  'icmpMalformed',
  'tunnelMalformed',
  'tunnelsTooDeep',
] as const;

function sumOf(counters: Counters): number {
  return DROPS.reduce((sum, name) => sum + counters[name], 0);
}

/** A decoder that holds each frame to the promises that every frame has. */
class Checked {
  private readonly counters = new Counters();
  private readonly decoder = new FrameDecoder(this.counters);
  private readonly packet = new Packet();

  /** Decodes a frame between guard bytes. */
  decode(frame: Uint8Array, linkType: number, originalLength: number): Decoded {
    const { counters, packet } = this;
    const from = 5;
    const to = from + frame.length;
    const buf = Buffer.concat([Buffer.alloc(from, 0x45), frame, Buffer.alloc(64, 0x45)]);
    const before = { ...counters };
    const found = this.decoder.decode(packet, buf, from, to, 7.25, originalLength, linkType);
    const drops = sumOf(counters) - sumOf(before);
    const fragments = counters.fragments - before.fragments;
    const whole = counters.fragmentsReassembled - before.fragmentsReassembled;
    if (found !== Decoded.None) assert.equal(drops, 0, 'what was found was not dropped');
    else assert.equal(drops + (fragments > whole ? 1 : 0), 1, 'one reason, or a fragment kept');
    this.checkPacket(buf, from, to);
    return found;
  }

  private checkPacket(frame: Buffer, from: number, to: number): void {
    const { buf, time, payloadFrom, payloadTo, payloadLength, truncated } = this.packet;
    assert.equal(time, 7.25);
    assert.ok(0 <= payloadFrom && payloadFrom <= payloadTo && payloadTo <= buf.length);
    if (buf === frame) assert.ok(from <= payloadFrom && payloadTo <= to, 'inside the frame');
    assert.equal(truncated, payloadLength > payloadTo - payloadFrom);
    assert.ok(payloadLength >= payloadTo - payloadFrom);
  }
}

const anyLink = fc.constantFrom(...ALL_TYPES);

test('random bytes never throw and never give a payload outside the frame', () => {
  const decoder = new Checked();
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 120 }),
      anyLink,
      fc.nat(200),
      (bytes, linkType, more) => {
        decoder.decode(bytes, linkType, bytes.length + more);
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

/** A good frame with tunnels one inside the other, perhaps fragments, on any link. */
const wrappedFrame = fc
  .record({
    six: fc.boolean(),
    payload: fc.uint8Array({ maxLength: 60 }),
    tunnels: fc.array(fc.constantFrom(...TUNNEL_FORMS), { maxLength: 3 }),
    size: fc.constantFrom(16, 40, 4000),
    pick: fc.nat(),
    link: fc.constantFrom(...LINK_FORMS),
  })
  .map(({ six, payload, tunnels, size, pick, link }) => {
    let packet = udpFrame({ ...(six ? V6 : V4), payload, link: 'raw' });
    for (const tunnel of tunnels) packet = inTunnel(tunnel, packet, six ? 6 : 4);
    const fragments = ipFragments(packet, size);
    const part = fragments.length === 1 ? packet : fragments[pick % fragments.length]!;
    return { frame: link.frame(part), linkType: link.linkType };
  });

test('good frames are packets, whatever their payload', () => {
  const decoder = new Checked();
  fc.assert(
    fc.property(goodFrame, ({ frame, linkType }) => {
      assert.equal(decoder.decode(frame, linkType, frame.length), Decoded.Payload);
    }),
  );
});

for (const [name, frames] of [
  ['good frames', goodFrame],
  ['frames with tunnels and fragments', wrappedFrame],
] as const) {
  test(`${name} with changed bytes, cut anywhere, hold the same promises`, () => {
    const decoder = new Checked();
    const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(
        frames,
        fc.array(change, { maxLength: 4 }),
        fc.nat(),
        fc.nat(70000),
        fc.boolean(),
        ({ frame, linkType }, changes, keep, more, isCut) => {
          const changed = Buffer.from(frame);
          for (const [at, value] of changes) changed[at % changed.length] = value;
          const kept = isCut ? changed.subarray(0, keep % (changed.length + 1)) : changed;
          decoder.decode(kept, linkType, kept.length + (isCut ? more : 0));
        },
      ),
      { numRuns: 5000 },
    );
  });
}

test('the headers of every form with every bit changed hold the same promises', () => {
  const decoder = new Checked();
  const inner = udpFrame({ ...V4, link: 'raw' });
  for (const form of TUNNEL_FORMS.filter(({ only }) => only !== 6)) {
    const frame = inTunnel(form, inner);
    for (let bit = 0; bit < (frame.length - 5) * 8; bit++) {
      const changed = Buffer.from(frame);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      decoder.decode(changed, LinkType.Raw, changed.length);
    }
  }
});

test('no frame of 64 KiB takes long to read', () => {
  const decoder = new Checked();
  const zeros = Buffer.alloc(65_535);
  for (const form of TUNNEL_FORMS) {
    const long = inTunnel(form, Buffer.alloc(65_000 - 200, 0x00));
    const frame = Buffer.concat([long, zeros.subarray(long.length)]);
    const began = process.hrtime.bigint();
    for (let i = 0; i < 20; i++) decoder.decode(frame, LinkType.Raw, frame.length);
    const milliseconds = Number(process.hrtime.bigint() - began) / 20e6;
    assert.ok(milliseconds < 100, `${form.name}: ${milliseconds} ms`);
  }
});
