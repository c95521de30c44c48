/** At most so many requests at once, and after that one for each interval (seconds). */
export interface RateLimit {
  readonly interval: number;
  readonly burst: number;
}

/** A token bucket over all clients together. */
export class TokenBucket {
  private tokens: number;
  private filledAt: number;
  private readonly limit: RateLimit;

  /** `now` in seconds of any clock that only goes forward. */
  constructor(limit: RateLimit, now: number) {
    this.limit = limit;
    this.tokens = limit.burst;
    this.filledAt = now;
  }

  take(now: number): boolean {
    const { interval, burst } = this.limit;
    this.tokens = Math.min(burst, this.tokens + (now - this.filledAt) / interval);
    this.filledAt = now;
    if (this.tokens < 1) return false;
    this.tokens--;
    return true;
  }
}
