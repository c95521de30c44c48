/**
 * Feeds a capture to a sensor with so many signatures, and prints the seconds of processor time that
 * its frames took, without the start. Run: node signature-run.js COUNT FILE
 */
import { join } from 'node:path';
import { readCapture } from '../../src/capture/read-capture.js';
import { packageRoot } from '../../src/package-root.js';
import { loadSignatures } from '../../src/rules/load.js';
import { Sensor } from '../../src/sensor.js';
import { Counters } from '../../src/telemetry/counters.js';
import { signatureSetOf } from '../signature-sets.js';

const [count = '', path = ''] = process.argv.slice(2);
const loaded = loadSignatures([join(packageRoot(), 'signatures')]);
const counters = new Counters();
const sensor = new Sensor({
  signatures: signatureSetOf(loaded, Number(count)),
  counters,
  ports: new Set([5060]),
  onAlert: () => {},
});
const began = process.cpuUsage();
await readCapture(path, sensor, { counters });
sensor.finish();
const { user, system } = process.cpuUsage(began);
console.log((user + system) / 1e6);
