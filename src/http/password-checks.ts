import { Worker } from 'node:worker_threads';
import { FairQueue } from './fair-queue.js';
import type { PasswordVerdict } from './password-worker.js';

/** Comparisons of one client that may wait; beyond it the client is told to come back. */
const SHARE = 8;
/** The thread ends when nothing was asked for so long (milliseconds). */
const IDLE_MS = 30_000;

/** Whose password it is said to be. */
export interface Claimant {
  /** Whether there is a user of this name. */
  readonly known: boolean;
  /** Who asks: an address, or a network of one owner. */
  readonly client: string;
}

interface Check {
  readonly password: string;
  readonly hash: string;
  readonly resolve: (matches: boolean | undefined) => void;
}

/**
 * Compares passwords with bcrypt hashes, one at a time, in a thread of its own. One comparison takes
 * a tenth of a second and more, which the thread that reads packets must not spend: bcryptjs's
 * asynchronous calls run on the calling thread too, and let others run only every 100 ms.
 *
 * Known and unknown users are served by turns, and the clients of each by turns too, so that guesses
 * keep nobody out. Under a flood, who waits longer is told that he is not known; being locked out
 * would be worse.
 */
export class PasswordChecks {
  private worker: Worker | undefined;
  private idle: NodeJS.Timeout | undefined;
  private readonly known = new FairQueue<Check>(SHARE);
  private readonly unknown = new FairQueue<Check>(SHARE);
  private knownFirst = false;
  private current: Check | undefined;
  private lastId = 0;

  /** Whether the password is the hash's; undefined when too many wait already, or the check failed. */
  compare(
    password: string,
    hash: string,
    { known, client }: Claimant,
  ): Promise<boolean | undefined> {
    return new Promise((resolve) => {
      const queue = known ? this.known : this.unknown;
      if (!queue.add(client, { password, hash, resolve })) resolve(undefined);
      else if (this.current === undefined) this.startNext();
    });
  }

  async close(): Promise<void> {
    clearTimeout(this.idle);
    const { worker } = this;
    this.worker = undefined;
    this.giveUp();
    await worker?.terminate();
  }

  private startNext(): void {
    clearTimeout(this.idle);
    this.current = this.takeNext();
    if (this.current === undefined) {
      this.idle = setTimeout(() => void this.close(), IDLE_MS).unref();
      return;
    }
    const { password, hash } = this.current;
    try {
      this.running().postMessage({ id: ++this.lastId, password, hash });
    } catch {
      this.giveUp(); // there is no room for a thread now
    }
  }

  private takeNext(): Check | undefined {
    const { known, unknown } = this;
    this.knownFirst = !this.knownFirst;
    return this.knownFirst ? (known.next() ?? unknown.next()) : (unknown.next() ?? known.next());
  }

  private running(): Worker {
    if (this.worker !== undefined) return this.worker;
    const worker = new Worker(new URL('./password-worker.js', import.meta.url), {
      name: 'passwords',
      resourceLimits: { maxOldGenerationSizeMb: 32 },
    });
    worker.unref();
    worker.on('message', ({ id, matches }: PasswordVerdict) => {
      if (id === this.lastId && this.worker === worker) this.settle(matches);
    });
    const ended = () => {
      if (this.worker !== worker) return;
      this.worker = undefined;
      this.giveUp();
    };
    worker.on('error', ended);
    worker.on('exit', ended);
    this.worker = worker;
    return worker;
  }

  private settle(matches: boolean): void {
    this.current?.resolve(matches);
    this.startNext();
  }

  private giveUp(): void {
    this.current?.resolve(undefined);
    this.current = undefined;
    for (let check = this.takeNext(); check !== undefined; check = this.takeNext()) {
      check.resolve(undefined);
    }
  }
}
