import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { captureFilter } from '../../src/live/capture-filter.js';
import { readBytes } from '../capture/frame-list.js';
import { programsMissing } from '../support/namespaces.js';
import {
  ipPacket,
  LINK_TYPES,
  type Link,
  linkFrame,
  makePcap,
  tcpFrame,
  udpFrame,
} from '../support/pcap-writer.js';

const V4 = { from: '198.51.100.7:40000', to: '203.0.113.5:5060', payload: 'x' };
const V6 = { from: '[2001:db8::7]:5060', to: '[2001:db8::5]:40000', payload: 'x' };
const OTHER = { from: '198.51.100.7:40000', to: '203.0.113.5:53', payload: 'x' };

function laterFragment(): Buffer {
  const packet = ipPacket(17, Buffer.from([198, 51, 100, 7]), Buffer.alloc(4, 9), Buffer.alloc(40));
  packet.writeUInt16BE(185, 6);
  return packet;
}

const v6Fragment = () => ipPacket(44, Buffer.alloc(16, 1), Buffer.alloc(16, 2), Buffer.alloc(48));

/** Frames by what they are, and whether the filter for port 5060 has to let them pass. */
const FRAMES: readonly (readonly [what: string, passes: boolean, bytes: Buffer])[] = [
  ['UDP to the port', true, udpFrame(V4)],
  ['TCP to the port', true, tcpFrame(V4)],
  ['IPv6 from the port', true, udpFrame(V6)],
  ['another port', false, udpFrame(OTHER)],
  ['a later fragment', true, linkFrame(laterFragment())],
  ['a fragment of IPv6', true, linkFrame(v6Fragment())],
  ['one VLAN tag', true, udpFrame({ ...V4, vlan: 7 })],
  ['two VLAN tags', true, udpFrame({ ...V4, vlan: [7, 8] })],
  ['a later fragment behind a tag', true, linkFrame(laterFragment(), { vlan: 7 })],
  ['a later fragment behind two tags', true, linkFrame(laterFragment(), { vlan: [7, 8] })],
  ['another port behind a tag', false, udpFrame({ ...OTHER, vlan: 7 })],
];

/** What libpcap lets pass of a capture file. */
function filtered(file: Buffer, filter: string) {
  const args = ['-r', '-', '-w', '-', '--', filter];
  const { status, stdout, stderr } = spawnSync('tcpdump', args, { input: file });
  assert.equal(status, 0, String(stderr));
  return readBytes(stdout, [stdout.length], 65536).frames;
}

describe('the capture filter', { skip: programsMissing('tcpdump') }, () => {
  for (const [what, passes, bytes] of FRAMES) {
    test(`${passes ? 'lets pass' : 'keeps out'} ${what}`, () => {
      const file = makePcap([{ time: 1, bytes }]);
      const filter = captureFilter(new Set([5060]));
      assert.equal(filtered(file, filter).length, passes ? 1 : 0);
    });
  }

  test('any port: UDP and TCP to all of them, and fragments', () => {
    const file = makePcap(FRAMES.map(([, , bytes]) => ({ time: 1, bytes })));
    assert.equal(filtered(file, captureFilter(undefined)).length, FRAMES.length);
  });

  test('compiles without VLAN tags for links that have none', () => {
    for (const link of ['raw', 'sll'] satisfies Link[]) {
      const bytes = udpFrame({ ...V4, link });
      const file = makePcap([{ time: 1, bytes, linkType: LINK_TYPES[link] }]);
      for (const ports of [new Set([5060]), undefined]) {
        assert.equal(filtered(file, captureFilter(ports, undefined, false)).length, 1);
      }
    }
  });

  test('no port at all lets only fragments pass', () => {
    const file = makePcap(FRAMES.map(([, , bytes]) => ({ time: 1, bytes })));
    assert.equal(filtered(file, captureFilter(new Set())).length, 4);
  });
});

test('neighbouring ports become a range', () => {
  const filter = captureFilter(new Set([5062, 5060, 5080, 5061, 5090, 5091]), undefined, false);
  assert.match(filter, /^portrange 5060-5062 or port 5080 or portrange 5090-5091 or \(ip and/);
});

test("the operator's own filter goes first, an empty one does not count", () => {
  assert.equal(captureFilter(new Set([5060]), 'udp'), 'udp');
  assert.equal(captureFilter(new Set([5060]), ' '), captureFilter(new Set([5060])));
});
