import type { SipMessage } from '../../sip/message.js';
import { Method } from '../../sip/tokens.js';
import type { UriView } from '../../sip/uri.js';
import { BoundedMap } from '../../tables/bounded-map.js';
import { Hasher } from '../../tables/hash.js';
import type { Counters } from '../../telemetry/counters.js';
import {
  isCount,
  isListOf,
  isText,
  type JsonValue,
  type SavedEntry,
} from '../../telemetry/saved-entry.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import { type Address, isAddress, networkOf, parseAddress } from '../../wire/address.js';
import { isTrustedEnd } from '../../wire/trusted-ends.js';
import { Mark } from '../sources/marked-set.js';
import type { SourceTable } from '../sources/sources.js';
import { ACCOUNT_LIMIT, type Transaction } from '../transactions/transaction.js';

/**
 * Why a host may call another: it is set in the configuration; the called host registers there
 * (or began TLS with it); it stands beside such a server, or serves other telephones; it sent the
 * contact that the called host has bound, which only its servers know; the called host has called
 * it itself, or has talked with it; both are inside one private network.
 */
export type Expectation = 'declared' | 'registrar' | 'proxy' | 'contact' | 'peer' | 'network';

/** Who knows where hosts registered. */
export interface Registrars {
  serversOf(endpoint: Address): readonly Address[];
}

/** Who knows which hosts the configuration names. */
export interface Declarations {
  isDeclared(address: Address): boolean;
}

const LIMIT = 65_536;
/** Registrars of one telephone that are looked at. */
const MOST_SERVERS = 16;
/** A registrar of so many hosts is no disguise: each took a REGISTER of another host. */
const SERVES = 3;
/** Who rang or answered for so many users is a PBX; telephones have a few lines. */
const PBX_USERS = 8;

/** A contact of a REGISTER, as keys: of its host and port, and of where the request came from. */
export interface OfferedContact {
  readonly asWritten: number;
  readonly asSeen: number;
}

/** What is known of a host that is asked: the hosts that registered there, the users it rang. */
class Server {
  readonly clients: Address[] = [];
  readonly users: string[] = [];
  challenges = false;
}

/**
 * Who is a telephone, who serves it, and who else may call it: learned from registrations, from the
 * calls that telephones make themselves, and from long talks.
 */
export class Telephones {
  private readonly registrars: Registrars;
  private readonly declarations: Declarations;
  private readonly sources: SourceTable;
  private readonly servers: BoundedMap<Address, Server>;
  /** Where a host registers by its requests, on a mirror that shows no replies. */
  private readonly assumed: BoundedMap<Address, Address[]>;
  /** Contacts in REGISTER requests, by transaction; and those that a registrar has taken. */
  private readonly offered: BoundedMap<number, OfferedContact>;
  private readonly contacts: BoundedMap<number, true>;
  /** Pairs of who may be called by whom. */
  private readonly partners: BoundedMap<number, true>;
  private readonly hasher = new Hasher();

  constructor(
    counters: Counters,
    sources: SourceTable,
    registrars: Registrars,
    declarations: Declarations,
    limit = LIMIT,
  ) {
    const evicted = () => {
      counters.telephonesEvicted++;
    };
    this.sources = sources;
    this.registrars = registrars;
    this.declarations = declarations;
    this.servers = new BoundedMap(limit, evicted);
    this.assumed = new BoundedMap(limit, evicted);
    this.offered = new BoundedMap(Math.ceil(limit / 8), evicted);
    this.contacts = new BoundedMap(limit, evicted);
    this.partners = new BoundedMap(limit, evicted);
  }

  /** A REGISTER is on its way. */
  registers(transaction: Transaction, message: SipMessage): void {
    const { contact } = message;
    const user = contact.uri.user();
    if (user === undefined || contact.isStar) return;
    const { source, sourcePort } = transaction;
    const { host, portNumber } = hostOf(contact.uri);
    // Behind NAT, a registrar calls where the request came from, or names what it was told.
    this.offered.set(transaction.key, {
      asWritten: this.contactKey(source, user, host, portNumber),
      asSeen: this.contactKey(source, user, '', sourcePort),
    });
  }

