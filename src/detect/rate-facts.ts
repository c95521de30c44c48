/** How many requests within ten seconds. */
export interface RateFacts {
  readonly requests: number;
}
