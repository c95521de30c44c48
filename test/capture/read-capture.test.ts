import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { CaptureError } from '../../src/capture/frames.js';
import { readCapture } from '../../src/capture/read-capture.js';
import { Counters } from '../../src/telemetry/counters.js';
import { makePcap, udpFrame } from '../support/pcap-writer.js';
import { FrameList } from './frame-list.js';

const directory = mkdtempSync(join(tmpdir(), 'sipseer-read-'));
after(() => rmSync(directory, { recursive: true }));

const FRAMES = Array.from({ length: 200 }, (_, i) => ({
  time: 1700000000 + i,
  bytes: udpFrame({ from: '192.0.2.1:5060', to: '192.0.2.2:5060', payload: `message ${i * i}` }),
}));
const PLAIN = makePcap(FRAMES);
const EXPECTED = FRAMES.map(({ bytes }) => bytes.toString('hex'));
const BYTES = FRAMES.reduce((sum, { bytes }) => sum + bytes.length, 0);

function put(name: string, bytes: Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, bytes);
  return path;
}

const hexOf = (list: FrameList) => list.frames.map(({ hex }) => hex);
const message = (error: unknown) => (error instanceof CaptureError ? error.message : String(error));

test('a file gives its frames and a summary', async () => {
  const path = put('plain.pcap', PLAIN);
  const list = new FrameList();
  const counters = new Counters();
  const progress: [number, number | undefined][] = [];
  const summary = await readCapture(path, list, {
    counters,
    chunkLength: 1000,
    onProgress: (...step) => progress.push(step),
  });
  assert.deepEqual(hexOf(list), EXPECTED);
  assert.deepEqual(summary, {
    path,
    format: 'pcap',
    compressed: false,
    frames: 200,
    bytes: BYTES,
    firstTime: 1700000000,
    lastTime: 1700000199,
    linkTypes: [1],
  });
  assert.equal(counters.frames, 200);
  assert.deepEqual(progress.at(-1), [PLAIN.length, PLAIN.length]);
  assert.ok(progress.length > 5);
});

test('gzip is told by content, of one member or several, at any chunk', async () => {
  const half = 5000;
  const members = [PLAIN.subarray(0, half), Buffer.alloc(0), PLAIN.subarray(half)];
  const several = Buffer.concat(members.map((part) => gzipSync(part)));
  for (const bytes of [gzipSync(PLAIN), several]) {
    for (const size of [1, 100, bytes.length]) {
      const pieces = [];
      for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
      const list = new FrameList();
      const summary = await readCapture('-', list, { stdin: Readable.from(pieces) });
      assert.deepEqual(hexOf(list), EXPECTED);
      assert.equal(summary.compressed, true);
      assert.equal(summary.warning, undefined);
    }
    const list = new FrameList();
    const summary = await readCapture(put('no-gz-in-the-name.pcap', bytes), list);
    assert.deepEqual(hexOf(list), EXPECTED);
    assert.equal(summary.compressed, true);
  }
});

test('a gzip file that ends early gives what it has and one warning', async () => {
  const bytes = gzipSync(PLAIN);
  for (const length of [bytes.length - 1, bytes.length - 8, bytes.length - 200]) {
    const list = new FrameList();
    const summary = await readCapture(put('cut.gz', bytes.subarray(0, length)), list);
    assert.deepEqual(hexOf(list), EXPECTED.slice(0, list.frames.length));
    assert.ok(list.frames.length > 50, `${list.frames.length} frames of ${length} bytes`);
    assert.match(summary.warning ?? '', /^the gzip stream is cut or corrupt \(unexpected end/);
  }
});

test('a damaged gzip file, and one that holds no capture', async () => {
  const noise = Array.from({ length: 60 }, (_, i) => ({ time: i, bytes: randomBytes(1000) }));
  const bytes = gzipSync(makePcap(noise));
  bytes.fill(0, 50000, 50100);
  const damaged = await readCapture(put('damaged.gz', bytes), new FrameList());
  assert.ok(damaged.frames > 20, `${damaged.frames} frames`);
  assert.match(damaged.warning ?? '', /^the gzip stream is cut or corrupt /);
  const refused = async (content: Uint8Array) => {
    return await readCapture(put('text.gz', content), new FrameList()).catch(message);
  };
  assert.match(String(await refused(gzipSync('hello'))), /text\.gz: not a pcap.*68 65 6c 6c …/);
  assert.match(String(await refused(gzipSync(''))), /text\.gz: empty/);
  assert.match(
    String(await refused(Buffer.from([0x1f, 0x8b]))),
    /a gzip file that is cut or corrupt/,
  );
  assert.match(String(await refused(Buffer.from([0x1f]))), /not a pcap.*begins with 1f\)/);
});

