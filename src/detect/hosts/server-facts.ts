/** What a server tells of itself. */
export interface ServerFacts {
  /** Its Server or User-Agent header. */
  readonly version: string | undefined;
  /** Accounts that it showed one stranger to exist, and not to exist, by the same method; at most 4. */
  readonly known: number | undefined;
  readonly unknown: number | undefined;
  /** Why its challenges are weak: see `Weakness`. */
  readonly weakness: Weakness | undefined;
  /** How long it has issued one and the same nonce (seconds), and how often. */
  readonly nonceAge: number | undefined;
  readonly nonceUses: number | undefined;
}

/**
 * `no-qop`: MD5 over a nonce that the server alone chose (RFC 2069), so that tables made beforehand
 * serve, and a recorded login may be sent again. `same-nonce`: the nonce does not change.
 */
export type Weakness = 'no-qop' | 'same-nonce';
