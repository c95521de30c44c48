import assert from 'node:assert/strict';
import { test } from 'node:test';
import { block, interfaceDescription, makePcap, sectionHeader } from '../support/pcap-writer.js';
import { readBytes } from './frame-list.js';

const PACKET = 2;
const SIMPLE_PACKET = 3;
const NAME_RESOLUTION = 4;
const ENHANCED_PACKET = 6;
const DATA = Buffer.from('abcde');

/** A block of 32-bit little endian fields, then bytes. */
function fields(type: number, values: readonly number[], bytes: Uint8Array = DATA): Buffer {
  const body = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => {
    body.writeUInt32LE(value, 4 * i);
  });
  return block(true, type, Buffer.concat([body, bytes]));
}

const enhanced = (id: number, ticks: number, captured = 5) =>
  fields(ENHANCED_PACKET, [id, 0, ticks, captured, 5]);

test('interfaces have link types and clocks of their own, and a section forgets them', () => {
  const file = Buffer.concat([
    sectionHeader(),
    interfaceDescription(true, 1),
    enhanced(0, 2000000),
    interfaceDescription(true, 113, 3),
    enhanced(1, 3000),
    interfaceDescription(true, 276, 0x81, 100),
    enhanced(2, 9),
    enhanced(0, 4000000),
    sectionHeader(),
    interfaceDescription(true, 228, 0),
    enhanced(0, 7),
  ]);
  const { frames, warning, reader } = readBytes(file);
  assert.deepEqual(
    frames.map(({ linkType, time }) => [linkType, time]),
    [
      [1, 2],
      [113, 3],
      [276, 104.5],
      [1, 4],
      [228, 7],
    ],
  );
  assert.equal(warning, undefined);
  assert.deepEqual([...reader.outlet.linkTypes], [1, 113, 276, 228]);
});

test('sections of either byte order follow each other', () => {
  const frame = { time: 5.5, bytes: DATA };
  const file = Buffer.concat([
    makePcap([frame], { format: 'pcapng', endian: 'big' }),
    makePcap([frame], { format: 'pcapng', endian: 'little' }),
    makePcap([frame], { format: 'pcapng', endian: 'big', resolution: 0x94, timeOffset: -7 }),
  ]);
  const { frames, warning } = readBytes(file, [13]);
  assert.deepEqual(
    frames.map(({ time, hex }) => [time, hex]),
    Array(3).fill([5.5, DATA.toString('hex')]),
  );
  assert.equal(warning, undefined);
});

test('every resolution is read back, from files of both byte orders', () => {
  for (const endian of ['little', 'big'] as const) {
    for (const resolution of [0, 1, 3, 6, 7, 9, 10, 0x80, 0x8a, 0x94, 0xa0]) {
      const frames = [{ time: 1700000000, bytes: DATA }];
      const file = makePcap(frames, {
        format: 'pcapng',
        endian,
        resolution,
        timeOffset: 1600000000,
      });
      assert.equal(readBytes(file).frames[0]?.time, 1700000000, `${endian} ${resolution}`);
    }
  }
});

test('the old Packet block has a 16-bit interface id beside a drop count', () => {
  const file = Buffer.concat([
    sectionHeader(),
    interfaceDescription(true, 1),
    interfaceDescription(true, 101),
    fields(PACKET, [0xffff0001, 0, 1500000, 5, 60]),
  ]);
  assert.deepEqual(readBytes(file).frames, [
    { time: 1.5, hex: DATA.toString('hex'), originalLength: 60, linkType: 101 },
  ]);
});

test('a Simple Packet block is cut at the snap length and takes the time of the one before', () => {
  const file = Buffer.concat([
    sectionHeader(),
    interfaceDescription(true, 1, 6, 0, 3),
    fields(SIMPLE_PACKET, [60], Buffer.from('abc')),
    enhanced(0, 1500000),
    fields(SIMPLE_PACKET, [2], Buffer.from('ab')),
    fields(SIMPLE_PACKET, [0], Buffer.alloc(0)),
  ]);
  assert.deepEqual(
    readBytes(file).frames.map(({ time, hex, originalLength }) => [time, hex, originalLength]),
    [
      [0, '616263', 60],
      [1.5, DATA.toString('hex'), 5],
      [1.5, '6162', 2],
      [1.5, '', 0],
    ],
  );
});

test('a Simple Packet block without snap length ends where its block ends', () => {
  const file = Buffer.concat([
    sectionHeader(),
    interfaceDescription(true, 1, 6, 0, 0),
    fields(SIMPLE_PACKET, [4000000000], Buffer.from('abcd')),
  ]);
  assert.equal(readBytes(file).frames[0]?.hex, '61626364');
});

