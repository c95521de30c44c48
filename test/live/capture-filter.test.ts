import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { DEFAULT_CONFIG } from '../../src/config/config.js';
import { captureFilter, filterSummary } from '../../src/live/capture-filter.js';
import { readBytes } from '../capture/frame-list.js';
import type { CapturedFrame } from '../support/capture-frames.js';
import { programsMissing } from '../support/namespaces.js';
import { LINK_TYPES, makePcap, udpFrame } from '../support/pcap-writer.js';
import {
  FRAGMENT_WRAPPINGS,
  LINK_WRAPPINGS,
  NESTED_WRAPPINGS,
  TEREDO_WRAPPINGS,
  TUNNEL_FRAGMENT_WRAPPINGS,
  TUNNEL_WRAPPINGS,
} from '../support/rewrap/catalogue.js';
import type { Rewrap } from '../support/rewrap/frames.js';
import { mpls, pppoe } from '../support/rewrap/links.js';
import { behindTag, NO_SIP, OTHER, SIP } from './filter-frames.js';

const { ports: DEFAULT_PORTS } = DEFAULT_CONFIG.capture;

const captured = (bytes: Buffer): CapturedFrame => ({
  bytes,
  time: 1,
  originalLength: bytes.length,
  linkType: LINK_TYPES.ethernet,
});

/** What libpcap lets pass of frames of one link. */
function passing(frames: readonly CapturedFrame[], filter: string): Set<string> {
  const args = ['-r', '-', '-w', '-', '--', filter];
  const input = makePcap(frames);
  const { status, stdout, stderr } = spawnSync('tcpdump', args, {
    input,
    maxBuffer: 2 * input.length + 65_536,
  });
  assert.equal(status, 0, String(stderr));
  const read = readBytes(stdout, [stdout.length], 262_144);
  return new Set(read.frames.map(({ hex }) => hex));
}

/** The frames that a filter keeps out though the sensor wants them, in hex. */
function keptOut(frames: readonly CapturedFrame[], filter: string): string[] {
  const through = passing(frames, filter);
  return frames.map(({ bytes }) => bytes.toString('hex')).filter((hex) => !through.has(hex));
}

const wrapped = (rewrap: Rewrap, frames: readonly Buffer[] = SIP) => rewrap(frames.map(captured));

const WRAPPINGS = [
  ...LINK_WRAPPINGS,
  ...TUNNEL_WRAPPINGS,
  ...TEREDO_WRAPPINGS,
  ...NESTED_WRAPPINGS,
  ...FRAGMENT_WRAPPINGS,
  ...TUNNEL_FRAGMENT_WRAPPINGS,
];

/** Tags in front of frames, the outermost first. */
function tags(...types: readonly number[]): Rewrap {
  const behind = (bytes: Buffer) =>
    types.reduceRight((inner, type, i) => behindTag(inner, type, i + 1), bytes);
  return (frames) => frames.map(({ bytes }) => captured(behind(bytes)));
}

const inTags = (rewrap: Rewrap, ...types: readonly number[]): Rewrap => {
  return (frames) => tags(...types)(rewrap(frames));
};

