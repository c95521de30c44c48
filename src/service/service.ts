import { addressTest } from '../config/address-ranges.js';
import type { WebServer } from '../http/web-server.js';
import type { Alert } from '../incident/alert.js';
import type { Readings } from '../metrics/readings.js';
import type { SinkStatus } from '../outputs/sink-status.js';
import { packageVersion } from '../package-root.js';
import { Sensor } from '../sensor.js';
import { Counters } from '../telemetry/counters.js';
import type { ReloadStatus } from '../telemetry/reload-status.js';
import { CaptureSet } from './capture-set.js';
import { declaredIn } from './declared-peers.js';
import { dialPlanOf } from './dial-plan-of.js';
import { EventFile } from './event-file.js';
import type { Log } from './log.js';
import { Reloads } from './reloads.js';
import { needsRestart, type ReadSetup, type Setup } from './setup.js';
import { Snapshots } from './snapshots.js';
import { captureText, statusLine } from './status-text.js';
import { Ticker } from './ticker.js';
import { serve } from './web.js';

export interface ServiceOptions {
  readonly setup: Setup;
  readonly readSetup: ReadSetup;
  readonly log: Log;
  /** Alerts for whoever watches, besides the event file. */
  readonly onAlert: (alert: Alert) => void;
  /** Ways out that the caller has opened: standard output, the log. */
  readonly sinks: () => readonly SinkStatus[];
}

/** How long the last events may take to be written when all ends (ms). */
const LAST_EVENTS = 4000;

/**
 * A sensor on live interfaces with all that lives round it. State, alerts and metrics go on
 * whatever becomes of an interface; only an end that was asked for ends it.
 */
export class Service {
  private readonly counters = new Counters();
  private readonly sensor: Sensor;
  private readonly options: ServiceOptions;
  private readonly log: Log;
  private readonly captures: CaptureSet;
  private readonly ticker: Ticker;
  private readonly reloads: Reloads;
  private readonly events: EventFile;
  private readonly snapshots: Snapshots | undefined;
  private server: WebServer | undefined = undefined;
  /** Settles when the start is over, however it went. */
  private begun: Promise<void> = Promise.resolve();
  private ending = false;

  constructor(options: ServiceOptions) {
    const { setup, log } = options;
    const { capture, state, visibility } = setup.config;
    this.options = options;
    this.log = log;
    this.events = new EventFile(log);
    this.sensor = new Sensor({
      signatures: setup.signatures,
      counters: this.counters,
      ports: capture.ports,
      trustedTunnels: addressTest(capture.trusted_tunnels),
      dialPlan: dialPlanOf(setup.config.numbers),
      ...declaredIn(setup.config),
      silence: visibility.silence,
      onAlert: (alert) => {
        this.events.alert(alert);
        options.onAlert(alert);
      },
    });
    this.captures = new CaptureSet(this.sensor, this.counters, capture.record, log);
    this.ticker = new Ticker(this.sensor, this.counters);
    this.reloads = new Reloads(options.readSetup, log, (next) => this.apply(next));
    this.snapshots =
      state.directory === undefined
        ? undefined
        : new Snapshots(this.sensor, state.directory, state.interval, log);
  }

  /**
   * Resolves when every interface is read, or waited for. Rejects with a CaptureStartError, a
   * ListenError, a WebConfigError, an EventFileError or a StateError, or when `stop` is called
   * meanwhile; then all is ended again.
   */
  async start(): Promise<void> {
    const starting = this.open();
    this.begun = starting.catch(() => {});
    try {
      await starting;
    } catch (error) {
      await this.captures.stop();
      await this.server?.close();
      this.snapshots?.release();
      throw error;
    }
    this.ticker.start();
    this.snapshots?.start();
  }

  /** Reads configuration and signatures again, and opens the event file anew. Never rejects. */
  async reload(): Promise<ReloadStatus> {
    await this.begun;
    this.events.reopen();
    return await this.reloads.reload();
  }

  /** Opens the event file anew, as after logrotate. */
  reopen(): void {
    this.events.reopen();
  }

  /** One line that says how it goes. */
  statusLine(): string {
    return statusLine(this.counters, this.sensor, this.captures.statuses());
  }

  /**
   * Ends in good order: what the children have read is judged, the state is kept. Where none is
   * kept, incidents close. Gives what was captured and lost, a line each.
   */
  async stop(): Promise<string[]> {
    this.ending = true;
    this.ticker.stop();
    // This also ends a start or a reload that waits for an interface.
    await this.captures.stop();
    await this.begun;
    await this.reloads.settled();
    if (this.snapshots === undefined) this.sensor.finish();
    await this.snapshots?.stop();
    await this.server?.close();
    await this.events.close(LAST_EVENTS);
    return this.captures.statuses().map(captureText);
  }

  private async open(): Promise<void> {
    const { capture, events, web } = this.options.setup.config;
    (await this.events.prepare(events.file)).use();
    if (this.ending) throw new Error('it ends');
    this.snapshots?.restore();
    this.server = await serve(web, this.readings(), () => this.reload(), this.log);
    if (this.ending) throw new Error('it ends');
    await this.captures.change(capture);
  }

  private async apply(next: Setup): Promise<void> {
    const { capture, log, visibility, events } = next.config;
    if (this.ending) throw new Error('it ends');
    const file = await this.events.prepare(events.file);
    try {
      await this.captures.change(capture);
    } catch (error) {
      file.drop();
      throw error;
    }
    file.use();
    this.sensor.reload({
      signatures: next.signatures,
      ports: capture.ports,
      trustedTunnels: addressTest(capture.trusted_tunnels),
      dialPlan: dialPlanOf(next.config.numbers),
      ...declaredIn(next.config),
    });
    this.sensor.visibility.silence = visibility.silence;
    this.log.configure(log);
    for (const key of needsRestart(this.options.setup.config, next.config)) {
      this.log.warning('reload', `${key} was changed: that takes effect after a restart`);
    }
    this.log.info('reload', `${next.signatures.signatures.length} signatures from now on`);
  }

  private readings(): Readings {
    return {
      version: packageVersion(),
      sensor: this.sensor,
      counters: this.counters,
      captures: () => this.captures.statuses(),
      sinks: () => [...this.events.status(), ...this.options.sinks()],
      reload: () => this.reloads.status(),
      snapshot: () => this.snapshots?.status(),
      lag: () => this.ticker.lag,
    };
  }
}
