/** Pauses (ms) before each new attempt: doubling, until an attempt lasted long enough. */
export class Backoff {
  private next: number;
  private readonly first: number;
  private readonly most: number;

  constructor(first: number, most: number) {
    this.first = first;
    this.most = most;
    this.next = first;
  }

  /** The pause before the next attempt. */
  pause(): number {
    const pause = this.next;
    this.next = Math.min(this.most, pause * 2);
    return pause;
  }

  reset(): void {
    this.next = this.first;
  }
}