test('a cut file gives a warning in its summary', async () => {
  const path = put('cut.pcap', PLAIN.subarray(0, PLAIN.length - 3));
  const summary = await readCapture(path, new FrameList());
  assert.equal(summary.frames, 199);
  assert.match(summary.warning ?? '', /^cut in the middle of packet 200 at byte \d+: \d+ of \d+ /);
});

test('standard input is read as a stream, without a total', async () => {
  const list = new FrameList();
  const totals = new Set<number | undefined>();
  const summary = await readCapture('-', list, {
    stdin: Readable.from([PLAIN.subarray(0, 1), PLAIN.subarray(1, 500), PLAIN.subarray(500)]),
    onProgress: (_, total) => totals.add(total),
  });
  assert.deepEqual(hexOf(list), EXPECTED);
  assert.equal(summary.path, '-');
  assert.deepEqual([...totals], [undefined]);
  const empty = readCapture('-', list, { stdin: Readable.from([]) });
  assert.equal(await empty.catch(message), 'standard input: empty, not a pcap or pcapng capture');
});

test('the signal ends a file after the chunk at hand', async () => {
  const controller = new AbortController();
  const list = new FrameList();
  const summary = await readCapture(put('long.pcap', PLAIN), list, {
    signal: controller.signal,
    chunkLength: 2000,
    onProgress: () => controller.abort(),
  });
  assert.ok(summary.frames > 0 && summary.frames < 200);
  assert.match(summary.warning ?? '', /^stopped at byte \d+, after packet \d+$/);
});

test('the signal ends the wait for a stream that has nothing to say', async () => {
  const controller = new AbortController();
  const stdin = new PassThrough();
  stdin.write(PLAIN);
  const reading = readCapture('-', new FrameList(), { signal: controller.signal, stdin });
  setImmediate(() => controller.abort());
  assert.equal((await reading).frames, 200);
  assert.equal((await readCapture('-', new FrameList(), { signal: controller.signal })).frames, 0);
});

test('the event loop turns while a file is read', async () => {
  let turns = 0;
  const count = setInterval(() => turns++, 0);
  const file = makePcap(Array.from({ length: 200 }, () => FRAMES).flat());
  await readCapture(put('many.pcap', file), new FrameList(), { chunkLength: 1024 });
  clearInterval(count);
  assert.ok(turns > 0);
});

test('what the sink throws comes out, from plain files, gzip and streams', async () => {
  const sink = {
    frame() {
      throw new RangeError('from the sink');
    },
  };
  const plain = put('throws.pcap', PLAIN);
  const packed = put('throws.gz', gzipSync(PLAIN));
  const stdin = Readable.from([PLAIN]);
  await assert.rejects(readCapture(plain, sink), /from the sink/);
  await assert.rejects(readCapture(packed, sink), /from the sink/);
  await assert.rejects(readCapture('-', sink, { stdin }), /from the sink/);
});

test('a stream that breaks is a capture problem', async () => {
  const stdin = new PassThrough();
  stdin.write(PLAIN);
  setImmediate(() => stdin.destroy(Object.assign(new Error('gone'), { code: 'EIO' })));
  const broken = readCapture('-', new FrameList(), { stdin });
  assert.match(String(await broken.catch(message)), /^standard input: cannot be read \(EIO\)/);
});

test('a path that cannot be read is one line that says what to do', async () => {
  const missing = join(directory, 'missing\nsecond line.pcap');
  const line = String(await readCapture(missing, new FrameList()).catch(message));
  assert.match(line, /missing\?second line\.pcap: no such file or directory; check the path$/);
  assert.match(
    String(await readCapture(directory, new FrameList()).catch(message)),
    /: is a directory, not a capture$/,
  );
});