describe('the filter of Ethernet', { skip: programsMissing('tcpdump') }, () => {
  const filter = captureFilter(DEFAULT_PORTS);

  for (const { name, rewrap } of WRAPPINGS) {
    const frames = wrapped(rewrap).filter(({ linkType }) => linkType === LINK_TYPES.ethernet);
    if (frames.length === 0) continue;
    test(`lets pass ${name}`, () => assert.deepEqual(keptOut(frames, filter), []));
  }

  const FURTHER: Record<string, Rewrap> = {
    'four VLAN tags': tags(0x88a8, 0x88a8, 0x8100, 0x8100),
    'tags of the oldest kinds': tags(0x9200, 0x9300),
    'PPPoE behind a tag': inTags(pppoe, 0x8100),
    'PPPoE behind two tags': inTags(pppoe, 0x88a8, 0x8100),
    'two labels': mpls(16, 3000),
    'six labels': mpls(16, 17, 18, 19, 20, 21),
    'a label behind a tag': inTags(mpls(16), 0x8100),
  };
  for (const [name, rewrap] of Object.entries(FURTHER)) {
    test(`lets pass ${name}`, () => assert.deepEqual(keptOut(wrapped(rewrap), filter), []));
  }

  for (const [what, frame] of OTHER) {
    test(`lets pass ${what}`, () => assert.deepEqual(keptOut([captured(frame)], filter), []));
  }

  /** Where it looks for the port, and so keeps out what has another. */
  const LOOKED_INTO: Record<string, Rewrap> = {
    'without a tag': (frames) => [...frames],
    'with a tag': tags(0x8100),
    'with two tags': tags(0x88a8, 0x8100),
    'in PPPoE': pppoe,
    'in PPPoE behind a tag': inTags(pppoe, 0x8100),
    'behind a label': mpls(16),
    'behind two labels': mpls(16, 3000),
  };
  for (const [where, rewrap] of Object.entries(LOOKED_INTO)) {
    test(`keeps out what is not SIP, ${where}`, () => {
      for (const [what, frame] of NO_SIP) {
        assert.equal(passing(wrapped(rewrap, [frame]), filter).size, 0, what);
      }
    });
  }
});

describe('media ports of a filter', { skip: programsMissing('tcpdump') }, () => {
  const media = (port: number) =>
    captured(udpFrame({ from: '192.0.2.1:4000', to: `192.0.2.2:${port}`, payload: 'media' }));
  const frames = [media(9999), media(10_000), media(20_000), media(20_001)];
  const mediaPorts = new Set(Array.from({ length: 10_001 }, (_, i) => 10_000 + i));

  for (const ethernet of [true, false]) {
    test(`are let through besides those of SIP${ethernet ? '' : ', in words'}`, () => {
      const through = passing(frames, captureFilter(DEFAULT_PORTS, { mediaPorts, ethernet }));
      const hex = frames.map(({ bytes }) => bytes.toString('hex'));
      assert.deepEqual([...through], hex.slice(1, 3));
      assert.equal(passing(frames, captureFilter(DEFAULT_PORTS, { ethernet })).size, 0);
      const sip = captureFilter(DEFAULT_PORTS, { mediaPorts, ethernet });
      assert.equal(passing(SIP.map(captured), sip).size, SIP.length);
    });
  }

  test('are named where the filter is told', () => {
    assert.match(filterSummary(DEFAULT_PORTS, { mediaPorts }), /^port 5060-5061, 10000-20000, /);
  });
});

/** Tunnels are tried over Ethernet, where it has to do too: what an interface is may be unknown. */
describe('the filter of other links', { skip: programsMissing('tcpdump') }, () => {
  const filter = captureFilter(DEFAULT_PORTS, { ethernet: false });

  /** Those that an interface of Linux can have; others are in files only. */
  const LINKS = ['SLL', 'SLL with a VLAN tag', 'SLL2', 'RAW', 'NULL, little endian'];
  for (const link of LINKS) {
    test(`lets pass ${link}`, () => {
      const { rewrap } = LINK_WRAPPINGS.find(({ name }) => name === `link: ${link}`)!;
      assert.deepEqual(keptOut(wrapped(rewrap), filter), []);
    });
  }

  for (const { name, rewrap } of [...TUNNEL_WRAPPINGS, ...FRAGMENT_WRAPPINGS]) {
    test(`lets pass ${name}`, () => assert.deepEqual(keptOut(wrapped(rewrap), filter), []));
  }

  for (const [what, frame] of OTHER) {
    test(`lets pass ${what}`, () => assert.deepEqual(keptOut([captured(frame)], filter), []));
  }

  test('keeps out what is not SIP', () => {
    for (const [what, frame] of NO_SIP) {
      assert.equal(passing([captured(frame)], filter).size, 0, what);
    }
  });
});
