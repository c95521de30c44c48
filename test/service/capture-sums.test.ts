import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CaptureStatus } from '../../src/live/capture-status.js';
import { joined } from '../../src/service/capture-sums.js';

const STATUS: CaptureStatus = {
  interface: 'eth1',
  backend: 'cap',
  state: 'up',
  pid: 7,
  linkType: 1,
  filter: 'udp',
  ringSlots: 10,
  frames: 5,
  bytes: 500,
  framesTruncated: 1,
  kernelDropped: undefined,
  childDropped: 2,
  restarts: { exit: 1, killed: 0, hang: 0, link: 2, stream: 0 },
  lastFrameAt: undefined,
  problem: undefined,
  warnings: [],
};

test('what is read anew goes on counting where the reading before it ended', () => {
  const before = { ...STATUS, kernelDropped: 4, childDropped: undefined, lastFrameAt: 9, pid: 3 };
  const now = joined(STATUS, before);
  assert.deepEqual([now.frames, now.bytes, now.framesTruncated], [10, 1000, 2]);
  assert.deepEqual([now.kernelDropped, now.childDropped], [4, 2]);
  assert.deepEqual(now.restarts, { exit: 2, killed: 0, hang: 0, link: 4, stream: 0 });
  assert.deepEqual([now.pid, now.lastFrameAt], [7, 9]);
});

test('without a reading before, nothing is added, and what is unknown stays so', () => {
  assert.equal(joined(STATUS, undefined).kernelDropped, undefined);
});
