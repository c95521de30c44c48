import type { SipMessage } from '../../sip/message.js';
import type { Counters } from '../../telemetry/counters.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import type { Follower } from '../follower.js';
import type { ObservationWriter } from '../observation-writer.js';
import type { SourceTable } from '../sources/sources.js';
import { loginOf, type Transaction } from '../transactions/transaction.js';
import type { AuthenticationBook } from './authentication.js';
import { RefusedLogins } from './refused-logins.js';

/**
 * Follows credentials that no answer came to. Where the mirror does not show what servers say, they
 * are all that is seen of who guesses.
 */
export class UnansweredLogins implements Follower {
  private readonly authentication: AuthenticationBook;
  private readonly sources: SourceTable;
  private readonly writer: ObservationWriter;
  private readonly refused: RefusedLogins;

  constructor(
    counters: Counters,
    authentication: AuthenticationBook,
    sources: SourceTable,
    writer: ObservationWriter,
  ) {
    this.refused = new RefusedLogins(counters);
    this.authentication = authentication;
    this.sources = sources;
    this.writer = writer;
  }

  request(transaction: Transaction, message: SipMessage): void {
    this.refused.request(transaction, message);
  }

  silent(transaction: Transaction): void {
    const { origin: source, target, credentials, afterRefusal } = transaction;
    if (credentials.length === 0) return;
    const profile = this.sources.find(source);
    if (profile === undefined) return;
    const { now } = this.writer;
    for (const credential of credentials) {
      const account = loginOf(transaction, credential);
      const book = this.authentication;
      const verdict = book.unanswered(source, target, account, credential, afterRefusal, now);
      const { guess } = credential;
      this.writer.say('auth.unanswered', transaction, profile, { account, guess, ...verdict });
    }
  }

  tables(): TableStatus[] {
    return [this.refused.table()];
  }
}
