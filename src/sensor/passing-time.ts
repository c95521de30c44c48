import type { Observer } from '../detect/observer.js';
import type { IncidentTracker } from '../incident/tracker.js';
import { ClockStep, type PacketTime } from '../telemetry/packet-time.js';
import { Sight, type Visibility } from '../telemetry/visibility.js';
import type { FrameDecoder } from '../wire/frame-decoder.js';
import type { TcpStreams } from '../wire/tcp-streams.js';

/** What streams have to do with time. */
type StreamTime = Pick<TcpStreams<unknown>, 'dueAt' | 'advance' | 'setBack' | 'finish'>;

/** After the last packet, time goes on so far that everything still waited for is told (seconds). */
const LAST_WAIT = 10;

/**
 * Lets packet time pass through the rooms that wait for something. What falls due is told in the
 * order of time, at the time when it was due and with what was known then, so that it makes no
 * difference whether time passes in one step or in many.
 */
export class PassingTime {
  /** Packet time (seconds) of the latest frame, or how far `advance` has let it pass since. */
  now = 0;
  private readonly clock: PacketTime;
  private readonly observer: Observer;
  private readonly incidents: IncidentTracker;
  private readonly visibility: Visibility;
  private readonly decoder: FrameDecoder;
  private readonly streams: StreamTime;

  constructor(
    clock: PacketTime,
    observer: Observer,
    incidents: IncidentTracker,
    visibility: Visibility,
    decoder: FrameDecoder,
    streams: StreamTime,
  ) {
    this.clock = clock;
    this.observer = observer;
    this.incidents = incidents;
    this.visibility = visibility;
    this.decoder = decoder;
    this.streams = streams;
  }

  /** A frame of this time has come: `now` is the time that it gets. */
  frame(time: number): void {
    const step = this.clock.frame(time);
    const { now } = this.clock;
    this.now = now;
    if (step === ClockStep.SetBack) {
      this.decoder.setBack(now);
      this.streams.setBack(now);
      this.observer.setBack(now);
      this.incidents.setBack(now);
      this.visibility.setBack(now);
    }
    this.pass(now);
    this.visibility.frame(now);
    if (step !== ClockStep.On) this.visibility.see(Sight.ClockJump);
  }

  /** Time passes without a frame. */
  advance(time: number): void {
    if (!(time > this.now)) return;
    this.now = time;
    this.clock.pass(time);
    this.pass(time);
    this.visibility.tick(time);
  }

  /** No frame will come any more: what is held goes on its way, as far as it came. */
  finish(): void {
    this.decoder.finish();
    this.streams.finish();
    this.pass(this.now + LAST_WAIT);
    this.incidents.finish(this.now);
  }

  private pass(time: number): void {
    const { incidents } = this;
    for (let at = incidents.dueAt(); at <= time; at = incidents.dueAt()) {
      this.tell(at);
      incidents.advance(at);
    }
    this.tell(time);
  }

  /** Each in its turn: lost fragments and segments are given up, requests stay unanswered. */
  private tell(time: number): void {
    const { decoder, observer, streams } = this;
    for (let due = this.dueAt(); due <= time; due = this.dueAt()) {
      observer.advance(due);
      decoder.advance(due);
      streams.advance(due);
    }
    decoder.advance(time);
    observer.advance(time);
  }

  private dueAt(): number {
    return Math.min(this.decoder.dueAt(), this.streams.dueAt());
  }
}
