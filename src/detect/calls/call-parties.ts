import type { SipMessage } from '../../sip/message.js';
import { Hasher, hashText } from '../../tables/hash.js';
import { NumberColumn } from '../../tables/number-column.js';
import { NOWHERE, SlotTable, slotsOf } from '../../tables/slot-table.js';
import type { Counters } from '../../telemetry/counters.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import { type Address, parseAddress } from '../../wire/address.js';
import { AddressColumn } from '../transactions/address-column.js';
import type { Transaction } from '../transactions/transaction.js';
import { Few } from './few.js';

const LIMIT = 65_536;
const SLOTS = slotsOf(LIMIT);
/** Hosts and tags of one call: forking to more telephones is rare, and costs no more than these. */
const HOSTS_LIMIT = 12;
const TAGS_LIMIT = 12;
/** As many as a call through one server has. */
const USUAL_HOSTS = 4;
const USUAL_TAGS = 2;

/**
 * Who takes part in which call: the hosts that its INVITE went between, those named in Contact,
 * and the tags of both sides.
 */
export class CallParties {
  private readonly calls: SlotTable<number>;
  private readonly hosts = new Few<Address>(
    SLOTS,
    HOSTS_LIMIT,
    Array.from({ length: USUAL_HOSTS }, () => new AddressColumn(SLOTS)),
  );
  /** Hashes of From and To tags. */
  private readonly tags = new Few<number>(
    SLOTS,
    TAGS_LIMIT,
    Array.from({ length: USUAL_TAGS }, () => new NumberColumn(SLOTS)),
  );
  private readonly hasher = new Hasher();

  /** @param limit calls, at most those of the default */
  constructor(counters: Counters, limit = LIMIT) {
    this.calls = new SlotTable(limit, () => {
      counters.partiesEvicted++;
    });
  }

  keyOf(message: SipMessage): number {
    return message.beginWithCallId(this.hasher).end();
  }

  /**
   * An INVITE begins a call, or goes on through another proxy. Who reuses the Call-ID with another
   * From tag becomes a party only when somebody answers him: see `answered`.
   */
  invited(transaction: Transaction, message: SipMessage): void {
    const key = this.keyOf(message);
    const tag = hashText(message.fromHeader.tag() ?? '');
    const known = this.calls.find(key);
    if (known !== NOWHERE) {
      this.calls.use(known);
      if (!this.tags.has(known, tag)) return;
    }
    this.add(known === NOWHERE ? this.begin(key) : known, transaction, message, tag);
  }

  /** The called side rings or answers: its tag and its address are known from now on. */
  answered(transaction: Transaction, message: SipMessage): void {
    const key = this.keyOf(message);
    let call = this.calls.find(key);
    if (call === NOWHERE) call = this.begin(key);
    else this.calls.use(call);
    this.add(call, transaction, message, hashText(message.fromHeader.tag() ?? ''));
    const tag = message.toHeader.tag();
    if (tag !== undefined) this.tags.add(call, hashText(tag));
  }

  /** A host was let in: it goes on with the call from another address. */
  joined(key: number, host: Address): void {
    const call = this.calls.find(key);
    if (call === NOWHERE) return;
    this.calls.use(call);
    this.hosts.add(call, host);
  }

  isKnown(key: number): boolean {
    return this.calls.find(key) !== NOWHERE;
  }

  takesPart(key: number, host: Address): boolean {
    const call = this.calls.find(key);
    return call !== NOWHERE && this.hosts.has(call, host);
  }

  /** It went from one host to the other; undefined: nothing of it was seen. */
  wentTo(key: number, caller: Address, callee: Address): boolean | undefined {
    const call = this.calls.find(key);
    if (call === NOWHERE) return undefined;
    const from = this.hosts.indexOf(call, caller);
    return from !== -1 && this.hosts.indexOf(call, callee) > from;
  }

  /** Whether From or To of the request has a tag of the call. */
  knowsTag(key: number, message: SipMessage): boolean {
    const call = this.calls.find(key);
    return (
      call !== NOWHERE &&
      (this.hasTag(call, message.fromHeader.tag()) || this.hasTag(call, message.toHeader.tag()))
    );
  }

  table(): TableStatus {
    return this.calls.status('calls_parties');
  }

  private hasTag(call: number, tag: string | undefined): boolean {
    return tag !== undefined && this.tags.has(call, hashText(tag));
  }

  /** Gives the slot of a call that is not known yet. */
  private begin(key: number): number {
    const call = this.calls.add(key);
    this.hosts.clear(call);
    this.tags.clear(call);
    return call;
  }

  private add(call: number, transaction: Transaction, message: SipMessage, tag: number): void {
    const { hosts, tags } = this;
    tags.add(call, tag);
    hosts.add(call, transaction.source);
    hosts.add(call, transaction.origin);
    hosts.add(call, transaction.target);
    const contact = parseAddress(message.contact.uri.host() ?? '');
    if (contact !== undefined) hosts.add(call, contact);
  }
}
