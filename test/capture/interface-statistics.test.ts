import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { FrameSink } from '../../src/capture/frames.js';
import { PcapReader } from '../../src/capture/pcap-reader.js';
import { Counters } from '../../src/telemetry/counters.js';
import { block, interfaceDescription, makePcap, sectionHeader } from '../support/pcap-writer.js';

const STATISTICS = 5;
const RECEIVED = 4;
const DROPPED_BY_INTERFACE = 5;
const ACCEPTED_BY_FILTER = 6;
const DROPPED_BY_SYSTEM = 7;

type Options = readonly (readonly [code: number, value: number | bigint])[];

function statistics(options: Options, id = 0, little = true): Buffer {
  const u16 = (value: number) => {
    const bytes = Buffer.alloc(2);
    if (little) bytes.writeUInt16LE(value);
    else bytes.writeUInt16BE(value);
    return bytes;
  };
  const body = Buffer.alloc(12);
  if (little) body.writeUInt32LE(id);
  else body.writeUInt32BE(id);
  const parts = options.flatMap(([code, value]) => {
    const bytes = Buffer.alloc(8);
    if (little) bytes.writeBigUInt64LE(BigInt(value));
    else bytes.writeBigUInt64BE(BigInt(value));
    return [u16(code), u16(8), bytes];
  });
  return block(little, STATISTICS, Buffer.concat([body, ...parts, Buffer.alloc(4)]));
}

/** What a sink is told of the stream, in order. */
function told(...blocks: Buffer[]) {
  const counts: [number | undefined, number | undefined][] = [];
  let frames = 0;
  const sink: FrameSink = {
    frame: () => frames++,
    statistics: (received, dropped) => counts.push([received, dropped]),
  };
  const reader = new PcapReader(sink, new Counters(), 'x.pcapng', 64);
  for (const byte of Buffer.concat(blocks)) reader.write(Buffer.from([byte]));
  reader.end();
  return { counts, frames, warning: reader.warning };
}

const START = [sectionHeader(), interfaceDescription(true, 1)] as const;

test('drops of interface and system are added, and other counts left alone', () => {
  const { counts, warning } = told(
    ...START,
    statistics([
      [RECEIVED, 10],
      [DROPPED_BY_INTERFACE, 2],
      [ACCEPTED_BY_FILTER, 99],
      [DROPPED_BY_SYSTEM, 3],
    ]),
  );
  assert.deepEqual(counts, [[10, 5]]);
  assert.equal(warning, undefined);
});

test('what is not told stays undefined', () => {
  const { counts } = told(...START, statistics([]), statistics([[RECEIVED, 0]]));
  assert.deepEqual(counts, [
    [undefined, undefined],
    [0, undefined],
  ]);
});

test('interfaces and sections are added up, and no count falls', () => {
  const { counts } = told(
    ...START,
    interfaceDescription(true, 1),
    statistics([[RECEIVED, 10]], 0),
    statistics([[RECEIVED, 5]], 1),
    statistics([[RECEIVED, 12]], 0),
    statistics([[RECEIVED, 1]], 0),
    statistics([[RECEIVED, 12]], 0),
    ...START,
    statistics([[RECEIVED, 4]], 0),
  );
  assert.deepEqual(
    counts.map(([received]) => received),
    [10, 15, 17, 17, 17, 21],
  );
});

test('counts of 64 bits in either byte order', () => {
  const big = told(
    sectionHeader(false),
    interfaceDescription(false, 1),
    statistics([[DROPPED_BY_SYSTEM, 2n ** 40n + 1n]], 0, false),
  );
  assert.deepEqual(big.counts, [[undefined, 2 ** 40 + 1]]);
  const little = told(...START, statistics([[DROPPED_BY_SYSTEM, 2n ** 40n + 1n]]));
  assert.deepEqual(little.counts, big.counts);
});

test('frames before and after are read as ever', () => {
  const frames = makePcap([{ time: 1, bytes: Buffer.alloc(3) }], { format: 'pcapng' });
  assert.equal(told(frames, statistics([[RECEIVED, 1]]), frames).frames, 2);
});

test('a block about an interface that was not described, or too short, costs nothing', () => {
  const short = block(true, STATISTICS, Buffer.alloc(8));
  const { counts, warning } = told(...START, statistics([[RECEIVED, 9]], 1), short);
  assert.deepEqual(counts, []);
  assert.equal(warning, undefined);
});

test('lengths that lie never throw, and options end where the block does', () => {
  const good = statistics([
    [RECEIVED, 10],
    [DROPPED_BY_SYSTEM, 3],
  ]);
  fc.assert(
    fc.property(
      fc.integer({ min: 8, max: good.length - 5 }),
      fc.uint8Array({ minLength: 1, maxLength: 8 }),
      (at, noise) => {
        const changed = Buffer.from(good);
        changed.set(noise.subarray(0, good.length - 4 - at), at);
        told(...START, changed);
      },
    ),
  );
});

test('a block far too long for statistics is passed over like an unknown one', () => {
  const long = block(true, STATISTICS, Buffer.alloc(100_000));
  const { counts, warning } = told(...START, long, statistics([[RECEIVED, 1]]));
  assert.deepEqual(counts, [[1, undefined]]);
  assert.equal(warning, undefined);
});
