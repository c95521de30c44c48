/** What one party does: it yields the seconds that it waits before it goes on. */
export type Script<Result = void> = Generator<number, Result>;

/**
 * Runs many scripts at the same time, in the order of a clock of its own. What is due at the same
 * moment runs in the order in which it was planned.
 */
export class Schedule {
  /** Seconds since 1970. */
  now: number;
  private readonly heap: Due[] = [];
  private planned = 0;

  constructor(start: number) {
    this.now = start;
  }

  /** Starts a script so many seconds from now. */
  start(script: Script, after = 0): void {
    this.add({ script, time: this.now + after, order: this.planned++ });
  }

  /** Until `enough` says so, or nothing is left to do. */
  run(enough: () => boolean): void {
    while (this.heap.length > 0 && !enough()) {
      const due = this.take();
      this.now = due.time;
      const { value, done } = due.script.next();
      if (!done) this.add({ script: due.script, time: this.now + value, order: this.planned++ });
    }
  }

  private add(due: Due): void {
    const { heap } = this;
    let at = heap.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isSooner(due, heap[above]!)) break;
      heap[at] = heap[above]!;
      at = above;
    }
    heap[at] = due;
  }

  private take(): Due {
    const { heap } = this;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isSooner(heap[below + 1]!, heap[below]!)) below++;
      if (!isSooner(heap[below]!, last)) break;
      heap[at] = heap[below]!;
      at = below;
    }
    heap[at] = last;
    return first;
  }
}

interface Due {
  readonly script: Script;
  readonly time: number;
  readonly order: number;
}

function isSooner(a: Due, b: Due): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order);
}
