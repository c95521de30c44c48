import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { lossLines } from '../../src/outputs/loss-report.js';
import { Counters } from '../../src/telemetry/counters.js';

/** Counters that tell of no loss: what was read, found, or is none of our business. */
const NO_LOSS = [
  'frames',
  'frameBytes',
  'etherTypeOther',
  'ipProtocolOther',
  'tunnels',
  'icmpUnreachable',
  'fragments',
  'fragmentsReassembled',
  'fragmentsDuplicate',
  'tcpRetransmitted',
  'tcpOutOfOrder',
  'tcpUrgent',
  'websocketStreams',
  'streamsNotSip',
  'streamBytesSkipped',
  'payloads',
  'payloadsEmpty',
  'keepAlives',
  'notSip',
  'requests',
  'responses',
  'malformed',
  'relayed',
  'repliesUnmatched',
  'observations',
  'findings',
  'findingsSuppressed',
  'findingsTrusted',
  'alerts',
];

describe('the report of losses', () => {
  test('says nothing when nothing was lost', () => {
    assert.deepEqual(lossLines(new Counters()), []);
  });

  const names = Object.entries(new Counters()).flatMap(([name, value]) =>
    typeof value === 'number' ? [name as Exclude<keyof Counters, 'alertsBySeverity'>] : [],
  );
  for (const name of names) {
    const isLoss = !NO_LOSS.includes(name);
    test(`${name} is ${isLoss ? 'told, in the singular and the plural' : 'no loss'}`, () => {
      const [one, many] = [1, 1234].map((count) => {
        const counters = new Counters();
        counters[name] = count;
        return lossLines(counters);
      });
      assert.equal(one?.length, isLoss ? 1 : 0);
      if (!isLoss) return;
      assert.match(one?.[0] ?? '', /^1 \w/);
      assert.match(many?.[0] ?? '', /^1,234 \w/);
    });
  }
});
