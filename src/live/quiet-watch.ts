/** So long without a frame (ms), while the interface received so many packets, is worth a word. */
const QUIET = 60_000;
const MANY = 1000;

/** Notices that an interface receives packets of which none passes the filter. */
export class QuietWatch {
  private frames = -1;
  private received = 0;
  private since = 0;

  /**
   * `frames`: captured until now; `received`: packets that the interface counts, if it does; `now`:
   * milliseconds of a steady clock. Gives what to say, if anything.
   */
  look(frames: number, received: number | undefined, now: number): string | undefined {
    if (received === undefined) return undefined;
    if (frames !== this.frames || received < this.received) {
      this.frames = frames;
      this.received = received;
      this.since = now;
    }
    const seconds = Math.floor((now - this.since) / 1000);
    const passed = received - this.received;
    if (now - this.since < QUIET || passed < MANY) return undefined;
    return (
      `no packet passed the filter for ${seconds} s while the interface received ${passed}: ` +
      'check the ports and the mirror'
    );
  }
}
