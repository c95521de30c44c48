import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nothingFound } from '../../src/outputs/nothing-found.js';
import { Counters } from '../../src/telemetry/counters.js';
import { PortTally } from '../../src/telemetry/port-tally.js';

const counters = (more: Partial<Counters>) => Object.assign(new Counters(), more);
const PORTS = new Set([5060]);

describe('a run without an incident', () => {
  test('says so only where SIP was seen', () => {
    const seen = counters({ frames: 2, responses: 1 });
    assert.equal(nothingFound(seen, new PortTally(), PORTS), 'no incidents');
  });

  test('tells of no packet, no SIP, and SIP elsewhere', () => {
    const none = nothingFound(new Counters(), new PortTally(), PORTS);
    assert.equal(none, 'no SIP message was found: no packet was read');
    const packets = counters({ frames: 2 });
    const noSip = nothingFound(packets, new PortTally(), PORTS);
    assert.equal(noSip, 'no SIP message was found on port 5060');
    assert.equal(nothingFound(packets, new PortTally(), undefined), 'no SIP message was found');
    const elsewhere = new PortTally();
    for (const port of [5070, 5080, 5080]) elsewhere.add(port);
    assert.equal(
      nothingFound(packets, elsewhere, PORTS),
      'no SIP message was found on port 5060, but there were some on ports 5080 (2), 5070 (1): try --ports 5060,5080,5070',
    );
  });

  test('the ports are bounded, however many there are', () => {
    const tally = new PortTally();
    for (let port = 1; port <= 65_535; port++) tally.add(port);
    assert.equal(tally.busiest(Number.POSITIVE_INFINITY).length, 64);
  });
});
