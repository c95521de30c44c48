/** The system's clock says so much else (milliseconds) only when it was set. */
const STEP = 1000;
/** The system's clock has no finer digits here. */
const GRAIN = 1;

/**
 * Wall clock time with the digits of the steady clock. It follows the system's clock when that is
 * set or steered; only a long step makes it go back.
 */
export class PacketClock {
  private origin: number;
  private last = 0;
  private readonly steady: () => number;
  private readonly system: () => number;

  /** Both clocks tell milliseconds; the system's since 1970, and whole ones. */
  constructor(
    origin = performance.timeOrigin,
    steady: () => number = () => performance.now(),
    system: () => number = Date.now,
  ) {
    this.origin = origin;
    this.steady = steady;
    this.system = system;
    this.compare();
  }

  /** Microseconds since 1970 for a packet that came at `steady` milliseconds. */
  microseconds(steady: number): number {
    const now = Math.floor((this.origin + steady) * 1000);
    if (now > this.last) this.last = now;
    return this.last;
  }

  /** Follows the system's clock. Call it now and then, such as once for each batch of packets. */
  compare(): void {
    const system = this.system();
    const off = system - (this.origin + this.steady());
    // Whole milliseconds are cut off, so the true time is up to one later than what was read.
    if (off <= 0 && off >= -GRAIN) return;
    this.origin += off > 0 ? off : off + GRAIN;
    if (off < -STEP) this.last = 0;
  }
}
