import type { SipMessage } from '../sip/message.js';
import { Method } from '../sip/tokens.js';
import { Hasher } from '../tables/hash.js';
import type { Verdict } from './accounts/account-state.js';
import type { AuthenticationBook } from './accounts/authentication.js';
import type { Credential } from './accounts/credential.js';
import type { OpenChallenges } from './accounts/open-challenges.js';
import type { Registrations } from './accounts/registrations.js';
import type { ObservationWriter } from './observation-writer.js';
import { Mark } from './sources/marked-set.js';
import type { SourceProfile, SourceTable } from './sources/sources.js';
import { outcomeOf, saysStale, saysWrong } from './transactions/outcome.js';
import { loginOf, type Transaction } from './transactions/transaction.js';

/** What final answers say of who asked: challenged, rejected, or granted what he wanted. */
export class FinalAnswers {
  private readonly sources: SourceTable;
  private readonly writer: ObservationWriter;
  private readonly authentication: AuthenticationBook;
  private readonly challenges: OpenChallenges;
  private readonly registrations: Registrations;
  private readonly hasher = new Hasher();

  constructor(
    sources: SourceTable,
    writer: ObservationWriter,
    authentication: AuthenticationBook,
    challenges: OpenChallenges,
    registrations: Registrations,
  ) {
    this.sources = sources;
    this.writer = writer;
    this.authentication = authentication;
    this.challenges = challenges;
    this.registrations = registrations;
  }

  /** The first final answer to a request of this source. */
  take(transaction: Transaction, profile: SourceProfile, message: SipMessage): void {
    const { status } = message;
    if (status === 401 || status === 407) {
      this.challenged(transaction, profile, message);
      return;
    }
    const credential = transaction.credentials[0];
    if (status === 403 && credential !== undefined) {
      if (this.forbidden(transaction, credential, profile, message)) return;
    }
    if (status < 300) this.granted(transaction, profile, status);
    this.writer.outcome(transaction, outcomeOf(status), status);
  }

  /** The answer to a REGISTER that was not seen, and that took up the challenge to this one. */
  takeUnseen(transaction: Transaction, profile: SourceProfile, message: SipMessage): void {
    const { status } = message;
    const { account = '' } = transaction;
    if (status < 300) {
      this.granted(transaction, profile, status);
      this.registrations.grantedUnseen(transaction, message);
      return;
    }
    if ((status !== 401 && status !== 407 && status !== 403) || saysStale(message)) return;
    this.registrations.rejected(transaction, account);
    this.issued(transaction, message);
  }

  /** It asks for credentials, or for others than came. */
  private challenged(transaction: Transaction, profile: SourceProfile, message: SipMessage): void {
    const { status } = message;
    const { origin: source, target, credentials, account } = transaction;
    const judged = credentials.length === 0 ? undefined : this.judgedBy(message, credentials);
    if (judged === undefined) {
      this.writer.say('auth.challenged', transaction, profile, { status, account });
      if (account !== undefined && credentials.length === 0) {
        this.challenges.add(transaction, status, this.writer.now);
      }
    } else {
      this.rejected(transaction, judged, profile, status, saysStale(message));
    }
    this.authentication.ask(source, target, transaction.methodId);
    this.issued(transaction, message);
  }

  /** The nonce of a challenge came to who asked. */
  private issued({ origin, target }: Transaction, { challenge }: SipMessage): void {
    const hasher = this.hasher.begin();
    const length = challenge.addTo(hasher, 'nonce');
    if (length === -1) return;
    this.authentication.challenged(origin, target, hasher.addNumber(length).end());
  }

  private rejected(
    transaction: Transaction,
    credential: Credential,
    profile: SourceProfile,
    status: number,
    stale: boolean,
  ): void {
    const { origin: source, target } = transaction;
    const account = loginOf(transaction, credential);
    const book = this.authentication;
    const verdict = book.rejected(source, target, account, credential, stale, this.writer.now);
    if (verdict.counts) this.wrong(transaction, credential, profile, status, verdict);
  }

  /** A 403 to credentials. True when they were wrong: see `AuthenticationBook.forbidden`. */
  private forbidden(
    transaction: Transaction,
    credential: Credential,
    profile: SourceProfile,
    message: SipMessage,
  ): boolean {
    // A registrar that forbids what carried credentials did not believe them.
    if (transaction.methodId === Method.Register) {
      this.rejected(transaction, credential, profile, 403, false);
      return true;
    }
    const { origin: source, target } = transaction;
    const account = loginOf(transaction, credential);
    const says = saysWrong(message);
    const book = this.authentication;
    const verdict = book.forbidden(source, target, account, credential, says, this.writer.now);
    if (verdict.counts) this.wrong(transaction, credential, profile, 403, verdict);
    return verdict.counts;
  }

  /** Credentials that the server did not believe. */
  private wrong(
    transaction: Transaction,
    credential: Credential,
    profile: SourceProfile,
    status: number,
    verdict: Verdict,
  ): void {
    const account = loginOf(transaction, credential);
    const { origin, originPort } = transaction;
    profile.guesses++;
    const handset = this.sources.handset(origin, originPort);
    if (handset !== undefined) handset.guesses++;
    for (let i = 0; i <= verdict.alsoWrong; i++) this.registrations.rejected(transaction, account);
    const marks = Mark.Rejected | Mark.Tried | Mark.Exists;
    this.sources.markAccount(profile, account, marks, originPort);
    const { guess } = credential;
    const { rejectedBefore, rejectedPeak, rejectedOneNonce } = verdict;
    this.writer.say('auth.rejected', transaction, profile, {
      status,
      account,
      guess,
      rejectedBefore,
      rejectedPeak,
      rejectedOneNonce,
    });
  }

  /** A 2xx. It grants something to REGISTER and INVITE, and to what credentials are asked for. */
  private granted(transaction: Transaction, profile: SourceProfile, status: number): void {
    const { origin: source, originPort, target, methodId, credentials, account } = transaction;
    const isRegister = methodId === Method.Register;
    const judged = isRegister || this.authentication.asks(source, target, methodId);
    if (isRegister || methodId === Method.Invite || (judged && credentials.length > 0)) {
      const registered = isRegister ? Mark.Registered : 0;
      this.sources.markTarget(profile, target, Mark.Accepted | registered, originPort);
      const marks = Mark.Accepted | Mark.Exists;
      if (account !== undefined) this.sources.markAccount(profile, account, marks, originPort);
    }
    if (!judged) return;
    for (const credential of credentials) {
      const login = loginOf(transaction, credential);
      this.sources.markAccount(profile, login, Mark.Accepted | Mark.Exists, originPort);
      const verdict = this.authentication.accepted(
        source,
        target,
        login,
        credential,
        this.writer.now,
      );
      const { rejectedBefore, rejectedPeak, rejectedOneNonce } = verdict;
      this.writer.say('auth.accepted', transaction, profile, {
        status,
        account: login,
        rejectedBefore,
        rejectedPeak,
        rejectedOneNonce,
      });
    }
  }

  /** A 401 judges the credentials for its own realm in Authorization, a 407 in the proxy's. */
  private judgedBy(
    { status, challenge }: SipMessage,
    credentials: readonly Credential[],
  ): Credential | undefined {
    const hasher = this.hasher.begin();
    const length = Math.max(0, challenge.addTo(hasher, 'realm'));
    const realm = hasher.addNumber(length).end();
    for (const credential of credentials) {
      if (credential.proxy === (status === 407) && credential.realm === realm) return credential;
    }
    return undefined;
  }
}
