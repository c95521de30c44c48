import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { PcapReader } from '../../src/capture/pcap-reader.js';
import { CapOutput } from '../../src/live/cap-output.js';
import { Counters } from '../../src/telemetry/counters.js';
import { FrameList } from '../capture/frame-list.js';
import { programsMissing } from '../support/namespaces.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';

const folder = temporaryFolder();
let pipes = 0;
const open: number[] = [];
after(() => {
  for (const fd of open) closeSync(fd);
});

/** A pipe whose ends do not block. */
function pipe(): { readonly input: number; readonly output: number } {
  const path = join(folder, `pipe-${++pipes}`);
  assert.equal(spawnSync('mkfifo', [path]).status, 0);
  const input = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const output = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  open.push(input, output);
  return { input, output };
}

/** Reads the other end with a PcapReader, as much as is there. */
class Reading {
  readonly list = new FrameList();
  counts: [number | undefined, number | undefined] | undefined;
  private readonly reader = new PcapReader(
    {
      frame: (...frame) => this.list.frame(...frame),
      statistics: (...counts) => {
        this.counts = counts;
      },
    },
    new Counters(),
    'pipe',
  );
  private readonly fd: number;

  constructor(fd: number) {
    this.fd = fd;
  }

  read(): void {
    const bytes = Buffer.alloc(65_536);
    try {
      for (;;) {
        const length = readSync(this.fd, bytes);
        if (length === 0) return;
        this.reader.write(bytes.subarray(0, length));
        assert.equal(this.reader.warning, undefined);
      }
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'EAGAIN');
    }
  }
}

describe('what the cap child writes', { skip: programsMissing('mkfifo') }, () => {
  test('packets come out with their bytes, lengths and the time of the wall clock', async () => {
    const { input, output } = pipe();
    const out = new CapOutput(output, () => assert.fail('closed'));
    const reading = new Reading(input);
    out.begin('eth0', 1, 65_535);
    out.packet(Buffer.from('first packet'), 5, 5);
    out.packet(Buffer.from('second'), 6, 7);
    await until(() => {
      reading.read();
      return reading.list.frames.length === 2;
    }, 'nothing was written after the batch');
    const now = Date.now() / 1000;
    const frames = reading.list.frames.map(({ hex, originalLength, linkType }) => [
      Buffer.from(hex, 'hex').toString(),
      originalLength,
      linkType,
    ]);
    assert.deepEqual(frames, [
      ['first', 5, 1],
      ['second', 7, 1],
    ]);
    for (const { time } of reading.list.frames) assert.ok(Math.abs(now - time) < 60);
    out.statistics();
    reading.read();
    assert.deepEqual(reading.counts, [2, 0]);
  });

  test('a reader that is too slow loses packets, each is counted, and the rest is whole', async () => {
    const { input, output } = pipe();
    const out = new CapOutput(output, () => assert.fail('closed'), 1024 * 1024);
    const reading = new Reading(input);
    const sent = 20_000;
    const packet = Buffer.alloc(500);
    out.begin('eth0', 1, 65_535);
    // The event loop does not turn meanwhile, as with cap; the reader does not read.
    for (let i = 0; i < sent; i++) {
      packet.writeUInt32LE(i);
      out.packet(packet, packet.length, packet.length);
    }
    await until(() => {
      reading.read();
      return out.drained;
    }, 'the queue was not written');
    out.statistics();
    reading.read();
    const [received, dropped] = reading.counts!;
    assert.equal(received, sent);
    assert.equal(reading.list.frames.length + dropped!, sent);
    assert.ok(dropped! > 10_000, String(dropped));
    const numbers = reading.list.frames.map(({ hex }) => Buffer.from(hex, 'hex').readUInt32LE());
    assert.deepEqual(
      numbers,
      numbers.toSorted((a, b) => a - b),
    );
  });

  test('statistics come out in the middle of a flood that never lets the event loop turn', async () => {
    const { input, output } = pipe();
    const out = new CapOutput(output, () => assert.fail('closed'));
    const reading = new Reading(input);
    out.begin('eth0', 1, 65_535);
    const end = performance.now() + 1300;
    while (performance.now() < end) {
      out.packet(Buffer.alloc(100), 100, 100);
      reading.read();
    }
    const told = reading.counts;
    await until(() => {
      reading.read();
      return out.drained;
    }, 'the queue was not written');
    assert.ok(told !== undefined && told[0]! > 1000);
  });

  test('a reader that is gone is told once it is written to', () => {
    const { input, output } = pipe();
    let closed = 0;
    const out = new CapOutput(output, () => closed++);
    closeSync(input);
    open.splice(open.indexOf(input), 1);
    out.begin('eth0', 1, 65_535);
    assert.equal(closed, 1);
  });
});
