import { setImmediate } from 'node:timers/promises';

/**
 * Lets requests begin one by one, and packets be read between two of them: many clients may ask at
 * once, and their answers must not be made in one go. As many wait as there are connections.
 */
export class Turns {
  /** What tells that the sensor is alive and well; before all else. */
  private readonly pressing: (() => void)[] = [];
  private readonly others: (() => void)[] = [];
  private isRunning = false;

  /** Resolves when it is one's turn. */
  next(isPressing: boolean): Promise<void> {
    return new Promise((resolve) => {
      (isPressing ? this.pressing : this.others).push(resolve);
      if (!this.isRunning) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    while (this.pressing.length + this.others.length > 0) {
      await setImmediate();
      (this.pressing.shift() ?? this.others.shift())?.();
    }
    this.isRunning = false;
  }
}
