import type { Config } from '../config/config.js';
import { captureFilter } from '../live/capture-filter.js';
import type { CaptureStatus } from '../live/capture-status.js';
import type { MergerInput } from '../live/frame-merger.js';
import { InterfaceReader, isEthernet } from '../live/interface-facts.js';
import { LiveCapture, type LiveCaptureOptions } from '../live/live-capture.js';
import type { Sensor } from '../sensor.js';
import type { Counters } from '../telemetry/counters.js';
import { captureListener, tellBegin } from './capture-log.js';
import { FrameWay } from './frame-way.js';
import type { Log } from './log.js';

type CaptureConfig = Config['capture'];

interface Reading {
  readonly options: LiveCaptureOptions;
  readonly capture: LiveCapture;
  readonly input: MergerInput;
}

/** The interfaces that are read, each by its own child. */
export class CaptureSet {
  private readonly counters: Counters;
  private readonly log: Log;
  private readonly way: FrameWay;
  private readings = new Map<string, Reading>();

  constructor(sensor: Sensor, counters: Counters, record: CaptureConfig['record'], log: Log) {
    this.counters = counters;
    this.log = log;
    this.way = new FrameWay(sensor, record, log);
  }

  statuses(): CaptureStatus[] {
    return [...this.readings.values()].map(({ capture }) => capture.status());
  }

  /**
   * Reads what the configuration names from now on, and nothing else. Rejects with a
   * CaptureStartError when one cannot be read; then all is as it was before.
   */
  async change(config: CaptureConfig): Promise<void> {
    const before = this.readings;
    const wanted = config.interfaces.map((name) => readingOptions(name, config));
    const kept = new Map<string, Reading>();
    const fresh: Reading[] = [];
    try {
      for (const options of wanted) {
        const known = before.get(options.interface);
        const keeps = known !== undefined && isSame(known.options, options);
        const reading = keeps ? known : this.open(options);
        kept.set(options.interface, reading);
        if (keeps) continue;
        fresh.push(reading);
        // It is seen on /metrics as soon as it is tried.
        this.readings = new Map([...before, ...kept]);
        await reading.capture.start();
        tellBegin(this.log, reading.capture.status());
      }
    } catch (error) {
      this.readings = before;
      await this.close(fresh);
      throw error;
    }
    this.readings = kept;
    this.way.order(kept.size > 1);
    // For a moment an interface may have been read twice: the sensor counts no packet twice.
    await this.close([...before.values()].filter((old) => !isIn(kept, old)));
  }

  /** Ends all children. What they had read is judged before. */
  async stop(): Promise<void> {
    await this.close([...this.readings.values()]);
    await this.way.end();
  }

  private open(options: LiveCaptureOptions): Reading {
    const input = this.way.join(options.interface);
    const listener = captureListener(this.log, options.interface);
    const capture = new LiveCapture(options, input, this.counters, listener);
    return { options, capture, input };
  }

  private async close(readings: readonly Reading[]): Promise<void> {
    await Promise.all(readings.map(({ capture }) => capture.stop()));
    for (const { input } of readings) this.way.leave(input);
  }
}

function isIn(kept: ReadonlyMap<string, Reading>, reading: Reading): boolean {
  return kept.get(reading.options.interface) === reading;
}

function readingOptions(name: string, config: CaptureConfig): LiveCaptureOptions {
  const facts = new InterfaceReader().find(name);
  const vlan = facts === undefined || isEthernet(facts);
  return {
    interface: name,
    backend: config.backend,
    filter: captureFilter(config.ports, config.filter, vlan),
    bufferMib: config.buffer_mib,
    snapLength: config.snap_length,
    promiscuous: config.promiscuous,
  };
}

function isSame(a: LiveCaptureOptions, b: LiveCaptureOptions): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
