import type { TableStatus } from '../telemetry/table-status.js';
import type { AuthenticationBook } from './authentication.js';
import type { Follower } from './follower.js';
import type { ObservationWriter } from './observation-writer.js';
import type { SourceTable } from './sources.js';
import { loginOf, type Transaction } from './transaction.js';

/**
 * Follows credentials that no answer came to. Where the mirror does not show what servers say, they
 * are all that is seen of who guesses.
 */
export class UnansweredLogins implements Follower {
  private readonly authentication: AuthenticationBook;
  private readonly sources: SourceTable;
  private readonly writer: ObservationWriter;

  constructor(authentication: AuthenticationBook, sources: SourceTable, writer: ObservationWriter) {
    this.authentication = authentication;
    this.sources = sources;
    this.writer = writer;
  }

  silent(transaction: Transaction): void {
    const { origin: source, target, credentials } = transaction;
    if (credentials.length === 0) return;
    const profile = this.sources.find(source);
    if (profile === undefined) return;
    const { now } = this.writer;
    for (const credential of credentials) {
      const account = loginOf(transaction, credential);
      const book = this.authentication;
      const rejectedOneNonce = book.unanswered(source, target, account, credential, now);
      const { guess } = credential;
      this.writer.say('auth.unanswered', transaction, profile, {
        account,
        guess,
        rejectedOneNonce,
      });
    }
  }

  /** It keeps nothing itself. */
  tables(): TableStatus[] {
    return [];
  }
}
