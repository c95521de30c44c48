import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CaptureError } from '../../src/capture/frames.js';
import { PcapReader } from '../../src/capture/pcap-reader.js';
import { Counters } from '../../src/telemetry/counters.js';
import { type FileOptions, makePcap, udpFrame } from '../support/pcap-writer.js';
import { FrameList, readBytes } from './frame-list.js';

const FRAMES = [
  { time: 1700000000, bytes: Buffer.from('a') },
  { time: 1700000000.000001, bytes: Buffer.alloc(0) },
  { time: 1700000000.999999, bytes: Buffer.from('c'.repeat(300)), originalLength: 1500 },
  {
    time: 1700000001.25,
    bytes: udpFrame({ from: '192.0.2.1:5060', to: '192.0.2.2:5060', payload: 'hello' }),
  },
];
const EXPECTED = FRAMES.map(({ time, bytes, originalLength }) => ({
  time,
  hex: bytes.toString('hex'),
  originalLength: originalLength ?? bytes.length,
  linkType: 1,
}));

const VARIANTS: FileOptions[] = (['pcap', 'pcapng'] as const).flatMap((format) =>
  (['little', 'big'] as const).flatMap((endian) =>
    [6, 9].map((resolution) => ({ format, endian, resolution })),
  ),
);

for (const options of VARIANTS) {
  const { format, endian, resolution } = options;
  const file = makePcap(FRAMES, options);

  test(`${format}, ${endian} endian, 10^-${resolution} s: every frame with its time`, () => {
    const { frames, warning, counters, reader } = readBytes(file);
    assert.deepEqual(frames, EXPECTED);
    assert.equal(warning, undefined);
    assert.equal(reader.format, format);
    assert.equal(reader.position, file.length);
    assert.equal(counters.frames, 4);
    assert.equal(counters.frameBytes, 301 + FRAMES[3]!.bytes.length);
    assert.equal(counters.framesTruncated, 1);
  });

  test(`${format}, ${endian} endian, 10^-${resolution} s: the same in pieces of any size`, () => {
    for (const size of [1, 7, 64]) assert.deepEqual(readBytes(file, [size]).frames, EXPECTED);
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 2000 }),
        (pieces, chunk) => {
          assert.deepEqual(readBytes(file, pieces, chunk).frames, EXPECTED);
        },
      ),
    );
  });

  test(`${format}, ${endian} endian, 10^-${resolution} s: cut anywhere, frames up to there`, () => {
    let before = 0;
    for (let length = 4; length < file.length; length++) {
      const { frames, warning } = readBytes(file.subarray(0, length));
      assert.deepEqual(frames, EXPECTED.slice(0, frames.length));
      assert.ok(frames.length >= before, 'a longer file gives no fewer frames');
      before = frames.length;
      if (warning !== undefined) assert.match(warning, /^cut in the middle of .* at byte \d+: /);
    }
    assert.equal(before, 3);
  });
}

test('random bytes behind a good header never throw', () => {
  const starts = VARIANTS.map((options) => makePcap(FRAMES.slice(0, 1), options));
  fc.assert(
    fc.property(
      fc.constantFrom(...starts),
      fc.nat(),
      fc.uint8Array({ maxLength: 200 }),
      fc.integer({ min: 1, max: 64 }),
      (start, keep, noise, piece) => {
        const kept = start.subarray(0, 24 + (keep % (start.length - 23)));
        const { frames } = readBytes(Buffer.concat([kept, noise]), [piece]);
        assert.ok(frames.length <= 1 + noise.length / 12);
      },
    ),
    { numRuns: 2000 },
  );
});

test('one changed byte anywhere never throws, but where it makes another format', () => {
  for (const options of VARIANTS) {
    const file = makePcap(FRAMES, options);
    for (let at = 12; at < file.length; at++) {
      const changed = Buffer.from(file);
      changed[at] = changed[at]! ^ 0xff;
      const { frames, warning } = readBytes(changed);
      assert.ok(frames.length <= 5);
      assert.ok(warning === undefined || !warning.includes('\n'));
    }
  }
});