  /** A final answer to REGISTER or INVITE. */
  answered(transaction: Transaction, status: number): void {
    const { source, target, methodId, key } = transaction;
    const isGranted = methodId === Method.Register && status < 300;
    if (status === 401 || status === 407) {
      if (transaction.initial) this.server(target).challenges = true;
    } else if (isGranted) addNew(this.server(target).clients, source, SERVES);
    if (methodId !== Method.Register) return;
    const offer = this.offered.peek(key);
    if (offer === undefined) return;
    this.offered.delete(key);
    if (isGranted) this.bind(offer);
    else transaction.offered = offer; // whoever takes the challenge up offers the same
  }

  /** The registrar granted what took up the challenge to this REGISTER, and was not seen. */
  grantedUnseen(transaction: Transaction): void {
    addNew(this.server(transaction.target).clients, transaction.source, SERVES);
    this.bind(transaction.offered);
  }

  /** No reply to a REGISTER: where the mirror shows none at all, it is taken as granted. */
  unanswered({ source, target, key }: Transaction, isTwoWay: boolean): void {
    const contact = this.offered.peek(key);
    this.offered.delete(key);
    if (isTwoWay) return;
    const servers = this.assumed.get(source);
    if (servers === undefined) this.assumed.set(source, [target]);
    else addNew(servers, target, MOST_SERVERS);
    this.bind(contact);
  }

  /** A host rang or answered for this user. */
  rang(host: Address, user: string | undefined): void {
    if (user !== undefined) addNew(this.server(host).users, user, PBX_USERS);
  }

  /** The first has shown that it wants to be called by the second. */
  befriend(host: Address, caller: Address): void {
    this.partners.set(this.pairKey(host, caller), true);
  }

  /** The host was seen to register somewhere. */
  isRegistered(host: Address): boolean {
    return (
      this.registrars.serversOf(host).length > 0 ||
      this.sources.find(host)?.targets.some(Mark.Registered) === true ||
      (this.assumed.peek(host)?.length ?? 0) > 0
    );
  }

  /** It registers others, asks for credentials, or answers for many: a server, not a telephone. */
  isServer(host: Address): boolean {
    const server = this.servers.peek(host);
    if (server === undefined) return false;
    return server.clients.length > 0 || server.challenges || server.users.length >= PBX_USERS;
  }

  /** What this host sends is on the mirror: requests, registrations, or answers to them. */
  isSeenToSend(host: Address): boolean {
    const profile = this.sources.find(host);
    if (profile !== undefined && (profile.requests > 0 || profile.targets.size > 0)) return true;
    return this.isRegistered(host) || this.isServer(host);
  }

  /** Whether the Request-URI is a contact of that host, its port included. */
  isContact(host: Address, { ruri }: SipMessage): boolean {
    const user = ruri.user();
    if (user === undefined || this.contacts.size === 0) return false;
    const { host: name, portNumber } = hostOf(ruri);
    if (this.contacts.has(this.contactKey(host, user, name, portNumber))) return true;
    const isSeen = this.contacts.has(this.contactKey(host, user, '', portNumber));
    return isSeen && parseAddress(name) === host;
  }

  /** The same of a call of which only replies are seen: by its To, and where they come from. */
  isContactUser(host: Address, user: string | undefined, port: number): boolean {
    return user !== undefined && this.contacts.has(this.contactKey(host, user, '', port));
  }

  /** Why `caller` may call `host`; `knowsContact`: it sent what only servers of `host` know. */
  expectation(caller: Address, host: Address, knowsContact: boolean): Expectation | undefined {
    if (caller === host || this.declarations.isDeclared(caller)) return 'declared';
    const servers = this.serversOf(host);
    if (servers.includes(caller)) return 'registrar';
    const own = this.sources.find(host)?.targets.get(caller) ?? 0;
    if ((own & Mark.Tls) !== 0) return 'registrar';
    const network = networkOf(caller);
    if (servers.some((server) => networkOf(server) === network)) return 'proxy';
    if ((this.servers.peek(caller)?.clients.length ?? 0) >= SERVES) return 'proxy';
    if (knowsContact) return 'contact';
    if (this.partners.has(this.pairKey(host, caller))) return 'peer';
    return isSameSite(caller, host) ? 'network' : undefined;
  }

  tables(): TableStatus[] {
    return [
      this.servers.status('servers_asked'),
      this.assumed.status('registrations_assumed'),
      this.offered.status('contacts_offered'),
      this.contacts.status('contacts_bound'),
      this.partners.status('call_partners'),
    ];
  }

