import type { FrameSink } from '../capture/frames.js';
import type { Counters } from '../telemetry/counters.js';
import { Backoff } from './backoff.js';
import { CapDriver } from './cap-driver.js';
import { CaptureChild } from './capture-child.js';
import { type CaptureStartError, noSuchInterface } from './capture-start-error.js';
import type { Backend, CaptureState, CaptureStatus, RestartReason } from './capture-status.js';
import { CaptureTotals } from './capture-totals.js';
import type { ChildEnd } from './child-end.js';
import { endText, reasonOf, startFault } from './child-end.js';
import type { Driver } from './driver.js';
import { InterfaceWatch } from './interface-watch.js';
import { type RingFacts, ringFacts } from './ring-facts.js';
import { TcpdumpDriver } from './tcpdump-driver.js';
import { DEFAULT_TUNING, type Tuning } from './tuning.js';

export interface LiveCaptureOptions {
  readonly interface: string;
  readonly backend: Backend;
  /** In libpcap's language. */
  readonly filter: string;
  /** Size of the kernel's ring (MiB, at most 2047). */
  readonly bufferMib: number;
  /** Most bytes captured of a frame. Only tcpdump: `cap` always takes 65,535. */
  readonly snapLength: number;
  /** Only tcpdump: `cap` always is. */
  readonly promiscuous: boolean;
}

export interface CaptureListener {
  /** At each change of state. */
  state(status: CaptureStatus): void;
  /** A child ended though nobody asked it to; it is started again when that makes sense. */
  restarted(reason: RestartReason, detail: string): void;
}

const MIB = 1024 * 1024;

/**
 * Reads one interface through a child process, for months: whatever happens to the child or to the
 * interface is counted and told, and capture goes on when that is possible again.
 */
export class LiveCapture {
  private readonly options: LiveCaptureOptions;
  private readonly counters: Counters;
  private readonly listener: CaptureListener;
  private readonly tuning: Tuning;
  private readonly totals: CaptureTotals;
  private readonly backoff: Backoff;
  private readonly watch: InterfaceWatch;

  private state: CaptureState = 'starting';
  private child: CaptureChild | undefined = undefined;
  private linkType: number | undefined = undefined;
  private ring: RingFacts = { slots: undefined, warnings: [] };
  private problem: string | undefined = undefined;
  private startedAt = 0;
  private running = false;
  private heart: NodeJS.Timeout | undefined = undefined;
  private retry: NodeJS.Timeout | undefined = undefined;
  /** A child is being prepared, or it is being found out why the first one ended. */
  private busy = false;
  /** Whoever waits for the first stream, and for the end. */
  private onBegun: ((error?: CaptureStartError) => void) | undefined = undefined;
  private onStopped: (() => void) | undefined = undefined;

  constructor(
    options: LiveCaptureOptions,
    sink: FrameSink,
    counters: Counters,
    listener: CaptureListener,
    tuning: Partial<Tuning> = {},
  ) {
    this.options = options;
    this.counters = counters;
    this.listener = listener;
    this.tuning = { ...DEFAULT_TUNING, ...tuning };
    this.totals = new CaptureTotals(sink);
    this.backoff = new Backoff(this.tuning.firstPause, this.tuning.longestPause);
    this.watch = new InterfaceWatch(options.interface);
  }

  /**
   * Resolves when the first child's stream has begun, or when the interface is there but off: then
   * it is waited for. Rejects with CaptureStartError when something is wrong that stays so.
   */
  async start(): Promise<void> {
    const missing = this.watch.missing();
    if (missing === 'gone') throw noSuchInterface(this.options.interface, this.watch.all());
    this.running = true;
    this.heart = setInterval(() => this.beat(), this.tuning.beat);
    if (missing === 'link-down') {
      this.settle(missing);
      return;
    }
    const begun = new Promise<void>((resolve, reject) => {
      this.onBegun = (error) => (error === undefined ? resolve() : reject(error));
    });
    await this.launch();
    await begun;
  }

  /** Ends the child. Frames that it has written are still handed on. */
  async stop(): Promise<void> {
    this.halt();
    this.begun();
    const { child } = this;
    if (child !== undefined) {
      const ended = new Promise<void>((resolve) => {
        this.onStopped = resolve;
      });
      child.end(this.tuning.endWithin);
      await ended;
    }
    this.enter('stopped', undefined);
  }

