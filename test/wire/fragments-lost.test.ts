import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Counters } from '../../src/telemetry/counters.js';
import type { FragmentInput } from '../../src/wire/fragment-input.js';
import { Fragments, type LostDatagram } from '../../src/wire/fragments.js';
import { Transport } from '../../src/wire/packet.js';
import { datagramOf, NOW, part, readAll, told } from './fragment-inputs.js';

const WHOLE = datagramOf(2000);

describe('datagrams that never become whole', () => {
  const from = (source: number, time: number, changes: Partial<FragmentInput> = {}) =>
    part(WHOLE, 0, 800, { source, time: NOW + time, ...changes });

  function lossesOf(run: (fragments: Fragments) => void) {
    const counters = new Counters();
    const lost: LostDatagram[] = [];
    run(new Fragments(counters, (one) => lost.push(one)));
    return { lost, told: told(counters) };
  }

  test('are given up after 30 seconds, in the order of their beginning, with their ports', () => {
    const { lost, told } = lossesOf((fragments) => {
      readAll(fragments, [from(3, 0), from(1, 1), from(2, 29)]);
      fragments.advance(NOW + 29.9);
      fragments.advance(NOW + 31);
    });
    assert.deepEqual(
      lost,
      [3, 1].map((source) => ({
        source,
        destination: 0xcb007105,
        transport: Transport.Udp,
        sourcePort: 5060,
        destinationPort: 5061,
      })),
    );
    assert.deepEqual(told, { fragments: 3, TimedOut: 2 });
  });

  test('are all given up when the input ends', () => {
    const { lost, told } = lossesOf((fragments) => {
      readAll(fragments, [from(1, 0), from(2, 1)]);
      fragments.finish();
      assert.equal(fragments.bytesHeld, 0);
      fragments.finish();
    });
    assert.deepEqual([lost.length, told], [2, { fragments: 2, TimedOut: 2 }]);
  });

  test('are given up by a fragment of theirs that comes too late; that begins another', () => {
    const { lost, told } = lossesOf((fragments) => {
      const late = part(WHOLE, 800, 2000, { time: NOW + 30 });
      assert.deepEqual(readAll(fragments, [part(WHOLE, 0, 800), late]), []);
      assert.equal(fragments.status('fragments').entries, 1);
    });
    assert.deepEqual([lost.length, told], [1, { fragments: 2, TimedOut: 1 }]);
  });

  test('wait anew from there when the clock is set back', () => {
    const { told } = lossesOf((fragments) => {
      readAll(fragments, [from(1, 1000), from(2, 0)]);
      fragments.setBack(NOW + 10);
      fragments.advance(NOW + 39);
      assert.equal(fragments.status('fragments').entries, 2, 'the first of all began last');
      fragments.advance(NOW + 40);
    });
    assert.deepEqual(told, { fragments: 2, TimedOut: 2 });
  });

  const silent: [what: string, input: FragmentInput][] = [
    ['whose first fragment did not come', part(WHOLE, 800, 2000)],
    ['of other protocols', from(1, 0, { protocol: 1 })],
    ['whose ports were not captured', from(1, 0, { to: 9 })],
  ];
  for (const [what, input] of silent) {
    test(`${what} are counted, not told`, () => {
      const { lost, told } = lossesOf((fragments) => {
        fragments.add(input);
        fragments.finish();
      });
      assert.deepEqual([lost, told], [[], { fragments: 1, TimedOut: 1 }]);
    });
  }

  test('have the ports that are read: those that came first', () => {
    const { lost } = lossesOf((fragments) => {
      const forged = Buffer.from(WHOLE);
      forged.writeUInt16BE(9, 2);
      readAll(fragments, [part(WHOLE, 0, 800), part(forged, 0, 1600)]);
      fragments.finish();
    });
    assert.equal(lost[0]?.destinationPort, 5061);
  });
});
