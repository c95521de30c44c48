/** Credentials of one request as far as they are told apart: hashes, never the text. */
export interface Credential {
  /** In Proxy-Authorization, which answers a 407, and not in Authorization, which answers a 401. */
  readonly proxy: boolean;
  readonly realm: number;
  readonly username: string | undefined;
  readonly nonce: number;
  /** The digest response that was tried. */
  readonly guess: number;
  /**
   * All that the response is computed over besides the password (RFC 7616 §3.4.1): nonce, cnonce
   * and count, realm, URI, method. Two different responses to the same subject are two different
   * passwords. Undefined where the body is in it (auth-int).
   */
  readonly subject: number | undefined;
}
