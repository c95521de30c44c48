import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { CaptureStatus, RestartReason } from '../../src/live/capture-status.js';
import type { HostOptions } from './capture-host.js';
import type { Namespace } from './namespaces.js';

/** What a capture in a namespace tells. Times are seconds since 1970. */
export type HostEvent =
  | { type: 'frame'; time: number; seenAt: number; linkType: number; text: string }
  | { type: 'state'; status: CaptureStatus }
  | { type: 'restarted'; reason: RestartReason; detail: string }
  | { type: 'started'; status: CaptureStatus }
  | { type: 'refused'; kind: string; message: string }
  | { type: 'stopped' }
  | HostStatus;

export interface HostStatus {
  type: 'status';
  status: CaptureStatus;
  /** By the shared counters. */
  counted: number;
  /** What the sink was told of the stream. */
  told: { received: number | undefined; dropped: number | undefined } | undefined;
  descriptors: number;
  /** Resident memory (bytes). */
  memory: number;
  /** How long the event loop did not turn, at most, since the last status (ms). */
  longestTurn: number;
}

const HOST = fileURLToPath(new URL('./capture-host.js', import.meta.url));
const PATIENCE = 15_000;

/** A LiveCapture in a process of its own, in a namespace, and everything it has told. */
export class HostedCapture {
  readonly events: HostEvent[] = [];
  readonly process: ChildProcess;
  private stderr = '';
  private wake: () => void = () => {};

  /** `launcher`: a program and its arguments that run the host, such as setpriv. */
  constructor(namespace: Namespace, options: HostOptions, launcher: readonly string[] = []) {
    const [program, ...args] = [...launcher, process.execPath, HOST, JSON.stringify(options)];
    this.process = namespace.spawn(program!, args, { stdio: 'pipe' });
    this.process.stderr?.on('data', (text) => {
      this.stderr += text;
    });
    createInterface({ input: this.process.stdout! }).on('line', (line) => {
      this.events.push(JSON.parse(line) as HostEvent);
      this.wake();
    });
    this.process.on('close', () => this.wake());
  }

  /** Waits for the first event from number `from` on that is wanted. */
  async until<T extends HostEvent['type']>(
    type: T,
    wanted: (event: Extract<HostEvent, { type: T }>) => boolean = () => true,
    from = 0,
  ): Promise<Extract<HostEvent, { type: T }>> {
    const deadline = Date.now() + PATIENCE;
    for (let next = from; ; ) {
      for (; next < this.events.length; next++) {
        const event = this.events[next] as Extract<HostEvent, { type: T }>;
        if (event.type === type && wanted(event)) return event;
      }
      const left = deadline - Date.now();
      if (left <= 0 || this.process.exitCode !== null) {
        const told = this.events.slice(-8).map((event) => JSON.stringify(event));
        throw new Error(`no ${type} came; the last events:\n${told.join('\n')}\n${this.stderr}`);
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Waits until the capture is in this state, now or later than event number `from`. */
  async untilState(state: CaptureStatus['state'], from = 0): Promise<CaptureStatus> {
    return (await this.until('state', ({ status }) => status.state === state, from)).status;
  }

  async status(): Promise<HostStatus> {
    const from = this.events.length;
    this.process.stdin!.write('status\n');
    return await this.until('status', undefined, from);
  }

  /** Ends it in good order; gives the last status. */
  async stop(): Promise<HostStatus> {
    const from = this.events.length;
    this.process.stdin!.write('stop\n');
    await this.until('stopped', undefined, from);
    const last = await this.until('status', undefined, from);
    if (this.process.exitCode === null) await once(this.process, 'close');
    return last;
  }

  /** Ends it at once, if it still runs. */
  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const closed = once(this.process, 'close');
    this.process.kill('SIGKILL');
    await closed;
  }
}