test("Kuznetzov's modified records have a header of 24 bytes", () => {
  const plain = makePcap(FRAMES.slice(0, 1));
  const more = Buffer.from([3, 0, 0, 0, 8, 0, 4, 0]);
  const file = Buffer.concat([plain.subarray(0, 40), more, plain.subarray(40)]);
  file.writeUInt32LE(0xa1b2cd34, 0);
  const { frames, warning } = readBytes(Buffer.concat([file, file.subarray(24)]));
  assert.deepEqual(frames, [EXPECTED[0], EXPECTED[0]]);
  assert.equal(warning, undefined);
});

test('the upper bits of the link type field are flags', () => {
  const file = makePcap(FRAMES.slice(0, 1));
  file.writeUInt32LE(0x2c000071, 20);
  assert.equal(readBytes(file).frames[0]?.linkType, 113);
});

test('a packet cut by the end of the file is told by number and byte', () => {
  const file = makePcap([FRAMES[0]!, FRAMES[2]!]);
  assert.equal(
    readBytes(file.subarray(0, 24 + 17 + 116)).warning,
    'cut in the middle of packet 2 at byte 41: 116 of 316 bytes are there',
  );
  assert.equal(
    readBytes(file.subarray(0, 24 + 17 + 5)).warning,
    'cut in the middle of packet 2 at byte 41: 5 of 16 bytes are there',
  );
  assert.equal(
    readBytes(file.subarray(0, 10)).warning,
    'cut in the middle of the file header at byte 0: 10 of 24 bytes are there',
  );
});

test('a packet that claims more than libpcap captures ends the reading', () => {
  const file = makePcap([FRAMES[0]!, FRAMES[2]!, FRAMES[3]!]);
  file.writeUInt32LE(262145, 41 + 8);
  const { frames, warning, reader } = readBytes(file, [50]);
  assert.deepEqual(frames, EXPECTED.slice(0, 1));
  assert.equal(
    warning,
    'packet 2 at byte 41 is corrupt (it claims 262145 bytes): nothing after it was read',
  );
  assert.equal(reader.stopped, true);
});

test('the longest packet libpcap captures is read, through a chunk that grows', () => {
  const bytes = Buffer.alloc(262144, 0xab);
  for (const format of ['pcap', 'pcapng'] as const) {
    const { frames, warning } = readBytes(makePcap([{ time: 1, bytes }], { format }), [5000]);
    assert.equal(frames[0]?.hex, bytes.toString('hex'));
    assert.equal(warning, undefined);
  }
});

test('captured length above the original length: the original is at least the captured', () => {
  const file = makePcap([{ time: 1, bytes: Buffer.from('abcdef'), originalLength: 2 }]);
  const { frames, counters } = readBytes(file);
  assert.equal(frames[0]?.originalLength, 6);
  assert.equal(counters.framesTruncated, 0);
});

test('a pcap version other than 2 is corrupt', () => {
  const file = makePcap(FRAMES);
  file.writeUInt16LE(3, 4);
  const { frames, warning } = readBytes(file);
  assert.deepEqual(frames, []);
  assert.match(warning ?? '', /pcap version 3, not 2/);
});

test('what is no capture is refused in one line that shows its first bytes', () => {
  const refused = (bytes: Uint8Array) => {
    try {
      readBytes(bytes);
    } catch (error) {
      assert.ok(error instanceof CaptureError);
      return error.message;
    }
    return 'not refused';
  };
  const hint = '; editcap -F pcap converts other capture formats';
  const text = 'x.pcap: not a pcap or pcapng capture (begins with';
  assert.equal(refused(Buffer.from('snoop\0\0\0')), `${text} 73 6e 6f 6f …)${hint}`);
  assert.equal(refused(Buffer.from('ab')), `${text} 61 62)${hint}`);
  assert.equal(refused(Buffer.from('\n\r\r\n\x1c\0\0\0abcd')), `${text} 0a 0d 0d 0a …)${hint}`);
  assert.equal(refused(Buffer.alloc(0)), 'x.pcap: empty, not a pcap or pcapng capture');
});

test('bytes may be read straight into the space of the reader', () => {
  const file = makePcap(FRAMES);
  const list = new FrameList();
  const reader = new PcapReader(list, new Counters(), 'x.pcap', 64);
  let at = 0;
  while (at < file.length) {
    const length = file.copy(reader.space(), 0, at);
    reader.commit(length);
    at += length;
  }
  reader.end();
  assert.deepEqual(list.frames, EXPECTED);
});
