/** How full a bounded table is. */
export interface TableStatus {
  /** A short fixed name, such as `sources_settled`. */
  readonly table: string;
  readonly entries: number;
  readonly limit: number;
  /** Entries pushed out before their time since the start. */
  readonly evicted: number;
}
