import { captureFiles } from '../../src/capture/capture-files.js';
import { readCapture } from '../../src/capture/read-capture.js';
import { signatureFolders } from '../../src/cli/signature-folders.js';
import type { Readings } from '../../src/metrics/readings.js';
import { type LoadedSignatures, loadSignatures } from '../../src/rules/load.js';
import { DEFAULT_PORTS } from '../../src/sensor/default-ports.js';
import { Sensor } from '../../src/sensor.js';
import { Counters } from '../../src/telemetry/counters.js';
import { readingsOf } from './readings.js';

/** A sensor with the shipped signatures, and what is read of it. */
export class WatchedSensor {
  readonly counters = new Counters();
  readonly signatures: LoadedSignatures = loadSignatures(signatureFolders());
  readonly sensor: Sensor;

  constructor() {
    this.sensor = new Sensor({
      signatures: this.signatures,
      counters: this.counters,
      ports: DEFAULT_PORTS,
      onAlert: () => {},
    });
  }

  /** Reads all captures below a path, named after themselves or `name`; incidents stay open. */
  async see(below: string, name?: string): Promise<void> {
    const { files } = await captureFiles([below]);
    for (const { path } of files) {
      this.sensor.beginCapture(name ?? path);
      await readCapture(path, this.sensor, { counters: this.counters });
    }
  }

  readings(more: Partial<Readings> = {}): Readings {
    return readingsOf({ sensor: this.sensor, counters: this.counters, ...more });
  }
}