  status(): CaptureStatus {
    const { options, child, totals } = this;
    return {
      interface: options.interface,
      backend: options.backend,
      state: this.state,
      pid: child?.pid,
      linkType: this.linkType,
      filter: options.filter,
      ringSlots: this.ring.slots,
      ...totals.now(child),
      kernelDropped: options.backend === 'tcpdump' ? totals.dropped : undefined,
      childDropped: options.backend === 'cap' ? totals.dropped : undefined,
      problem: this.problem,
      warnings: [...this.ring.warnings, ...this.watch.warnings],
    };
  }

  /** Starts a child. What tells how its ring will be is read before. */
  private async launch(): Promise<void> {
    const { options, watch } = this;
    this.busy = true;
    this.ring = await ringFacts(options, watch.find());
    this.busy = false;
    if (!this.running) return;
    watch.remember();
    this.startedAt = performance.now();
    this.enter('starting', this.problem);
    try {
      this.child = new CaptureChild(
        this.driver(),
        options.interface,
        this.totals,
        this.counters,
        this,
      );
    } catch (error) {
      // The system is short of processes or memory: that may pass.
      this.failed('exit', `no child could be started: ${(error as Error).message}`);
    }
  }

  private driver(): Driver {
    const { interface: name, backend, filter, bufferMib } = this.options;
    const { capChild, tcpdump } = this.tuning;
    if (backend === 'cap') return new CapDriver(name, filter, bufferMib * MIB, capChild);
    return new TcpdumpDriver({ ...this.options, program: tcpdump }, this.totals);
  }

  /** The child's stream has begun. */
  began(): void {
    this.linkType = this.child?.reader.outlet.declaredLinkType;
    this.enter('up', undefined);
    this.begun();
  }

  /** The child is gone. */
  async ended(end: ChildEnd): Promise<void> {
    const { child, watch } = this;
    if (child === undefined) return;
    this.totals.keep(child);
    this.child = undefined;
    if (this.onStopped !== undefined) return this.onStopped();
    if (performance.now() - this.startedAt >= this.tuning.healthy) this.backoff.reset();
    const { driver } = child;
    if (!end.began && this.onBegun !== undefined) {
      this.busy = true;
      const error = await startFault(end, driver, this.options.interface);
      this.busy = false;
      // It may have gone, or gone down, at this very moment: then it is waited for.
      if (watch.missing() === undefined || error.kind !== 'interface') return this.giveUp(error);
      this.begun();
    }
    const lost = watch.missing() !== undefined || watch.isOther();
    this.failed(reasonOf(end, driver, lost), endText(end, driver));
  }

  private giveUp(error: CaptureStartError): void {
    this.halt();
    this.enter('stopped', error.message);
    this.begun(error);
  }

  /** Counts and tells that there is no child, and plans the next. */
  private failed(reason: RestartReason, detail: string): void {
    this.totals.restarts[reason]++;
    this.listener.restarted(reason, detail);
    const missing = this.watch.missing();
    if (missing !== undefined) {
      this.settle(missing);
      return;
    }
    // An interface that comes and goes is no fault of the child: the next one need not wait.
    const pause = reason === 'link' ? this.tuning.firstPause : this.backoff.pause();
    this.enter('waiting', `${detail}; it is started again`);
    this.retry = setTimeout(() => this.again(), pause);
  }

  /** Starts a child, if there is something for it to read. */
  private again(): void {
    this.retry = undefined;
    if (!this.running || this.child !== undefined || this.busy) return;
    const missing = this.watch.missing();
    if (missing === undefined) void this.launch();
    else this.settle(missing);
  }

  private beat(): void {
    const { child, watch } = this;
    if (child === undefined) {
      if (this.retry === undefined) this.again();
      return;
    }
    watch.look(this.totals.now(child).frames);
    const missing = watch.missing();
    if (missing === 'gone') child.abandon('link', 'the interface is gone');
    else if (watch.isOther()) child.abandon('link', 'the interface was made anew');
    else child.beat(this.tuning.mostSilent);
    if (!child.began || missing === 'gone') return;
    // tcpdump survives an interface that is down, and goes on when it is back.
    if (missing === 'link-down') this.settle(missing);
    else if (this.state === 'link-down') this.enter('up', undefined);
  }

  private halt(): void {
    this.running = false;
    clearInterval(this.heart);
    clearTimeout(this.retry);
  }

  private begun(error?: CaptureStartError): void {
    this.onBegun?.(error);
    this.onBegun = undefined;
  }

  private settle(missing: 'gone' | 'link-down'): void {
    this.enter(missing, this.watch.problem(missing));
  }

  private enter(state: CaptureState, problem: string | undefined): void {
    this.problem = problem;
    if (state === this.state) return;
    this.state = state;
    this.listener.state(this.status());
  }
}
