import type { SipMessage } from '../../sip/message.js';
import type { NameAddrView } from '../../sip/name-addr.js';
import { Header } from '../../sip/tokens.js';
import { hashText } from '../../tables/hash.js';
import { Memo } from '../../tables/memo.js';
import { type Address, parseAddress } from '../../wire/address.js';
import { shortCopy } from '../short-copy.js';

/** Contacts of one message that are looked at; a registrar seldom allows more than ten. */
export const CONTACTS_LIMIT = 16;
/** A host name has at most 253 characters (RFC 1035 §2.3.4); no address comes near this. */
const HOST_LIMIT = 64;
const AGENT_LIMIT = 128;
/** RFC 3261 §10.2.1.1: what a registrar grants where nobody says how long. */
export const DEFAULT_EXPIRES = 3600;
/** Hosts of contacts; domains of accounts; User-Agents: what is remembered of how they read. */
const HOSTS_LIMIT = 32_768;
const DOMAINS_LIMIT = 1024;
const AGENTS_LIMIT = 1024;

/** One Contact of a REGISTER or of the answer to it. */
export interface RegisterContact {
  /** `host:port` in lower case, 5060 where it names none. */
  readonly text: string;
  /** Undefined when it is a host name. */
  readonly host: Address | undefined;
  readonly port: number;
  /** Seconds that its own parameter says; -1: none. */
  readonly expires: number;
}

/** What a REGISTER asks for (RFC 3261 §10.2). */
export interface Asked {
  /** `Contact: *`: that all be removed. */
  readonly all: boolean;
  /** Empty: it only asks which contacts there are. */
  readonly contacts: readonly RegisterContact[];
  /** Of its Expires header; -1: none. */
  readonly expires: number;
  /** Hash of the User-Agent's letters: a new version is the same telephone. */
  readonly agent: number;
  /** Hash of the host of the account; 0 when that is an address, which may stand for any name. */
  readonly domain: number;
}

/**
 * Reads REGISTER requests and the answers to them. Telephones say the same again and again, so
 * what their texts mean is remembered.
 */
export class RegisterReader {
  private readonly hosts = new Memo(HOSTS_LIMIT, (text) => new ContactHost(text));
  private readonly domains = new Memo(DOMAINS_LIMIT, domainOf);
  private readonly agents = new Memo(AGENTS_LIMIT, agentOf);

  asked(message: SipMessage): Asked {
    const all = message.contact.isStar;
    const domain = message.toHeader.uri.host();
    return {
      all,
      contacts: all ? [] : this.contacts(message),
      expires: message.expires,
      agent: this.agents.of(message.text(Header.UserAgent) ?? ''),
      domain: domain === undefined ? 0 : this.domains.of(domain),
    };
  }

  /** All contacts of a message that name a host. */
  contacts(message: SipMessage): RegisterContact[] {
    const found: RegisterContact[] = [];
    for (let nth = 0; nth < CONTACTS_LIMIT; nth++) {
      const view = message.contactAt(nth);
      if (view === undefined) break;
      const contact = this.contact(view);
      if (contact !== undefined) found.push(contact);
    }
    return found;
  }

  private contact(view: NameAddrView): RegisterContact | undefined {
    const { uri } = view;
    const name = uri.host();
    if (name === undefined) return undefined;
    const port = uri.portNumber === -1 ? 5060 : uri.portNumber;
    const host = this.hosts.of(name);
    const expires = secondsOf(view.param('expires'));
    return { text: host.textAt(port), host: host.address, port, expires };
  }
}

/** The host of a contact, and the text of the last contact there. */
class ContactHost {
  readonly address: Address | undefined;
  private readonly name: string;
  private port = -1;
  private text = '';

  constructor(text: string) {
    this.name = shortCopy(text, HOST_LIMIT).toLowerCase();
    this.address = parseAddress(this.name);
  }

  textAt(port: number): string {
    const { name } = this;
    if (port !== this.port) {
      this.port = port;
      this.text = name.includes(':') ? `[${name}]:${port}` : `${name}:${port}`;
    }
    return this.text;
  }
}

/** That a contact be no longer bound (RFC 3261 §10.2.2). */
export function isRemoval({ expires }: RegisterContact, asked: Asked): boolean {
  return (expires === -1 ? asked.expires : expires) === 0;
}

/** Digits as seconds; -1 for anything else. A registrar may grant years, so it has no limit here. */
function secondsOf(text: string | undefined): number {
  if (text === undefined || text.length === 0 || text.length > 10) return -1;
  const seconds = Number(text);
  return Number.isInteger(seconds) && seconds >= 0 ? seconds : -1;
}

function domainOf(host: string): number {
  if (parseAddress(host) !== undefined) return 0;
  return hashText(shortCopy(host, HOST_LIMIT).toLowerCase());
}

function agentOf(agent: string): number {
  return hashText(
    agent
      .slice(0, AGENT_LIMIT)
      .replace(/[^a-z]+/gi, '')
      .toLowerCase(),
  );
}
