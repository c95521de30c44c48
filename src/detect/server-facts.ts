/** What a server tells of itself. */
export interface ServerFacts {
  /** Its Server or User-Agent header. */
  readonly version: string | undefined;
}
