import type { SipMessage } from '../../sip/message.js';
import { BoundedMap } from '../../tables/bounded-map.js';
import { Hasher, hashText } from '../../tables/hash.js';
import type { Counters } from '../../telemetry/counters.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import { type Address, parseAddress } from '../../wire/address.js';
import type { Transaction } from '../transactions/transaction.js';

const LIMIT = 65_536;
/** Hosts and tags of one call: forking to more telephones is rare, and costs no more than these. */
const HOSTS_LIMIT = 12;
const TAGS_LIMIT = 12;

interface Call {
  readonly hosts: Address[];
  /** Hashes of From and To tags. */
  readonly tags: number[];
}

/**
 * Who takes part in which call: the hosts that its INVITE went between, those named in Contact,
 * and the tags of both sides.
 */
export class CallParties {
  private readonly calls: BoundedMap<number, Call>;
  private readonly hasher = new Hasher();

  constructor(counters: Counters, limit = LIMIT) {
    this.calls = new BoundedMap(limit, () => {
      counters.partiesEvicted++;
    });
  }

  keyOf(message: SipMessage): number {
    return this.hasher.begin().addBytes(message.buf, message.callIdFrom, message.callIdTo).end();
  }

  /**
   * An INVITE begins a call, or goes on through another proxy. Who reuses the Call-ID with another
   * From tag becomes a party only when somebody answers him: see `answered`.
   */
  invited(transaction: Transaction, message: SipMessage): void {
    const key = this.keyOf(message);
    const tag = hashText(message.fromHeader.tag() ?? '');
    const known = this.calls.get(key);
    if (known !== undefined && !known.tags.includes(tag)) return;
    const call = known ?? this.begin(key);
    this.add(call, transaction, message, tag);
  }

  /** The called side rings or answers: its tag and its address are known from now on. */
  answered(transaction: Transaction, message: SipMessage): void {
    const key = this.keyOf(message);
    const call = this.calls.get(key) ?? this.begin(key);
    this.add(call, transaction, message, hashText(message.fromHeader.tag() ?? ''));
    const tag = message.toHeader.tag();
    if (tag !== undefined) keep(call.tags, hashText(tag), TAGS_LIMIT);
  }

  /** A host was let in: it goes on with the call from another address. */
  joined(call: number, host: Address): void {
    const known = this.calls.get(call);
    if (known !== undefined) keep(known.hosts, host, HOSTS_LIMIT);
  }

  isKnown(call: number): boolean {
    return this.calls.has(call);
  }

  takesPart(call: number, host: Address): boolean {
    return this.calls.peek(call)?.hosts.includes(host) === true;
  }

  /** It went from one host to the other; undefined: nothing of it was seen. */
  wentTo(call: number, caller: Address, callee: Address): boolean | undefined {
    const hosts = this.calls.peek(call)?.hosts;
    if (hosts === undefined) return undefined;
    const from = hosts.indexOf(caller);
    return from !== -1 && hosts.indexOf(callee) > from;
  }

  /** Whether From or To of the request has a tag of the call. */
  knowsTag(call: number, message: SipMessage): boolean {
    const tags = this.calls.peek(call)?.tags ?? [];
    const from = message.fromHeader.tag();
    const to = message.toHeader.tag();
    return (
      (from !== undefined && tags.includes(hashText(from))) ||
      (to !== undefined && tags.includes(hashText(to)))
    );
  }

  table(): TableStatus {
    return this.calls.status('calls_parties');
  }

  private begin(key: number): Call {
    const call: Call = { hosts: [], tags: [] };
    this.calls.set(key, call);
    return call;
  }

  private add(call: Call, transaction: Transaction, message: SipMessage, tag: number): void {
    keep(call.tags, tag, TAGS_LIMIT);
    const { hosts } = call;
    keep(hosts, transaction.source, HOSTS_LIMIT);
    keep(hosts, transaction.origin, HOSTS_LIMIT);
    keep(hosts, transaction.target, HOSTS_LIMIT);
    const contact = parseAddress(message.contact.uri.host() ?? '');
    if (contact !== undefined) keep(hosts, contact, HOSTS_LIMIT);
  }
}

function keep<T>(list: T[], value: T, limit: number): void {
  if (list.length < limit && !list.includes(value)) list.push(value);
}
