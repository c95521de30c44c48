import type { SipMessage } from '../../sip/message.js';
import { Header, Method } from '../../sip/tokens.js';
import { BoundedMap } from '../../tables/bounded-map.js';
import { Hasher, hashText } from '../../tables/hash.js';
import type { Counters } from '../../telemetry/counters.js';
import { isCount, isListOf, isTime, type SavedEntry } from '../../telemetry/saved-entry.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import { type Address, isAddress } from '../../wire/address.js';
import type { Packet } from '../../wire/packet.js';
import type { Follower } from '../follower.js';
import type { ObservationWriter } from '../observation-writer.js';
import { shortCopy } from '../short-copy.js';
import { Mark } from '../sources/marked-set.js';
import type { SourceTable } from '../sources/sources.js';
import { outcomeOf } from '../transactions/outcome.js';
import type { Transaction } from '../transactions/transaction.js';
import type { ServerFacts } from './server-facts.js';

const LIMIT = 16_384;
/** Accounts of each kind that are told apart for one stranger. */
const ACCOUNTS_LIMIT = 4;
const VERSION_LIMIT = 128;
/** A server that asks for weak digests is told of once in so long (seconds). */
const DAY = 24 * 3600;

const NOTHING: ServerFacts = {
  version: undefined,
  known: undefined,
  unknown: undefined,
  weakness: undefined,
  nonceAge: undefined,
  nonceUses: undefined,
};

/** The challenges of one server. */
interface Challenger {
  /** Hash of the nonce that it issued last, since when, and how often. */
  nonce: number;
  nonceSince: number;
  nonceUses: number;
  /** When its challenge was last looked at for qop. */
  lookedAt: number;
}

/** Hashes of accounts of which one server showed one stranger whether they exist. */
interface Shown {
  readonly known: number[];
  readonly unknown: number[];
}

/** Follows what servers tell of themselves to those whom they do not know. */
export class ServerAudit implements Follower {
  readonly sections = ['server', 'shown'];
  private readonly challengers: BoundedMap<Address, Challenger>;
  /** By server, stranger and method; from the first account that was shown not to exist. */
  private readonly shown: BoundedMap<number, Shown>;
  private readonly hasher = new Hasher();
  private readonly sources: SourceTable;
  private readonly writer: ObservationWriter;

  constructor(counters: Counters, sources: SourceTable, writer: ObservationWriter) {
    const evicted = () => {
      counters.serversEvicted++;
    };
    this.challengers = new BoundedMap(LIMIT, evicted);
    this.shown = new BoundedMap(LIMIT, evicted);
    this.sources = sources;
    this.writer = writer;
  }

  reply(transaction: Transaction, message: SipMessage, _: Packet, isFinal: boolean): void {
    if (!isFinal || !transaction.initial) return;
    const { status } = message;
    const isChallenge = status === 401 || status === 407;
    if (isChallenge) this.challenged(transaction, message);
    if (transaction.credentials.length > 0) return;
    const isOptions = transaction.methodId === Method.Options;
    if (!isOptions && !isChallenge && outcomeOf(status) !== 'unknown') return;
    if (!this.isStranger(transaction)) return;
    if (isOptions) this.greeted(transaction, message);
    this.showed(transaction, status);
  }

  /** The clock was set back: what was issued later than now is issued now. */
  setBack(now: number): void {
    for (const challenger of this.challengers.values()) {
      challenger.nonceSince = Math.min(challenger.nonceSince, now);
      challenger.lookedAt = Math.min(challenger.lookedAt, now);
    }
  }

  tables(): TableStatus[] {
    return [this.challengers.status('servers'), this.shown.status('servers_shown')];
  }

  /** What servers told, so that it is not told again. */
  *save(): Generator<SavedEntry> {
    for (const [server, { nonce, nonceSince, nonceUses, lookedAt }] of this.challengers.walk()) {
      yield ['server', server, nonce, nonceUses, nonceSince, lookedAt];
    }
    for (const [key, { known, unknown }] of this.shown.walk()) {
      yield ['shown', key, [...known], [...unknown]];
    }
  }

  restore(entry: SavedEntry): boolean {
    return entry[0] === 'server' ? this.restoreServer(entry) : this.restoreShown(entry);
  }