  /** What outlasts a restart: else whoever may call a telephone would be a stranger after it. */
  *save(): Generator<SavedEntry> {
    for (const [host, { clients, users, challenges }] of this.servers.walk()) {
      yield ['telephone', 'server', host, [...clients], [...users], challenges];
    }
    for (const [host, servers] of this.assumed.walk()) {
      yield ['telephone', 'assumed', host, [...servers]];
    }
    for (const [key] of this.contacts.walk()) yield ['telephone', 'contact', key];
    for (const [key] of this.partners.walk()) yield ['telephone', 'partner', key];
  }

  /** Takes in an entry that was saved; false when it is no such thing. */
  restore([, kind, key, ...data]: SavedEntry): boolean {
    switch (kind) {
      case 'contact':
      case 'partner':
        if (!isCount(key)) return false;
        (kind === 'contact' ? this.contacts : this.partners).set(key, true);
        return true;
      case 'assumed': {
        const [servers] = data;
        if (!isAddress(key) || !isListOf(servers, MOST_SERVERS, isAddress)) return false;
        this.assumed.set(key, servers);
        return true;
      }
      default:
        return kind === 'server' && this.restoreServer(key, data);
    }
  }

  private restoreServer(host: JsonValue | undefined, data: readonly JsonValue[]): boolean {
    const [clients, users, challenges] = data;
    if (!isAddress(host) || !isListOf(clients, SERVES, isAddress)) return false;
    if (!isListOf(users, PBX_USERS, isUser) || typeof challenges !== 'boolean') return false;
    const server = new Server();
    this.servers.set(host, server);
    server.clients.push(...clients);
    server.users.push(...users);
    server.challenges = challenges;
    return true;
  }

  private serversOf(host: Address): readonly Address[] {
    const known = this.registrars.serversOf(host);
    const assumed = this.assumed.peek(host);
    const targets = this.sources.find(host)?.targets;
    const isMarked = targets?.some(Mark.Registered) === true;
    if (!isMarked && assumed === undefined) return known;
    const marked = isMarked ? targets.sample(Mark.Registered, MOST_SERVERS) : [];
    return [...known, ...marked, ...(assumed ?? [])];
  }

  private bind(contact: OfferedContact | undefined): void {
    if (contact === undefined) return;
    this.contacts.set(contact.asWritten, true);
    this.contacts.set(contact.asSeen, true);
  }

  private server(host: Address): Server {
    let server = this.servers.get(host);
    if (server === undefined) {
      server = new Server();
      this.servers.set(host, server);
    }
    return server;
  }

  private pairKey(host: Address, caller: Address): number {
    return this.hasher.begin().addKey(host).addKey(caller).end();
  }

  private contactKey(owner: Address, user: string, host: string, port: number): number {
    return this.hasher.begin().addKey(owner).addText(user).addText(host).addNumber(port).end();
  }
}

function isUser(value: unknown): value is string {
  return isText(value, ACCOUNT_LIMIT);
}

/** Numbers so long are not met by trying extensions. */
const SECRET_USER = 7;

/** A contact that somebody may hit who tries extensions on the usual ports. */
export function isGuessable(uri: UriView): boolean {
  const isUsual = uri.portNumber === -1 || uri.portNumber === 5060 || uri.portNumber === 5061;
  return isUsual && uri.userTo - uri.userFrom < SECRET_USER;
}

/** Host in lower case; port 5060 where none is given (RFC 3261 §19.1.2). */
function hostOf(uri: UriView): { host: string; portNumber: number } {
  const portNumber = uri.portNumber === -1 ? 5060 : uri.portNumber;
  return { host: uri.host()?.toLowerCase() ?? '', portNumber };
}

/** Adds a value to a short list that holds `most`. */
function addNew<T>(list: T[], value: T, most: number): void {
  if (list.length < most && !list.includes(value)) list.push(value);
}

/**
 * Both have private addresses that begin alike: 16 bits of IPv4, 48 of IPv6 (RFC 4193 §3.1), which
 * is what one site uses; telephones and door stations often have a /24 each.
 */
function isSameSite(one: Address, other: Address): boolean {
  if (!isTrustedEnd(one) || !isTrustedEnd(other)) return false;
  if (typeof one === 'string') {
    return typeof other === 'string' && one.slice(0, 6) === other.slice(0, 6);
  }
  return typeof other === 'number' && (one ^ other) >>> 16 === 0;
}
