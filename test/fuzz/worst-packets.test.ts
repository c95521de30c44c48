import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { signatureFolders } from '../../src/cli/signature-folders.js';
import { loadSignatures } from '../../src/rules/load.js';
import { SensorTarget } from './sensor-target.js';
import { worstPackets } from './worst-packets.js';

/** At 2 ms, a sender needs 500 packets a second to hold the sensor. */
const LIMIT_MS = 2;
/**
 * The least of so many runs counts, and later ones wait (ms): the machine does other things too, some
 * of them for seconds.
 */
const RUNS = 240;
const RUNS_AT_ONCE = 40;
const PAUSE = 100;
const GLANCE = 4;
const WARMING = 16;

const packets = worstPackets();
const [, first] = packets[0]!;
const target = new SensorTarget([first], loadSignatures(signatureFolders()));

// Costs count once the program is warm: what a long-running sensor does has been compiled.
for (const [, input] of packets) target.measure(input, input.length > 100 ? 1 : WARMING);

for (const [name, input] of packets) {
  test(`${name}: no packet costs the whole sensor more than ${LIMIT_MS} ms`, async () => {
    let { ms } = target.measure(input, GLANCE);
    for (let run = GLANCE; run < RUNS && ms > LIMIT_MS; run++) {
      if (run >= RUNS_AT_ONCE) await sleep(PAUSE);
      ms = Math.min(ms, target.measure(input, 1).ms);
    }
    assert.ok(ms <= LIMIT_MS, `${ms.toFixed(2)} ms`);
  });
}
