import type { Counters } from './counters.js';
import { isCount, isTime, type SavedEntry } from './saved-entry.js';

/** A step ahead of more than so long (seconds) is undone when packets go on where it began. */
const LEAP = 3600;
/** A packet so far behind (seconds) is no mere matter of order: its clock jumped. */
const JUMP = 1;
/** Time that was let pass may be so far ahead of the packets still on their way (seconds). */
const ON_THE_WAY = 5;
/** So many packets in a row, and what the clock says is believed. */
const CONFIRMED = 16;
/**
 * Leaps undone without so many packets in between, and the next one stands: a clock that goes to and
 * fro with each packet would have all tables set back as often.
 */
const MAX_UNDONE = 4;

/**
 * What the clock did with a packet: it went on (or back by less than a second, as packets do that
 * come by different ways), it jumped, or it jumped and time now goes on from an earlier moment.
 */
export const ClockStep = { On: 0, Jump: 1, SetBack: 2 } as const;
export type ClockStep = (typeof ClockStep)[keyof typeof ClockStep];

/**
 * The clock of the packets. It never runs backwards for a packet out of order: that one gets the
 * time last seen. Only where the capture's own clock was wrong, time begins anew from before.
 */
export class PacketTime {
  /** Packet time of the latest frame (seconds). */
  now = 0;
  /** Time before the last long step ahead, until some packets have gone on from there. */
  private leapFrom: number | undefined;
  /** How far time was let pass without a packet, if further than `now`. */
  private passed = 0;
  private framesSinceLeap = 0;
  private leapsUndone = 0;
  private framesBehind = 0;
  private readonly counters: Counters;

  constructor(counters: Counters) {
    this.counters = counters;
  }

  /** Time is let pass without a frame. */
  pass(time: number): void {
    this.passed = time;
  }

  /** A frame has this time. */
  frame(time: number): ClockStep {
    if (time >= this.now) {
      this.framesBehind = 0;
      if (time - this.now > LEAP) {
        this.leapFrom = this.now;
        this.framesSinceLeap = 0;
      } else if (++this.framesSinceLeap > CONFIRMED) {
        this.leapFrom = undefined;
        this.leapsUndone = 0;
      }
      this.now = time;
      return this.passed - time > ON_THE_WAY ? this.passedTooFar() : ClockStep.On;
    }
    this.counters.clockStepsBack++;
    return this.now - time > JUMP ? this.jump(time) : ClockStep.On;
  }

  *save(): Generator<SavedEntry> {
    yield ['clock', this.now, this.leapFrom ?? null, this.framesSinceLeap];
  }

  restore([, now, leapFrom, framesSinceLeap]: SavedEntry): boolean {
    if (!isTime(now) || !isCount(framesSinceLeap)) return false;
    if (leapFrom !== null && !isTime(leapFrom)) return false;
    this.now = now;
    this.leapFrom = leapFrom ?? undefined;
    this.framesSinceLeap = framesSinceLeap;
    return true;
  }

  /** Who let time pass had a wrong clock, and the frames say so. */
  private passedTooFar(): ClockStep {
    this.passed = this.now;
    this.counters.clockLeaps++;
    return ClockStep.SetBack;
  }

  private jump(time: number): ClockStep {
    const { leapFrom } = this;
    // One packet with a clock far ahead must not hold all that follow at its time.
    const isBack = leapFrom !== undefined && this.now - time > LEAP && time >= leapFrom - LEAP;
    if (isBack && this.leapsUndone < MAX_UNDONE) {
      this.leapsUndone++;
      this.counters.clockLeaps++;
    } else if (++this.framesBehind < CONFIRMED) return ClockStep.Jump;
    this.framesBehind = 0;
    this.leapFrom = undefined;
    this.now = time;
    this.passed = time;
    return ClockStep.SetBack;
  }
}
