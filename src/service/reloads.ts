import type { ReloadStatus } from '../telemetry/reload-status.js';
import type { Log } from './log.js';
import type { ReadSetup, Setup } from './setup.js';

/**
 * Reads configuration and signatures again, and hands on what is good as a whole. A bad file
 * changes nothing and says why. One reading at a time; who asks meanwhile gets the next.
 */
export class Reloads {
  private readonly readSetup: ReadSetup;
  private readonly log: Log;
  private readonly apply: (setup: Setup) => Promise<void>;
  private current: ReloadStatus;
  private running: Promise<ReloadStatus> | undefined;
  private next: Promise<ReloadStatus> | undefined;

  /** `apply` puts a good set-up to use. The first one is in use already. */
  constructor(readSetup: ReadSetup, log: Log, apply: (setup: Setup) => Promise<void>) {
    this.readSetup = readSetup;
    this.log = log;
    this.apply = apply;
    this.current = {
      successful: true,
      succeededAt: Date.now() / 1000,
      attempts: 1,
      failures: 0,
      problems: [],
    };
  }

  status(): ReloadStatus {
    return this.current;
  }

  /** Never rejects. */
  reload(): Promise<ReloadStatus> {
    if (this.running === undefined) return this.begin();
    // What stands in the files now may be newer than what is being read.
    this.next ??= this.running.then(() => {
      this.next = undefined;
      return this.begin();
    });
    return this.next;
  }

  /** Resolves when nothing is being read again. */
  async settled(): Promise<void> {
    while (this.running !== undefined) await this.running;
  }

  private begin(): Promise<ReloadStatus> {
    this.running = this.once().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async once(): Promise<ReloadStatus> {
    const problems = await this.attempt();
    const { attempts, failures, succeededAt } = this.current;
    const successful = problems.length === 0;
    this.current = {
      successful,
      succeededAt: successful ? Date.now() / 1000 : succeededAt,
      attempts: attempts + 1,
      failures: failures + (successful ? 0 : 1),
      problems,
    };
    for (const problem of problems) this.log.error('reload', problem);
    // The number keeps two attempts from being taken for one that repeats itself.
    const result = successful ? 'done' : 'nothing was changed';
    this.log[successful ? 'info' : 'error']('reload', `attempt ${attempts}: ${result}`);
    return this.current;
  }

  private async attempt(): Promise<readonly string[]> {
    try {
      const setup = await this.readSetup();
      if ('problems' in setup) return setup.problems;
      await this.apply(setup);
      return [];
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    }
  }
}
