import { Worker } from 'node:worker_threads';
import type { PasswordQuestion, PasswordVerdict } from './password-worker.js';

/** Comparisons that may wait; beyond it whoever asks is told to come back. */
const WAITING_LIMIT = 32;
/** The thread ends when nothing was asked for so long (milliseconds). */
const IDLE_MS = 30_000;

/**
 * Compares passwords with bcrypt hashes, one at a time, in a thread of its own. One comparison takes
 * a tenth of a second and more, which the thread that reads packets must not spend: bcryptjs's
 * asynchronous calls run on the calling thread too, and let others run only every 100 ms.
 */
export class PasswordChecks {
  private worker: Worker | undefined;
  private idle: NodeJS.Timeout | undefined;
  private readonly waiting = new Map<number, (matches: boolean | undefined) => void>();
  private lastId = 0;

  /** Whether the password is the hash's; undefined when too many wait already, or the check failed. */
  compare(password: string, hash: string): Promise<boolean | undefined> {
    if (this.waiting.size >= WAITING_LIMIT) return Promise.resolve(undefined);
    const question: PasswordQuestion = { id: ++this.lastId, password, hash };
    return new Promise((resolve) => {
      this.waiting.set(question.id, resolve);
      clearTimeout(this.idle);
      this.running().postMessage(question);
    });
  }

  async close(): Promise<void> {
    clearTimeout(this.idle);
    const { worker } = this;
    this.worker = undefined;
    this.giveUp();
    await worker?.terminate();
  }

  private running(): Worker {
    if (this.worker !== undefined) return this.worker;
    const worker = new Worker(new URL('./password-worker.js', import.meta.url), {
      name: 'passwords',
      resourceLimits: { maxOldGenerationSizeMb: 32 },
    });
    worker.unref();
    worker.on('message', ({ id, matches }: PasswordVerdict) => this.settle(id, matches));
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

  private settle(id: number, matches: boolean): void {
    this.waiting.get(id)?.(matches);
    this.waiting.delete(id);
    if (this.waiting.size > 0) return;
    this.idle = setTimeout(() => void this.close(), IDLE_MS).unref();
  }

  private giveUp(): void {
    for (const resolve of this.waiting.values()) resolve(undefined);
    this.waiting.clear();
  }
}
