import type { Config } from '../config/config.js';
import { captureFilter, filterSummary } from '../live/capture-filter.js';
import type { CaptureStatus } from '../live/capture-status.js';
import type { MergerInput } from '../live/frame-merger.js';
import { InterfaceReader, isEthernet } from '../live/interface-facts.js';
import { LiveCapture, type LiveCaptureOptions } from '../live/live-capture.js';
import type { Sensor } from '../sensor.js';
import type { Counters } from '../telemetry/counters.js';
import { captureListener, tellBegin } from './capture-log.js';
import { joined } from './capture-sums.js';
import { FrameWay } from './frame-way.js';
import type { Log } from './log.js';

type CaptureConfig = Config['capture'];

interface Reading {
  readonly options: LiveCaptureOptions;
  /** The filter for people. */
  readonly filter: string;
  readonly capture: LiveCapture;
  readonly input: MergerInput;
  /** Its end, once that was asked for. */
  closing: Promise<void> | undefined;
}

/** The interfaces that are read, each by its own child. One change at a time. */
export class CaptureSet {
  private readonly counters: Counters;
  private readonly log: Log;
  private readonly way: FrameWay;
  private readings: readonly Reading[] = [];
  /** Being started: not counted as read until all of a change are. */
  private fresh: readonly Reading[] = [];
  /** What readings of an interface counted that are over. */
  private readonly past = new Map<string, CaptureStatus>();
  private ended = false;

  constructor(sensor: Sensor, counters: Counters, record: CaptureConfig['record'], log: Log) {
    this.counters = counters;
    this.log = log;
    this.way = new FrameWay(sensor, counters, record, log);
  }

  /**
   * Each interface, with what was counted since the start; one that is being started too. The filter
   * is that for people: the other has some 12,000 characters.
   */
  statuses(): CaptureStatus[] {
    const names = new Set(this.readings.map(({ options }) => options.interface));
    const added = this.fresh.filter(({ options }) => !names.has(options.interface));
    return [...this.readings, ...added].map(({ capture, filter }) => {
      const status = { ...capture.status(), filter };
      return joined(status, this.past.get(status.interface));
    });
  }

  /**
   * Reads what the configuration names from now on, and nothing else. Rejects with a
   * CaptureStartError when one cannot be read, or when all ends meanwhile; then all is as before.
   */
  async change(config: CaptureConfig): Promise<void> {
    const before = this.readings;
    const wanted = config.interfaces.map((name) => this.wanted(name, config));
    this.fresh = wanted.filter((reading) => !before.includes(reading));
    try {
      await Promise.all(this.fresh.map((reading) => this.begin(reading)));
      if (this.ended) throw new Error('it ends');
    } catch (error) {
      const { fresh } = this;
      this.fresh = [];
      await this.close(fresh);
      throw error;
    }
    const over = before.filter((reading) => !wanted.includes(reading));
    for (const { capture } of over) this.keepCounts(capture.status());
    this.readings = wanted;
    this.fresh = [];
    this.way.order(wanted.length > 1);
    // For a moment an interface may have been read twice: the sensor counts no packet twice.
    await this.close(over);
  }

  /** Ends all children, also those being started. What they had read is judged before. */
  async stop(): Promise<void> {
    this.ended = true;
    await this.close([...this.readings, ...this.fresh]);
    await this.way.end();
  }

  /** The reading that is there already, or a new one that is to begin. */
  private wanted(name: string, config: CaptureConfig): Reading {
    const options = readingOptions(name, config);
    const known = this.readings.find((reading) => isSame(reading.options, options));
    if (known !== undefined) return known;
    const input = this.way.join(name);
    const listener = captureListener(this.log, name);
    const capture = new LiveCapture(options, input, this.counters, listener);
    const { ports, tunnels, media_ports: mediaPorts, filter: own } = config;
    const filter = filterSummary(ports, { tunnels, mediaPorts, own });
    return { options, filter, capture, input, closing: undefined };
  }

  private async begin({ capture, filter }: Reading): Promise<void> {
    await capture.start();
    if (!this.ended) tellBegin(this.log, capture.status(), filter);
  }

  private async close(readings: readonly Reading[]): Promise<void> {
    await Promise.all(
      readings.map((reading) => {
        reading.closing ??= reading.capture.stop().then(() => this.way.leave(reading.input));
        return reading.closing;
      }),
    );
  }

  private keepCounts(status: CaptureStatus): void {
    this.past.set(status.interface, joined(status, this.past.get(status.interface)));
  }
}

function readingOptions(name: string, config: CaptureConfig): LiveCaptureOptions {
  const facts = new InterfaceReader().find(name);
  const ethernet = facts === undefined || isEthernet(facts);
  const { ports, tunnels, media_ports: mediaPorts, filter: own } = config;
  return {
    interface: name,
    backend: config.backend,
    filter: captureFilter(ports, { tunnels, mediaPorts, own, ethernet }),
    bufferMib: config.buffer_mib,
    snapLength: config.snap_length,
    promiscuous: config.promiscuous,
  };
}

function isSame(a: LiveCaptureOptions, b: LiveCaptureOptions): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
