import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  bundledFrames,
  type CapturedFrame,
  feed,
  linesOf,
  SensorLines,
} from '../support/capture-frames.js';
import { LINK_TYPES, udpFrame } from '../support/pcap-writer.js';
import { SensorRun, START } from '../support/sensor-run.js';
import { loadedOf, signatureOf } from '../support/signature-texts.js';
import { answer, request } from '../support/sip-texts.js';

const captures = await bundledFrames();

/** The frame as a mirror shows it a second time; `later` seconds after the first. */
type Twin = (frame: CapturedFrame, later: number) => CapturedFrame;

/** Behind a router: other hardware addresses, and a hop less to go. */
const routed: Twin = (frame, later) => {
  const bytes = Buffer.from(frame.bytes);
  if (frame.linkType === LINK_TYPES.ethernet) {
    bytes.fill(0x77, 0, 12);
    if (bytes.readUInt16BE(12) === 0x0800) bytes[14 + 8]! -= 1;
  }
  return { ...frame, bytes, time: frame.time + later };
};

/** On the other side of a switch port with a VLAN tag. */
const tagged: Twin = (frame, later) => {
  if (frame.linkType !== LINK_TYPES.ethernet) return routed(frame, later);
  const { bytes } = frame;
  const tag = Buffer.from([0x81, 0, 0, 20]);
  return {
    ...frame,
    bytes: Buffer.concat([bytes.subarray(0, 12), tag, bytes.subarray(12)]),
    originalLength: frame.originalLength + tag.length,
    time: frame.time + later,
  };
};

/** Every frame with its twins behind it, none later than the frame that follows. */
function mirrored(frames: readonly CapturedFrame[], twins: readonly Twin[]): CapturedFrame[] {
  return frames.flatMap((frame, i) => {
    const gap = (frames[i + 1]?.time ?? frame.time) - frame.time;
    const later = Math.max(0, Math.min(0.002, gap / 2));
    return [frame, ...twins.map((twin) => twin(frame, later))];
  });
}

/** Twins of whole groups of frames: A B C A' B' C'. */
function inGroups(frames: readonly CapturedFrame[], size: number): CapturedFrame[] {
  const list: CapturedFrame[] = [];
  for (let i = 0; i < frames.length; ) {
    const group = frames.slice(i, i + size);
    const near = group.filter(({ time }) => time - group[0]!.time < 0.015);
    list.push(...near, ...near.map((frame) => routed(frame, 0)));
    i += near.length;
  }
  return list;
}

/** Alerts without the numbers of frames, which a second copy of each frame moves. */
function withoutFrames(lines: readonly string[]): string[] {
  return lines.map((line) => line.replaceAll(/capture:\d+/g, 'capture:N'));
}

describe('a mirror that shows each packet more than once', () => {
  const ways: [what: string, mirror: (frames: readonly CapturedFrame[]) => CapturedFrame[]][] = [
    ['before and behind a router', (frames) => mirrored(frames, [routed])],
    ['on two VLANs', (frames) => mirrored(frames, [tagged])],
    ['three times', (frames) => mirrored(frames, [tagged, routed])],
    ['in groups, the copies behind the packets', (frames) => inGroups(frames, 5)],
  ];
  for (const [what, mirror] of ways) {
    test(`${what}: nothing counts twice, and the alerts are the same`, () => {
      for (const [name, frames] of captures) {
        const once = new SensorLines();
        feed(once.sensor, frames);
        const more = new SensorLines();
        const all = mirror(frames);
        feed(more.sensor, all);
        assert.deepEqual(withoutFrames(more.end()), withoutFrames(once.end()), name);
        const { duplicates, clockStepsBack, ...counted } = more.counters;
        const { duplicates: own, clockStepsBack: steps, ...expected } = once.counters;
        // What is not read at all is not compared with anything either.
        assert.deepEqual({ ...counted, ...UNREAD }, { ...expected, ...UNREAD }, name);
        const most = once.counters.payloads;
        assert.ok(duplicates - own >= most && clockStepsBack >= steps, name);
        assert.deepEqual(more.sensor.traffic, once.sensor.traffic, name);
      }
    });
  }

  test('is noticed, says what to do, and weakens nothing', () => {
    const run = new SensorRun(scanner, new Set([5060]));
    for (let i = 0; i < 30; i++) {
      const frame = udpFrame({ ...WAY, payload: request({ headers: ['User-Agent: scanner'] }) });
      run.frame(frame, i);
      run.frame(frame, i + 0.001);
    }
    assert.equal(run.counters.duplicates, 30);
    const condition = run.sensor.visibility.conditions().find(({ name }) => name === 'duplicated');
    assert.match(condition?.text ?? '', /twice.*mirror each port/);
    assert.deepEqual(run.alerts[0]?.degraded, []);
    for (let i = 0; i < 60; i++) run.udp(request(), 100 + 2 * i);
    assert.ok(run.sensor.visibility.conditions().every(({ name }) => name !== 'duplicated'));
  });
});

/** Counters of frames that end before their ports: twins of those count like the first. */
const UNREAD = {
  headerTruncated: 0,
  etherTypeOther: 0,
  ipProtocolOther: 0,
  sipOnOtherPorts: 0,
  icmpUnreachable: 0,
};
const WAY = { from: '198.51.100.7:5060', to: '203.0.113.5:5060' };
const scanner = loadedOf(signatureOf());

describe('what is no copy of the mirror', () => {
  test('a retransmission after 500 ms counts as a packet, and as no second request', () => {
    const run = new SensorRun(scanner);
    const text = run.udp(request(), 0);
    run.udp(text, 0.5);
    assert.deepEqual([run.counters.duplicates, run.counters.requests], [0, 2]);
  });

  test('both sides of a NAT: the addresses differ', () => {
    const run = new SensorRun(scanner);
    const text = run.udp(request(), 0, '192.168.1.7:5060');
    run.udp(text, 0.001, '198.51.100.7:40000');
    assert.deepEqual([run.counters.duplicates, run.counters.requests], [0, 2]);
  });

  test('a flood of equal packets still moves the counts', () => {
    const flood = loadedOf(
      signatureOf({
        match: 'match:\n  one: { method: OPTIONS }\n  condition: one',
        count: 'count: { at_least: 100, within: 10s }',
      }),
    );
    const run = new SensorRun(flood);
    const text = request();
    for (let i = 0; i < 3000; i++) run.udp(text, i / 1000);
    assert.ok(run.counters.duplicates > 2800);
    assert.deepEqual(
      run.alerts.map(({ rule }) => rule),
      ['SIP-TEST-001'],
    );
  });

  test('an answer that two interfaces saw is one answer', () => {
    const run = new SensorRun(scanner);
    const [outside, inside] = [run.sensor.tap('outside'), run.sensor.tap('inside')];
    const text = request();
    const both = (payload: string, way: { from: string; to: string }, time: number) => {
      const frame = udpFrame({ ...way, payload });
      for (const tap of [outside, inside]) tap.frame(frame, 0, frame.length, START + time, 0, 1);
    };
    both(text, WAY, 0);
    both(answer(text, '200 OK'), { from: WAY.to, to: WAY.from }, 0.1);
    const { requests, responses, duplicates } = run.counters;
    assert.deepEqual([requests, responses, duplicates], [1, 1, 2]);
  });
});

test('a capture without copies has none', () => {
  for (const [name, frames] of captures) {
    const run = new SensorLines();
    feed(run.sensor, frames);
    assert.equal(run.counters.duplicates, 0, name);
    assert.deepEqual(run.end(), linesOf(frames));
  }
});
