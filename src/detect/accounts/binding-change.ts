import { type Address, networkOf } from '../../wire/address.js';
import { isTrustedEnd } from '../../wire/trusted-ends.js';
import type { Transaction } from '../transactions/transaction.js';
import { endOf } from './binding-refresh.js';
import type { ContactFacts } from './contact-facts.js';
import { type FailureCount, NO_FAILURES } from './failures.js';
import {
  type Asked,
  CONTACTS_LIMIT,
  DEFAULT_EXPIRES,
  isRemoval,
  type RegisterContact,
} from './register-contacts.js';
import type { Binding, Registration } from './registration.js';

/** A contact that was bound, and until when (packet time, seconds). */
export interface Bound {
  readonly contact: RegisterContact;
  readonly expires: number;
}

const NO_CONTACTS: readonly Bound[] = [];

/**
 * What a granted REGISTER changes in the bindings of its account. Reads what was known before in
 * the constructor; `apply` changes it.
 */
export class BindingChange {
  /** Contacts that are bound now: new ones, and those that were bound before. */
  readonly bound: readonly Bound[];
  /** Of these, what is new. */
  readonly added: readonly Bound[];
  /** Bindings that the request had removed. */
  readonly removed: readonly Binding[];
  private readonly kept: Registration;
  private readonly transaction: Transaction;
  private readonly asked: Asked;
  private readonly now: number;
  private readonly network: Address;
  private readonly isKnown: boolean;
  private readonly isHome: boolean;
  private readonly agentChanged: boolean;
  /** Live bindings in other networks, and those of them that the registrar gave up for this. */
  private readonly elsewhere: readonly Binding[];
  private readonly displaced: readonly Binding[];

  /** `listed` and `granted`: the contacts and the Expires header of the answer. */
  constructor(
    kept: Registration,
    transaction: Transaction,
    asked: Asked,
    listed: readonly RegisterContact[],
    granted: number,
    now: number,
  ) {
    this.kept = kept;
    this.transaction = transaction;
    this.asked = asked;
    this.now = now;
    this.network = networkOf(transaction.origin);
    const { domain, agent } = asked;
    this.isKnown = kept.isKnown(domain);
    this.isHome = kept.isHome(this.network, domain);
    this.agentChanged = kept.agents.length > 0 && !kept.agents.includes(agent);
    this.refresh(listed);
    kept.expire(now);
    this.bound = this.boundOf(listed, granted);
    const isList = this.isWholeList(listed);
    if (isList) this.addListed(listed);
    this.elsewhere = kept.elsewhere(this.network, domain);
    this.removed = this.removedOf();
    this.added = this.bound.filter(({ contact }) => this.isNew(contact));
    this.displaced = isList
      ? this.elsewhere.filter(({ contact }) => !listed.some(({ text }) => text === contact))
      : [];
  }

  /** Makes the change. */
  apply(): void {
    const { kept, asked, network, now, transaction } = this;
    const { domain, agent } = asked;
    for (const { contact } of [...this.removed, ...this.displaced]) kept.drop(contact, domain);
    for (const { contact, expires } of this.bound) {
      const since = kept.find(contact.text, domain)?.since ?? now;
      const { origin: source, originPort: port } = transaction;
      kept.put({ contact: contact.text, source, port, network, domain, agent, since, expires });
    }
    if (this.bound.length === 0) return;
    if (this.isKnown && !this.isHome) {
      kept.foreignAt = now;
      kept.foreignNetwork = network;
    }
    kept.learn(network, domain, agent);
  }

  /** What is to be said of a contact that was bound. */
  boundFacts({ contact }: Bound, failures: FailureCount): ContactFacts {
    return { ...this.facts(contact.text, failures), displaced: this.displaced.length };
  }

  /** What is to be said of what was removed; undefined: nothing was, as far as is known. */
  removedFacts(): ContactFacts | undefined {
    const [first] = this.removed;
    if (first === undefined && !this.asked.all) return undefined;
    const { all } = this.asked;
    const text = first?.contact ?? '*';
    const displaced = this.removed.filter(({ network }) => network !== this.network).length;
    return { ...this.facts(text, NO_FAILURES), all, displaced };
  }

  private facts(address: string, failures: FailureCount): ContactFacts {
    return {
      address,
      all: false,
      known: this.isKnown,
      newNetwork: this.isKnown && !this.isHome,
      foreign: this.elsewhere.length > 0,
      others: this.elsewhere.length,
      displaced: 0,
      agentChanged: this.agentChanged,
      failuresBefore: failures.total,
      failingNetworks: failures.networks,
      failuresNear: failures.near,
      failingAddressesNear: failures.addressesNear,
      byStranger: this.isKnown && !this.isHome,
      rebound: false,
    };
  }

  private boundOf(listed: readonly RegisterContact[], granted: number): readonly Bound[] {
    const { asked, now } = this;
    if (asked.all) return NO_CONTACTS;
    const bound: Bound[] = [];
    for (const contact of asked.contacts) {
      if (isRemoval(contact, asked)) continue;
      const own = listed.find(({ text }) => text === contact.text);
      bound.push({ contact, expires: endOf(own, granted, contact, asked, now) });
    }
    return bound;
  }

  /**
   * RFC 3261 §10.3: the answer lists all bindings. Who rewrites contacts, or shows each client its
   * own only, does not list what was asked for as it was asked for.
   */
  private isWholeList(listed: readonly RegisterContact[]): boolean {
    if (this.bound.length === 0 || listed.length === CONTACTS_LIMIT) return false;
    return this.bound.every(({ contact }) => listed.some(({ text }) => text === contact.text));
  }

  /** What the registrar lists is live, even where its last registration was not seen. */
  private refresh(listed: readonly RegisterContact[]): void {
    for (const { text, expires } of listed) {
      const binding = this.kept.find(text, this.asked.domain);
      if (binding === undefined || expires < 0) continue;
      binding.expires = Math.max(binding.expires, this.now + expires);
    }
  }

  /** Contacts that the registrar names and whose registration was not seen. */
  private addListed(listed: readonly RegisterContact[]): void {
    const { kept, now, bound } = this;
    const { domain } = this.asked;
    for (const { text, host, port, expires } of listed) {
      if (bound.some(({ contact }) => contact.text === text)) continue;
      if (kept.find(text, domain) !== undefined) continue;
      const isPublic = host !== undefined && !isTrustedEnd(host);
      kept.put({
        contact: text,
        source: undefined,
        port,
        network: isPublic ? networkOf(host) : undefined,
        domain,
        agent: 0,
        since: now,
        expires: now + (expires >= 0 ? expires : DEFAULT_EXPIRES),
      });
    }
  }

  private removedOf(): Binding[] {
    const { kept, asked } = this;
    if (asked.all) return kept.ofTenant(asked.domain);
    return asked.contacts
      .filter((contact) => isRemoval(contact, asked))
      .map(({ text }) => kept.find(text, asked.domain))
      .filter((binding) => binding !== undefined);
  }

  /** Another network behind the same private contact is another telephone. */
  private isNew({ text }: RegisterContact): boolean {
    const known = this.kept.find(text, this.asked.domain);
    return known === undefined || (known.network ?? this.network) !== this.network;
  }
}
