/** What JSON can hold. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/**
 * One thing that is known, as it is kept over a restart: the section that it belongs to, then its
 * data in the order that the section's owner lays down. Whoever reads one back believes nothing of
 * it: the file may be damaged, or somebody else's.
 */
export type SavedEntry = readonly [section: string, ...data: JsonValue[]];

/** What became of entries that were read back. */
export interface RestoreResult {
  readonly restored: number;
  /** Damaged, about signatures that are gone, or beyond a limit. */
  readonly skipped: number;
}

/** Packet times are seconds since 1970; no clock that captures is further off than this. */
const FURTHEST = 1e11;

export function isTime(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= FURTHEST;
}

/** A count: a whole number that a double holds exactly. Hashes are such numbers too. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

export function isText(value: unknown, limit: number): value is string {
  return typeof value === 'string' && value.length <= limit;
}

/** A list with no more than `limit` elements that all are `right`. */
export function isListOf<T>(
  value: unknown,
  limit: number,
  right: (element: unknown) => element is T,
): value is T[] {
  return Array.isArray(value) && value.length <= limit && value.every(right);
}
