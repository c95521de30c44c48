import type { SipMessage } from '../../sip/message.js';
import type { NameAddrView } from '../../sip/name-addr.js';
import { Header } from '../../sip/tokens.js';
import { hashText } from '../../tables/hash.js';
import { type Address, parseAddress } from '../../wire/address.js';
import { shortCopy } from '../short-copy.js';

/** Contacts of one message that are looked at; a registrar seldom allows more than ten. */
export const CONTACTS_LIMIT = 16;
/** A host name has at most 253 characters (RFC 1035 §2.3.4); no address comes near this. */
const HOST_LIMIT = 64;
const AGENT_LIMIT = 128;
/** RFC 3261 §10.2.1.1: what a registrar grants where nobody says how long. */
export const DEFAULT_EXPIRES = 3600;

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

export function askedOf(message: SipMessage): Asked {
  const { contact } = message;
  return {
    all: contact.isStar,
    contacts: contact.isStar ? [] : contactsOf(message),
    expires: message.expires,
    agent: agentOf(message.text(Header.UserAgent)),
    domain: domainOf(message.toHeader.uri.host()),
  };
}

/** All contacts of a message that name a host. */
export function contactsOf(message: SipMessage): RegisterContact[] {
  const found: RegisterContact[] = [];
  for (let nth = 0; nth < CONTACTS_LIMIT; nth++) {
    const view = message.contactAt(nth);
    if (view === undefined) break;
    const contact = readContact(view);
    if (contact !== undefined) found.push(contact);
  }
  return found;
}

function readContact(view: NameAddrView): RegisterContact | undefined {
  const { uri } = view;
  const host = uri.host();
  if (host === undefined) return undefined;
  const port = uri.portNumber === -1 ? 5060 : uri.portNumber;
  const name = shortCopy(host, HOST_LIMIT).toLowerCase();
  return {
    text: name.includes(':') ? `[${name}]:${port}` : `${name}:${port}`,
    host: parseAddress(name),
    port,
    expires: secondsOf(view.param('expires')),
  };
}

/** Digits as seconds; -1 for anything else. A registrar may grant years, so it has no limit here. */
function secondsOf(text: string | undefined): number {
  if (text === undefined || text.length === 0 || text.length > 10) return -1;
  const seconds = Number(text);
  return Number.isInteger(seconds) && seconds >= 0 ? seconds : -1;
}

function domainOf(host: string | undefined): number {
  if (host === undefined || parseAddress(host) !== undefined) return 0;
  return hashText(shortCopy(host, HOST_LIMIT).toLowerCase());
}

function agentOf(agent: string | undefined): number {
  return hashText(
    (agent ?? '')
      .slice(0, AGENT_LIMIT)
      .replace(/[^a-z]+/gi, '')
      .toLowerCase(),
  );
}
