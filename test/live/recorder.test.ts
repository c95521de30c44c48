import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { Recorder } from '../../src/live/recorder.js';
import { RecordingFile } from '../../src/live/recording-file.js';
import { FrameList, readBytes } from '../capture/frame-list.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const MIB = 1024 * 1024;
const folder = temporaryFolder();
let files = 0;

interface Sample {
  readonly name: string;
  readonly linkType: number;
  readonly time: number;
  readonly bytes: Uint8Array;
  readonly more: number;
}

/** Records the samples; gives what was handed on, and what reading the file gives. */
async function recorded(samples: readonly Sample[], limit = MIB, queueLength?: number) {
  const path = join(folder, `${++files}.pcapng`);
  const file = new RecordingFile(path, limit, queueLength);
  const handed = new FrameList();
  const recorders = new Map<string, Recorder>();
  for (const { name, linkType, time, bytes, more } of samples) {
    const recorder = recorders.get(name) ?? new Recorder(name, file, handed);
    recorders.set(name, recorder);
    const buf = Buffer.concat([Buffer.from('..'), bytes, Buffer.from('..')]);
    recorder.frame(buf, 2, 2 + bytes.length, time, bytes.length + more, linkType);
  }
  await file.end();
  const bytes = readFileSync(path);
  return { path, status: file.status(), handed: handed.frames, read: readBytes(bytes), bytes };
}

/** Times as clocks give them: microseconds or nanoseconds, from 1980 to 2100. */
const time = fc
  .tuple(fc.integer({ min: 315_532_800, max: 4_102_444_800 }), fc.integer({ min: 0, max: 1e9 - 1 }))
  .chain(([seconds, nanoseconds]) =>
    fc.constantFrom(seconds + nanoseconds / 1e9, (seconds * 1e6 + (nanoseconds % 1e6)) / 1e6),
  );
const sample: fc.Arbitrary<Sample> = fc.record({
  name: fc.constantFrom('eth0', 'eth1', 'any'),
  linkType: fc.constantFrom(1, 113, 276),
  time,
  bytes: fc.uint8Array({ maxLength: 70 }),
  more: fc.integer({ min: 0, max: 9 }),
});

test('reading the file gives what was handed on, with the very same times', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(sample, { maxLength: 30 }), async (samples) => {
      const { handed, read, status } = await recorded(samples);
      assert.deepEqual(read.frames, handed);
      assert.equal(read.warning, undefined);
      assert.equal(handed.length, samples.length);
      assert.deepEqual([status.frames, status.missed], [samples.length, 0]);
    }),
    { numRuns: 50 },
  );
});

test('every time that a double can hold near today is kept', async () => {
  const step = 2 ** -22;
  const samples = Array.from({ length: 5000 }, (_, i) => ({
    name: 'eth0',
    linkType: 1,
    time: 1_795_392_000 + 0.9995 + i * step,
    bytes: Buffer.alloc(1),
    more: 0,
  }));
  const { handed, read } = await recorded(samples);
  assert.deepEqual(read.frames, handed);
});

test('the file ends at its limit, whole, and what is missed is counted', async () => {
  const samples = Array.from({ length: 100 }, (_, i) => ({
    name: 'eth0',
    linkType: 1,
    time: i,
    bytes: Buffer.alloc(i === 99 ? 0 : 100),
    more: 0,
  }));
  const { bytes, read, handed, status } = await recorded(samples, 2000);
  assert.ok(bytes.length <= 2000);
  assert.equal(bytes.length, status.bytes);
  assert.equal(read.warning, undefined);
  assert.equal(handed.length, 100);
  assert.ok(read.frames.length > 10);
  assert.equal(read.frames.length + status.missed, 100);
  assert.match(status.problem ?? '', /reached its limit/);
});

test('a disk that is too slow costs frames and no memory', async () => {
  // The event loop does not turn while they come, so nothing is written.
  const samples = Array.from({ length: 100 }, (_, i) => ({
    name: 'eth0',
    linkType: 1,
    time: i,
    bytes: Buffer.alloc(100),
    more: 0,
  }));
  const { read, handed, status } = await recorded(samples, MIB, 4096);
  assert.equal(handed.length, 100);
  assert.equal(read.warning, undefined);
  assert.ok(status.missed > 50);
  assert.equal(read.frames.length + status.missed, 100);
});

test('a file that cannot be made is told, and frames still go on', async () => {
  const file = new RecordingFile(join(folder, 'no/such/folder.pcapng'), MIB);
  const handed = new FrameList();
  const recorder = new Recorder('eth0', file, handed);
  recorder.frame(Buffer.alloc(4), 0, 4, 1, 4, 1);
  await file.end();
  recorder.frame(Buffer.alloc(4), 0, 4, 2, 4, 1);
  assert.equal(handed.frames.length, 2);
  assert.match(file.status().problem ?? '', /ENOENT.*nothing more is recorded/);
  assert.ok(file.status().missed >= 1);
});

test('a full disk is told, and frames still go on', async (t) => {
  if (process.platform !== 'linux') return t.skip('/dev/full is of Linux');
  const file = new RecordingFile('/dev/full', MIB);
  const handed = new FrameList();
  const recorder = new Recorder('eth0', file, handed);
  recorder.frame(Buffer.alloc(4), 0, 4, 1, 4, 1);
  await file.end();
  assert.equal(handed.frames.length, 1);
  assert.match(file.status().problem ?? '', /ENOSPC/);
});

test('only its owner may read a recording', async () => {
  const { path } = await recorded([]);
  assert.equal(statSync(path).mode & 0o777, 0o600);
});
