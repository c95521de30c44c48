import assert from 'node:assert/strict';
import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CaptureStartError } from '../../src/live/capture-start-error.js';
import type { Backend, CaptureStatus, RestartReason } from '../../src/live/capture-status.js';
import { LiveCapture } from '../../src/live/live-capture.js';
import type { Tuning } from '../../src/live/tuning.js';
import { Counters } from '../../src/telemetry/counters.js';
import { FrameList } from '../capture/frame-list.js';
import { makePcap } from '../support/pcap-writer.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';

const FAKE = fileURLToPath(new URL('../support/fake-capture-child.js', import.meta.url));
const TUNING = {
  beat: 25,
  // Long enough for a busy machine to start a child; tests of silence have a time of their own.
  mostSilent: 400,
  firstPause: 10,
  longestPause: 40,
  endWithin: 400,
  capChild: FAKE,
};

const folder = temporaryFolder();

/** A program that can be run by its path. */
function script(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** A capture of every interface whose child behaves as it is told, which needs no permission. */
function capturing(
  t: TestContext,
  behaviour: string,
  tuning: Partial<Tuning> = {},
  backend: Backend = 'cap',
) {
  const told: unknown[] = [];
  const list = new FrameList();
  const counters = new Counters();
  const states: CaptureStatus[] = [];
  const restarts: [reason: RestartReason, detail: string][] = [];
  const options = {
    interface: 'any',
    backend,
    filter: behaviour,
    bufferMib: 1,
    snapLength: 1500,
    promiscuous: true,
  } as const;
  const listener = {
    state: (status: CaptureStatus) => states.push(status),
    restarted: (reason: RestartReason, detail: string) => restarts.push([reason, detail]),
  };
  const sink = {
    frame: (...frame: Parameters<FrameList['frame']>) => list.frame(...frame),
    statistics: (...counts: unknown[]) => told.push(counts),
  };
  const capture = new LiveCapture(options, sink, counters, listener, { ...TUNING, ...tuning });
  t.after(() => capture.stop());
  return { capture, list, counters, states, restarts, told };
}

test('a child that is well is read, and ends when it is asked to', async (t) => {
  const { capture, list, states, restarts } = capturing(t, 'well');
  await capture.start();
  await until(() => list.frames.length === 1, 'no frame came');
  assert.deepEqual(list.frames, [
    {
      time: 1_700_000_000,
      hex: Buffer.from('frame').toString('hex'),
      originalLength: 5,
      linkType: 1,
    },
  ]);
  const { state, frames, bytes, linkType, lastFrameAt, pid } = capture.status();
  assert.deepEqual([state, frames, bytes, linkType, lastFrameAt], ['up', 1, 5, 1, 1_700_000_000]);
  assert.doesNotThrow(() => process.kill(pid!, 0));
  await capture.stop();
  assert.throws(() => process.kill(pid!, 0), 'it is gone');
  assert.deepEqual(
    states.map((status) => status.state),
    ['up', 'stopped'],
  );
  assert.deepEqual(restarts, []);
});

/** How children fail, what that is called, and what is said of it. */
const FAULTS = [
  ['silent', 'hang', /no sign of life/],
  ['garbage', 'stream', /corrupt/],
  ['nonsense', 'stream', /not a pcap/],
  ['brief', 'exit', /ended with exit code 0/],
  ['mortal', 'killed', /ended by SIGSEGV/],
] as const;

for (const [behaviour, reason, says] of FAULTS) {
  test(`a child that is ${behaviour} is started again, counted as ${reason}`, async (t) => {
    const { capture, restarts, list } = capturing(t, behaviour, {
      mostSilent: behaviour === 'silent' ? 100 : 400,
    });
    // Nonsense is no stream that has begun, so it is refused at the first start.
    if (behaviour === 'nonsense') await assert.rejects(capture.start(), { message: says });
    else {
      await capture.start();
      const enough = behaviour === 'silent' ? 1 : 2;
      await until(() => restarts.length >= enough, 'it was not started again');
      assert.match(restarts[0]![1], says);
      assert.ok(restarts.every(([each]) => each === reason));
      assert.ok(capture.status().restarts[reason] >= enough);
      if (behaviour !== 'silent') assert.ok(list.frames.length >= 2, 'frames of each child');
    }
    await capture.stop();
    assert.equal(capture.status().state, 'stopped');
  });
}

describe('what stays wrong is told at the first start', () => {
  test('a problem in the agreed form', async (t) => {
    const { capture } = capturing(t, 'forbidden');
    await assert.rejects(capture.start(), (error) => {
      assert.ok(error instanceof CaptureStartError);
      assert.equal(error.kind, 'permission');
      assert.match(error.message, /socket: not permitted.*run as root.*AmbientCapabilities/);
      assert.doesNotMatch(error.message, /\n/);
      return true;
    });
  });

  test('the last word of a child that ended', async (t) => {
    const { capture } = capturing(t, 'failing');
    await assert.rejects(capture.start(), { kind: 'other', message: /the disk is on fire/ });
  });

  test('a child that says nothing at all', async (t) => {
    const { capture } = capturing(t, 'mute', { mostSilent: 20 });
    await assert.rejects(capture.start(), { kind: 'other', message: /no sign of life/ });
  });

  test('an interface that is not there, with those that are', async (t) => {
    const { list, counters } = capturing(t, 'well');
    const options = {
      interface: 'no-such-if',
      backend: 'tcpdump',
      filter: '',
      bufferMib: 1,
      snapLength: 1500,
      promiscuous: true,
    } as const;
    const listener = { state() {}, restarted() {} };
    const capture = new LiveCapture(options, list, counters, listener);
    await assert.rejects(capture.start(), {
      kind: 'interface',
      message: /no interface 'no-such-if'; there are: .*any/,
    });
  });
});

test('a child that does not end is killed, and stop returns', async (t) => {
  const { capture, list } = capturing(t, 'deaf');
  await capture.start();
  await until(() => list.frames.length === 1, 'no frame came');
  const { pid } = capture.status();
  await capture.stop();
  assert.throws(() => process.kill(pid!, 0));
});

test('what a child writes to its standard error is bounded', async (t) => {
  const { capture } = capturing(t, 'chatty');
  await capture.start();
  const before = process.memoryUsage().rss;
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.ok(process.memoryUsage().rss - before < 100e6);
  assert.equal(capture.status().state, 'up');
  await capture.stop();
});

test('fifty restarts leave no descriptor behind, and counts go on', async (t) => {
  if (process.platform !== 'linux') return t.skip('/proc is of Linux');
  const descriptors = () => readdirSync('/proc/self/fd').length;
  // No child starts faster than one that only copies a file.
  const frame = join(folder, 'frame.pcap');
  writeFileSync(frame, makePcap([{ time: 1, bytes: Buffer.from('frame') }]));
  const tuning = { longestPause: 10, tcpdump: script('brief', `exec cat '${frame}'`) };
  const { capture, list, counters, restarts } = capturing(t, 'ignored', tuning, 'tcpdump');
  await capture.start();
  await until(() => restarts.length >= 2, 'it was not started again');
  const before = descriptors();
  for (let tens = 1; tens <= 5; tens++) {
    await until(() => restarts.length >= tens * 10, 'restarts came to a halt');
  }
  await capture.stop();
  assert.ok(descriptors() <= before, `${descriptors()} descriptors, ${before} before`);
  assert.ok(capture.status().restarts.exit >= 50);
  assert.equal(capture.status().frames, list.frames.length);
  assert.equal(counters.frames, list.frames.length);
});

describe('a child that is like tcpdump', () => {
  const tcpdump = script('tcpdump', `exec '${process.execPath}' '${FAKE}' "$@"`);

  test('that has written more packets than came is started again', async (t) => {
    const { capture, restarts } = capturing(t, 'liar', { tcpdump }, 'tcpdump');
    await capture.start();
    await until(() => restarts.length >= 1, 'nobody noticed');
    assert.deepEqual(restarts[0], ['stream', 'it wrote 5 packets, and 1 came']);
    await capture.stop();
  });

  test('tells its drops, which are added up over its restarts', async (t) => {
    const { capture, restarts, told } = capturing(t, 'dropping', { tcpdump }, 'tcpdump');
    await capture.start();
    assert.equal(capture.status().kernelDropped, 0);
    assert.equal(capture.status().childDropped, undefined);
    await until(() => restarts.length >= 2, 'it was not started again');
    await capture.stop();
    assert.deepEqual(told.slice(0, 2), [
      [8, 7],
      [16, 14],
    ]);
    assert.ok(capture.status().kernelDropped! >= 14);
  });
});

test('stop before the first child has begun ends the start as well', async (t) => {
  const { capture } = capturing(t, 'mute', { mostSilent: 1000 });
  const started = capture.start();
  await until(() => capture.status().pid !== undefined, 'no child');
  await capture.stop();
  await started;
  assert.equal(capture.status().state, 'stopped');
});