test('other blocks are passed over, also those longer than the chunk and cut ones', () => {
  const start = Buffer.concat([sectionHeader(), interfaceDescription(true, 1)]);
  const other = block(true, NAME_RESOLUTION, Buffer.alloc(10000));
  const file = Buffer.concat([start, other, enhanced(0, 1)]);
  for (const piece of [1, 64, 100000]) {
    const { frames, warning } = readBytes(file, [piece]);
    assert.equal(frames.length, 1);
    assert.equal(warning, undefined);
  }
  const { warning } = readBytes(file.subarray(0, start.length + 600), [64]);
  assert.equal(
    warning,
    `cut in the middle of the block after packet 0 at byte ${start.length}: ` +
      '600 of 10012 bytes are there',
  );
});

test('options that lie about their length, or come without an end, are left alone', () => {
  const lying = block(true, 1, Buffer.from('0100000000000400' + '0900ff0006000000', 'hex'));
  const endless = block(true, 1, Buffer.from('0100000000000400' + '0900010003000000', 'hex'));
  const wrongSize = block(true, 1, Buffer.from('0100000000000400' + '0900020003030000', 'hex'));
  const file = (description: Buffer) =>
    Buffer.concat([sectionHeader(), description, enhanced(0, 2000000)]);
  assert.equal(readBytes(file(lying)).frames[0]?.time, 2);
  assert.equal(readBytes(file(endless)).frames[0]?.time, 2000);
  assert.equal(readBytes(file(wrongSize)).frames[0]?.time, 2);
});

test('a corrupt block ends the reading with its place and reason', () => {
  const start = Buffer.concat([sectionHeader(), interfaceDescription(true, 1), enhanced(0, 1)]);
  const wrongTrailer = Buffer.from(enhanced(0, 1));
  wrongTrailer.writeUInt32LE(44, wrongTrailer.length - 4);
  const huge = Buffer.from(enhanced(0, 1));
  huge.writeUInt32LE(16 * 1024 * 1024 + 4, 4);
  const odd = Buffer.from(enhanced(0, 1));
  odd.writeUInt32LE(41, 4);
  const orderless = Buffer.from(sectionHeader());
  orderless.writeUInt32LE(0, 8);
  const oldVersion = Buffer.from(sectionHeader());
  oldVersion.writeUInt16LE(2, 12);
  const cases: [Buffer, string][] = [
    [wrongTrailer, 'packet 2 at byte N is corrupt (it claims 40 and 44 bytes)'],
    [huge, 'packet 2 at byte N is corrupt (it claims 16777220 bytes)'],
    [odd, 'packet 2 at byte N is corrupt (it claims 41 bytes)'],
    [enhanced(1, 1), 'packet 2 at byte N is corrupt (interface 1 of 1)'],
    [enhanced(0, 1, 9), 'packet 2 at byte N is corrupt (it claims to hold 9 bytes)'],
    [block(true, 6, DATA), 'packet 2 at byte N is corrupt (it is too short)'],
    [block(true, 3, Buffer.alloc(0)), 'packet 2 at byte N is corrupt (it is too short)'],
    [
      block(true, 1, DATA.subarray(0, 4)),
      'the block after packet 1 at byte N is corrupt (it is too short)',
    ],
    [orderless, 'the block after packet 1 at byte N is corrupt (it has no byte order)'],
    [oldVersion, 'the block after packet 1 at byte N is corrupt (pcapng version 2, not 1)'],
  ];
  for (const [corrupt, expected] of cases) {
    const { frames, warning } = readBytes(Buffer.concat([start, corrupt, enhanced(0, 1)]), [17]);
    assert.equal(frames.length, 1);
    const place = expected.replace('N', String(start.length));
    assert.equal(warning, `${place}: nothing after it was read`);
  }
});

test('a packet before any interface, and more interfaces than a 16-bit id can name', () => {
  const early = readBytes(Buffer.concat([sectionHeader(), enhanced(0, 1)]));
  assert.match(early.warning ?? '', /interface 0 of 0/);
  const simple = Buffer.concat([sectionHeader(), fields(SIMPLE_PACKET, [5])]);
  assert.match(readBytes(simple).warning ?? '', /interface 0 of 0/);
  const one = interfaceDescription(true, 1);
  const many = Buffer.concat([sectionHeader(), Buffer.alloc(one.length * 65537, one)]);
  assert.match(readBytes(many, [65536], 65536).warning ?? '', /more than 65536 interfaces/);
});
