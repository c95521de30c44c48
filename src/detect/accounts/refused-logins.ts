import type { SipMessage } from '../../sip/message.js';
import { Method } from '../../sip/tokens.js';
import { BoundedMap } from '../../tables/bounded-map.js';
import { Hasher, hashText } from '../../tables/hash.js';
import type { Counters } from '../../telemetry/counters.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import { loginOf, type Transaction } from '../transactions/transaction.js';

const LIMIT = 16_384;
/** Challenges that are held in store for calls that begin at the same time. */
const CHALLENGES_LIMIT = 64;

/** The last INVITE with credentials that a source sent to a target. */
interface LastLogin {
  account: string;
  nonce: number;
  /** Hash of its branch. */
  branch: number;
  /** It was the first to use its nonce, which cannot have run out then. */
  isFresh: boolean;
  isRefused: boolean;
  /** INVITEs without credentials since, each of which may have brought a nonce. */
  challenges: number;
}

/**
 * What a caller shows of answers that were not seen. An ACK with the branch of its INVITE says that
 * it was refused (RFC 3261 §17.1.1.3); a new nonce right after it, without an INVITE that asked for
 * one, can only have come with the refusal. Where the nonce of the refused one was new as well, its
 * password was wrong. A trunk whose nonces serve once uses each twice: refused as stale, the old one
 * again is what brings it the next. Of the request after, `afterRefusal` is set then.
 */
export class RefusedLogins {
  private readonly logins: BoundedMap<number, LastLogin>;
  private readonly hasher = new Hasher();

  constructor(counters: Counters) {
    this.logins = new BoundedMap(LIMIT, () => {
      counters.loginsEvicted++;
    });
  }

  request(transaction: Transaction, message: SipMessage): void {
    const { methodId, initial, credentials, origin, target } = transaction;
    if (methodId !== Method.Ack && !(methodId === Method.Invite && initial)) return;
    const key = this.hasher.begin().addKey(origin).addKey(target).end();
    const last = this.logins.get(key);
    if (methodId === Method.Ack) {
      if (last !== undefined && last.branch === branchOf(message)) last.isRefused = true;
    } else if (credentials.length > 0) {
      this.logins.set(key, this.loggedIn(transaction, message, last));
    } else if (last !== undefined && last.challenges < CHALLENGES_LIMIT) last.challenges++;
  }

  table(): TableStatus {
    return this.logins.status('logins_of_calls');
  }

  private loggedIn(
    transaction: Transaction,
    message: SipMessage,
    last: LastLogin | undefined,
  ): LastLogin {
    const credential = transaction.credentials[0]!;
    const { nonce } = credential;
    const account = loginOf(transaction, credential);
    const isFresh = last !== undefined && last.account === account && last.nonce !== nonce;
    let challenges = last?.challenges ?? 0;
    if (isFresh && challenges > 0) challenges--;
    else if (isFresh && last.isFresh && last.isRefused) transaction.afterRefusal = true;
    const branch = branchOf(message);
    return { account, nonce, branch, isFresh, isRefused: false, challenges };
  }
}

/** 0: it has none. */
function branchOf(message: SipMessage): number {
  const branch = message.via.branch();
  return branch === undefined ? 0 : hashText(branch);
}
