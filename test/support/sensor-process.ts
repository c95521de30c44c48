import { FetchInside } from './fetch-inside.js';
import { LabProcess } from './lab-process.js';
import { metricValue } from './metrics-text.js';
import type { Namespace } from './namespaces.js';
import { PROGRAM } from './run-program.js';

/** What tests look at in an event. */
export interface LiveEvent {
  readonly src_ip: string;
  readonly sipseer: {
    readonly state: 'open' | 'update' | 'close';
    readonly incident_id: string;
    readonly rules: readonly string[];
    readonly count: number;
    readonly degraded: readonly string[];
  };
}

/** What tests look at in /api/v1/status. */
export interface SensorStatus {
  readonly captures: readonly {
    readonly interface: string;
    readonly state: string;
    readonly problem?: string;
    readonly pid?: number;
    readonly packets: number;
  }[];
  readonly conditions: readonly { readonly name: string; readonly text: string }[];
  readonly losses: readonly string[];
  readonly reload: {
    readonly successful: boolean;
    readonly attempts: number;
    readonly problems: readonly string[];
  };
}

export interface SensorOptions {
  /** What follows `run`. */
  readonly args?: readonly string[];
  /** Default: the interface of the namespace. */
  readonly interfaces?: readonly string[];
  /** A command that starts it, such as one that gives up rights. */
  readonly before?: readonly string[];
}

const URL = 'http://127.0.0.1:15060';

/** Starts `sipseer run` on the interface of a namespace; it may well end by itself. */
export function startSensor(namespace: Namespace, options: SensorOptions = {}): LabProcess {
  const { args = [], before = [], interfaces = [namespace.interface] } = options;
  const named = interfaces.flatMap((name) => ['-i', name]);
  const line = [...before, process.execPath, PROGRAM, 'run', ...named, ...args];
  return new LabProcess('ip', ['netns', 'exec', namespace.name, ...line]);
}

/** `sipseer run --json` in a namespace: what it tells in all the ways that it has. */
export class SensorProcess {
  readonly process: LabProcess;
  readonly web: FetchInside;

  private constructor(process: LabProcess, web: FetchInside) {
    this.process = process;
    this.web = web;
  }

  /** Resolves when it says that it is ready. */
  static async start(
    namespace: Namespace,
    { args = [], ...options }: SensorOptions = {},
  ): Promise<SensorProcess> {
    const process = startSensor(namespace, {
      ...options,
      args: ['--json', ...args],
    });
    const sensor = new SensorProcess(
      process,
      new FetchInside(['ip', 'netns', 'exec', namespace.name]),
    );
    try {
      await process.until(
        'the sensor is ready',
        async () => (await sensor.ask('/-/ready')).status === 200,
      );
    } catch (error) {
      await sensor.close();
      throw error;
    }
    return sensor;
  }

  get pid(): number {
    return this.process.child.pid!;
  }

  /** What it has said of itself so far, a line each, without the time. */
  log(): string[] {
    const lines = this.process.stderr.split('\n').filter((line) => line !== '');
    return lines.map((line) => line.replace(/^\S+Z /, ''));
  }

  /** The events so far. */
  alerts(source?: string): LiveEvent[] {
    const events = this.process.lines.map(({ text }) => JSON.parse(text) as LiveEvent);
    return source === undefined ? events : events.filter(({ src_ip }) => src_ip === source);
  }

  /** Waits for the alert number `number` (from 1) of a source. */
  async alert(source: string, number = 1): Promise<LiveEvent> {
    const what = `alert ${number} of ${source}`;
    await this.process.until(what, () => this.alerts(source).length >= number);
    return this.alerts(source)[number - 1]!;
  }

  /** Waits for a line of the log. */
  async logged(pattern: RegExp): Promise<string> {
    const find = () => this.log().find((line) => pattern.test(line));
    await this.process.until(`a log line ${pattern}`, () => find() !== undefined);
    return find()!;
  }

  ask(path: string, method = 'GET') {
    return this.web.fetch(URL + path, method);
  }

  async status(): Promise<SensorStatus> {
    const { data } = JSON.parse(await this.web.text(`${URL}/api/v1/status`)) as {
      data: SensorStatus;
    };
    return data;
  }

  metrics(): Promise<string> {
    return this.web.text(`${URL}/metrics`);
  }

  /** A value of our own; the prefix of the name is left out. */
  async metric(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number> {
    const value = metricValue(await this.metrics(), `sipseer_${name}`, labels);
    if (value === undefined)
      throw new Error(`there is no metric ${name} ${JSON.stringify(labels)}`);
    return value;
  }

  /** Waits until a metric has this value. */
  async untilMetric(
    name: string,
    labels: Readonly<Record<string, string>>,
    holds: (value: number) => boolean,
    seconds = 20,
  ): Promise<void> {
    const what = `${name} ${JSON.stringify(labels)}`;
    await this.process.until(what, async () => holds(await this.metric(name, labels)), seconds);
  }

  signal(signal: NodeJS.Signals): void {
    this.process.child.kill(signal);
  }

  /** Ends it in good order; gives its exit. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | NodeJS.Signals | undefined> {
    await this.process.stop(signal);
    await this.web.close();
    return this.process.exit;
  }

  /** Ends it whatever its state. */
  async close(): Promise<void> {
    await this.stop('SIGKILL');
  }
}