  private restoreShown([, key, known, unknown]: SavedEntry): boolean {
    if (!isCount(key) || !isListOf(known, ACCOUNTS_LIMIT, isCount)) return false;
    if (!isListOf(unknown, ACCOUNTS_LIMIT, isCount)) return false;
    this.shown.set(key, { known: [...known], unknown: [...unknown] });
    return true;
  }

  private restoreServer(entry: SavedEntry): boolean {
    const [, server, nonce, nonceUses, nonceSince, lookedAt] = entry;
    if (!isAddress(server) || !isCount(nonce) || !isCount(nonceUses)) return false;
    if (!isTime(nonceSince) || !isTime(lookedAt)) return false;
    this.challengers.set(server, { nonce, nonceUses, nonceSince, lookedAt });
    return true;
  }

  /** Whom the server has granted nothing yet, and who is not its registrar. */
  private isStranger({ origin, target }: Transaction): boolean {
    const accepted = (this.sources.find(origin)?.targets.get(target) ?? 0) & Mark.Accepted;
    if (accepted !== 0) return false;
    const served = (this.sources.find(target)?.targets.get(origin) ?? 0) & Mark.Registered;
    return served === 0;
  }

  private greeted(transaction: Transaction, message: SipMessage): void {
    const version = message.text(Header.Server) ?? message.text(Header.UserAgent);
    if (version === undefined || version === '') return;
    this.say('server.told_version', transaction, { version: shortCopy(version, VERSION_LIMIT) });
  }

  /** The answer showed whether the account exists, where answers differ. */
  private showed(transaction: Transaction, status: number): void {
    const { account, methodId, origin, target } = transaction;
    if (account === undefined) return;
    const isUnknown = outcomeOf(status) === 'unknown';
    const isKnown = methodId === Method.Options ? status < 300 : status === 401 || status === 407;
    if (!isUnknown && !isKnown) return;
    const key = this.hasher.begin().addKey(target).addKey(origin).addNumber(methodId).end();
    let shown = this.shown.get(key);
    if (shown === undefined) {
      if (!isUnknown) return; // an ordinary challenge, or a server that greets everybody
      shown = { known: [], unknown: [] };
      this.shown.set(key, shown);
    }
    const accounts = isUnknown ? shown.unknown : shown.known;
    const hash = hashText(account);
    if (accounts.length >= ACCOUNTS_LIMIT || accounts.includes(hash)) return;
    accounts.push(hash);
    if (shown.known.length === 0) return;
    const facts = { known: shown.known.length, unknown: shown.unknown.length };
    this.say('server.told_accounts', transaction, facts);
  }

  private challenged(transaction: Transaction, message: SipMessage): void {
    const { target } = transaction;
    const { challenge } = message;
    const hasher = this.hasher.begin();
    const length = challenge.addTo(hasher, 'nonce');
    if (length === -1) return;
    const nonce = hasher.addNumber(length).end();
    const { now } = this.writer;
    let challenger = this.challengers.get(target);
    if (challenger === undefined) {
      challenger = { nonce, nonceSince: now, nonceUses: 0, lookedAt: Number.NEGATIVE_INFINITY };
      this.challengers.set(target, challenger);
    }
    if (challenger.nonce !== nonce) {
      challenger.nonce = nonce;
      challenger.nonceSince = now;
      challenger.nonceUses = 0;
    }
    const uses = ++challenger.nonceUses;
    if (uses > 1 && (uses & (uses - 1)) === 0) {
      const nonceAge = now - challenger.nonceSince;
      this.say('server.asked_weakly', transaction, {
        weakness: 'same-nonce',
        nonceAge,
        nonceUses: uses,
      });
    }
    if (now - challenger.lookedAt < DAY) return;
    challenger.lookedAt = now;
    const algorithm = challenge.algorithm() ?? 'MD5';
    if (challenge.qop() === undefined && algorithm.toUpperCase() === 'MD5') {
      this.say('server.asked_weakly', transaction, { weakness: 'no-qop' });
    }
  }

  private say(
    name: 'server.told_accounts' | 'server.told_version' | 'server.asked_weakly',
    transaction: Transaction,
    facts: Partial<ServerFacts>,
  ): void {
    const profile = this.sources.find(transaction.origin);
    if (profile === undefined) return;
    const server = { ...NOTHING, ...facts };
    this.writer.say(name, transaction, profile, { account: transaction.account, server });
  }
}
