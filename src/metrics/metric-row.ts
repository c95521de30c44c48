import type { Scrape } from './scrape.js';

/** One series: its value, and the values of the row's labels in their order. */
export type Sample = readonly [value: number, ...labels: string[]];

/** One metric: everything that is exported and documented of it. */
export interface MetricRow {
  /** Without the prefix. */
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  /** What it counts or measures, its unit, and what to do about it. */
  readonly help: string;
  readonly labels: readonly string[];
  /** Series in the worst case. */
  readonly most: number;
  /** Values at this moment. A metric that has none where it cannot be known gives no sample. */
  readonly read: (scrape: Scrape) => Iterable<Sample>;
}

/** A row without labels; undefined means that it is absent. */
export function plain(
  type: MetricRow['type'],
  name: string,
  help: string,
  read: (scrape: Scrape) => number | undefined,
): MetricRow {
  return {
    name,
    type,
    help,
    labels: [],
    most: 1,
    read: (scrape) => {
      const value = read(scrape);
      return value === undefined ? [] : [[value]];
    },
  };
}

/** What the worst case is reckoned with: what an operator can configure has no other bound. */
export const WORST_CASE = { interfaces: 8, sinks: 10, tables: 72 } as const;
