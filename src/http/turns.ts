import { setImmediate } from 'node:timers/promises';

/** Requests that may wait for their turn. */
const WAITING_LIMIT = 200;

/**
 * Lets requests begin one by one, and packets be read between two of them: a client may send a
 * hundred requests in one piece, and their answers must not be made in one go.
 */
export class Turns {
  private last: Promise<void> = Promise.resolve();
  private waiting = 0;

  /** Resolves when it is one's turn, at once to false when too many wait. */
  async next(): Promise<boolean> {
    if (this.waiting >= WAITING_LIMIT) return false;
    this.waiting++;
    this.last = this.last.then(() => setImmediate());
    await this.last;
    this.waiting--;
    return true;
  }
}
