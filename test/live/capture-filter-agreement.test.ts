import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { captureFiles } from '../../src/capture/capture-files.js';
import { readCapture } from '../../src/capture/read-capture.js';
import { DEFAULT_CONFIG } from '../../src/config/config.js';
import { captureFilter } from '../../src/live/capture-filter.js';
import { Counters } from '../../src/telemetry/counters.js';
import { addressText } from '../../src/wire/address.js';
import { Decoded, FrameDecoder } from '../../src/wire/frame-decoder.js';
import { Packet } from '../../src/wire/packet.js';
import { readBytes } from '../capture/frame-list.js';
import type { CapturedFrame } from '../support/capture-frames.js';
import { programsMissing } from '../support/namespaces.js';
import { LINK_TYPES, makePcap } from '../support/pcap-writer.js';

const FOLDERS = ['pcaps', 'test/cases', 'test/corpus'];
const ports = DEFAULT_CONFIG.capture.ports!;

interface Capture {
  readonly path: string;
  readonly frames: readonly CapturedFrame[];
}

/** The frames of Ethernet of all captures; those that were cut are left out: live, none is. */
async function captures(): Promise<Capture[]> {
  const all: Capture[] = [];
  const { files } = await captureFiles(FOLDERS);
  for (const { path } of files) {
    const frames: CapturedFrame[] = [];
    const sink = {
      frame(buf: Buffer, from: number, to: number, time: number, length: number, link: number) {
        if (link !== LINK_TYPES.ethernet || length > to - from) return;
        const bytes = Buffer.from(buf.subarray(from, to));
        frames.push({ bytes, time, originalLength: length, linkType: link });
      },
    };
    // Files that end early or are none have tests of their own.
    await readCapture(path, sink).catch(() => undefined);
    all.push({ path, frames });
  }
  return all;
}

/** What the decoder reads on SIP ports, a line for each datagram, segment and ICMP error. */
function readOf(frames: readonly CapturedFrame[]): string[] {
  const decoder = new FrameDecoder(new Counters());
  const packet = new Packet();
  return frames.flatMap(({ bytes, time, originalLength, linkType }) => {
    const found = decoder.decode(packet, bytes, 0, bytes.length, time, originalLength, linkType);
    const { sourcePort, destinationPort, payloadFrom, payloadTo } = packet;
    if (found === Decoded.None || !(ports.has(sourcePort) || ports.has(destinationPort))) return [];
    const ends = `${addressText(packet.source)}:${sourcePort} ${addressText(packet.destination)}`;
    const payload = packet.buf.toString('hex', payloadFrom, payloadTo);
    return `${found} ${ends}:${destinationPort} ${payload}`;
  });
}

/** What libpcap lets pass, in hex. */
function passing(frames: readonly CapturedFrame[], filter: string): Set<string> {
  const input = makePcap(frames);
  const { status, stdout, stderr } = spawnSync('tcpdump', ['-r', '-', '-w', '-', '--', filter], {
    input,
    maxBuffer: 2 * input.length,
  });
  assert.equal(status, 0, String(stderr));
  return new Set(readBytes(stdout, [stdout.length], 262_144).frames.map(({ hex }) => hex));
}

test('with the filter, the decoder reads of all captures what it reads without', {
  skip: programsMissing('tcpdump'),
}, async (t) => {
  const all = await captures();
  const frames = all.flatMap((capture) => capture.frames);
  for (const ethernet of [true, false]) {
    const through = passing(frames, captureFilter(ports, { ethernet }));
    let read = 0;
    for (const capture of all) {
      const kept = capture.frames.filter(({ bytes }) => through.has(bytes.toString('hex')));
      const expected = readOf(capture.frames);
      assert.deepEqual(readOf(kept), expected, capture.path);
      read += expected.length;
    }
    assert.ok(read > 1000);
    t.diagnostic(`${frames.length} frames, of which ${through.size} differ and pass; ${read} read`);
  }
});
