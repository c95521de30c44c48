import { FOLD, isBlank } from './characters.js';

/** Methods by number; the names are in METHOD_NAMES. `Other` is any method not listed. */
export const Method = {
  Other: 0,
  Invite: 1,
  Ack: 2,
  Bye: 3,
  Cancel: 4,
  Options: 5,
  Register: 6,
  Prack: 7,
  Subscribe: 8,
  Notify: 9,
  Publish: 10,
  Info: 11,
  Refer: 12,
  Message: 13,
  Update: 14,
} as const;
export type Method = (typeof Method)[keyof typeof Method];

/** Indexed by Method. */
export const METHOD_NAMES: readonly string[] = [
  'other',
  'INVITE',
  'ACK',
  'BYE',
  'CANCEL',
  'OPTIONS',
  'REGISTER',
  'PRACK',
  'SUBSCRIBE',
  'NOTIFY',
  'PUBLISH',
  'INFO',
  'REFER',
  'MESSAGE',
  'UPDATE',
];

/** Header fields by number; spelling, compact form and code are in HEADERS. */
export const Header = {
  Other: 0,
  Via: 1,
  MaxForwards: 2,
  To: 3,
  From: 4,
  UserAgent: 5,
  CallId: 6,
  Contact: 7,
  CSeq: 8,
  Accept: 9,
  ContentLength: 10,
  ContentType: 11,
  Allow: 12,
  Authorization: 13,
  Expires: 14,
  Supported: 15,
  ProxyAuthorization: 16,
  WwwAuthenticate: 17,
  ProxyAuthenticate: 18,
  RecordRoute: 19,
  Route: 20,
  Server: 21,
  Subject: 22,
  AllowEvents: 23,
  Require: 24,
  ProxyRequire: 25,
  Date: 26,
  RetryAfter: 27,
  Warning: 28,
  Reason: 29,
  ReferTo: 30,
  ReferredBy: 31,
  Event: 32,
  PAssertedIdentity: 33,
  PPreferredIdentity: 34,
  RemotePartyId: 35,
  Privacy: 36,
  Diversion: 37,
  HistoryInfo: 38,
  ReplyTo: 39,
  Organization: 40,
  ContentEncoding: 41,
  ContentDisposition: 42,
  AcceptEncoding: 43,
  AcceptLanguage: 44,
  AuthenticationInfo: 45,
  MinExpires: 46,
  SessionExpires: 47,
  MinSe: 48,
  RSeq: 49,
  RAck: 50,
  SubscriptionState: 51,
  Path: 52,
  ServiceRoute: 53,
  Identity: 54,
  Timestamp: 55,
  Unsupported: 56,
  Priority: 57,
  InReplyTo: 58,
  MimeVersion: 59,
  Replaces: 60,
  AcceptContact: 61,
  RejectContact: 62,
  RequestDisposition: 63,
  AlertInfo: 64,
  CallInfo: 65,
  PEarlyMedia: 66,
} as const;
export type Header = (typeof Header)[keyof typeof Header];

export type HeaderRow = {
  readonly id: Header;
  /** RFC spelling. */
  readonly name: string;
  /** The one-letter form, or ''. */
  readonly compact: string;
  /** The short code of this header in a header order, such as "V MF T F". */
  readonly code: string;
};

function row(id: Header, name: string, compact: string, code: string): HeaderRow {
  return { id, name, compact, code };
}

/** Indexed by Header. Codes are part of the signature language: never change one. */
export const HEADERS: readonly HeaderRow[] = [
  row(Header.Other, '', '', '?'),
  row(Header.Via, 'Via', 'v', 'V'),
  row(Header.MaxForwards, 'Max-Forwards', '', 'MF'),
  row(Header.To, 'To', 't', 'T'),
  row(Header.From, 'From', 'f', 'F'),
  row(Header.UserAgent, 'User-Agent', '', 'UA'),
  row(Header.CallId, 'Call-ID', 'i', 'CI'),
  row(Header.Contact, 'Contact', 'm', 'CT'),
  row(Header.CSeq, 'CSeq', '', 'CS'),
  row(Header.Accept, 'Accept', '', 'AC'),
  row(Header.ContentLength, 'Content-Length', 'l', 'CL'),
  row(Header.ContentType, 'Content-Type', 'c', 'CTY'),
  row(Header.Allow, 'Allow', '', 'AL'),
  row(Header.Authorization, 'Authorization', '', 'AU'),
  row(Header.Expires, 'Expires', '', 'EX'),
  row(Header.Supported, 'Supported', 'k', 'SU'),
  row(Header.ProxyAuthorization, 'Proxy-Authorization', '', 'PA'),
  row(Header.WwwAuthenticate, 'WWW-Authenticate', '', 'WA'),
  row(Header.ProxyAuthenticate, 'Proxy-Authenticate', '', 'PX'),
  row(Header.RecordRoute, 'Record-Route', '', 'RR'),
  row(Header.Route, 'Route', '', 'RO'),
  row(Header.Server, 'Server', '', 'SV'),
  row(Header.Subject, 'Subject', 's', 'SJ'),
  row(Header.AllowEvents, 'Allow-Events', 'u', 'AE'),
  row(Header.Require, 'Require', '', 'RQ'),
  row(Header.ProxyRequire, 'Proxy-Require', '', 'PRQ'),
  row(Header.Date, 'Date', '', 'DT'),
  row(Header.RetryAfter, 'Retry-After', '', 'RA'),
  row(Header.Warning, 'Warning', '', 'WN'),
  row(Header.Reason, 'Reason', '', 'RS'),
  row(Header.ReferTo, 'Refer-To', 'r', 'RT'),
  row(Header.ReferredBy, 'Referred-By', 'b', 'RB'),
  row(Header.Event, 'Event', 'o', 'EV'),
  row(Header.PAssertedIdentity, 'P-Asserted-Identity', '', 'PI'),
  row(Header.PPreferredIdentity, 'P-Preferred-Identity', '', 'PP'),
  row(Header.RemotePartyId, 'Remote-Party-ID', '', 'RP'),
  row(Header.Privacy, 'Privacy', '', 'PV'),
  row(Header.Diversion, 'Diversion', '', 'DV'),
  row(Header.HistoryInfo, 'History-Info', '', 'HI'),
  row(Header.ReplyTo, 'Reply-To', '', 'RY'),
  row(Header.Organization, 'Organization', '', 'OR'),
  row(Header.ContentEncoding, 'Content-Encoding', 'e', 'CE'),
  row(Header.ContentDisposition, 'Content-Disposition', '', 'CD'),
  row(Header.AcceptEncoding, 'Accept-Encoding', '', 'ACE'),
  row(Header.AcceptLanguage, 'Accept-Language', '', 'ACL'),
  row(Header.AuthenticationInfo, 'Authentication-Info', '', 'AI'),
  row(Header.MinExpires, 'Min-Expires', '', 'ME'),
  row(Header.SessionExpires, 'Session-Expires', 'x', 'SE'),
  row(Header.MinSe, 'Min-SE', '', 'MS'),
  row(Header.RSeq, 'RSeq', '', 'RSQ'),
  row(Header.RAck, 'RAck', '', 'RAK'),
  row(Header.SubscriptionState, 'Subscription-State', '', 'SS'),
  row(Header.Path, 'Path', '', 'PT'),
  row(Header.ServiceRoute, 'Service-Route', '', 'SR'),
  row(Header.Identity, 'Identity', 'y', 'ID'),
  row(Header.Timestamp, 'Timestamp', '', 'TS'),
  row(Header.Unsupported, 'Unsupported', '', 'UN'),
  row(Header.Priority, 'Priority', '', 'PY'),
  row(Header.InReplyTo, 'In-Reply-To', '', 'IR'),
  row(Header.MimeVersion, 'MIME-Version', '', 'MV'),
  row(Header.Replaces, 'Replaces', '', 'RPL'),
  row(Header.AcceptContact, 'Accept-Contact', 'a', 'ACT'),
  row(Header.RejectContact, 'Reject-Contact', 'j', 'RC'),
  row(Header.RequestDisposition, 'Request-Disposition', 'd', 'RD'),
  row(Header.AlertInfo, 'Alert-Info', '', 'ALI'),
  row(Header.CallInfo, 'Call-Info', '', 'CAI'),
  row(Header.PEarlyMedia, 'P-Early-Media', '', 'PEM'),
];

const SLOTS = 512;

/**
 * Names by a small hash of length, first and last byte. A slot holds an index into the flat arrays
 * below, or -1; `fold` maps every byte before it is compared.
 */
class NameTable {
  private readonly slots = new Int16Array(SLOTS).fill(-1);
  private readonly ids = new Uint8Array(128);
  /** Where each name begins in `bytes`; the next one begins where it ends. */
  private readonly starts = new Uint16Array(129);
  private readonly bytes = new Uint8Array(2048);
  private readonly fold: Uint8Array;
  private size = 0;

  constructor(fold: Uint8Array) {
    this.fold = fold;
  }

  add(name: string, id: number): void {
    const start = this.starts[this.size];
    for (let i = 0; i < name.length; i++) this.bytes[start + i] = this.fold[name.charCodeAt(i)];
    const last = this.bytes[start + name.length - 1];
    let slot = slotOf(name.length, this.bytes[start], last);
    while (this.slots[slot] !== -1) slot = (slot + 1) & (SLOTS - 1);
    this.slots[slot] = this.size;
    this.ids[this.size++] = id;
    this.starts[this.size] = start + name.length;
  }

  /** The id of the name in `buf[from, to)`, or 0. */
  find(buf: Buffer, from: number, to: number): number {
    if (from >= to) return 0;
    let slot = slotOf(to - from, this.fold[buf[from]], this.fold[buf[to - 1]]);
    for (let row = this.slots[slot]; row !== -1; row = this.slots[slot]) {
      const start = this.starts[row];
      if (this.starts[row + 1] - start === to - from && this.matches(start, buf, from, to)) {
        return this.ids[row];
      }
      slot = (slot + 1) & (SLOTS - 1);
    }
    return 0;
  }

  private matches(start: number, buf: Buffer, from: number, to: number): boolean {
    const { bytes, fold } = this;
    for (let at = from, name = start; at < to; at++, name++) {
      if (fold[buf[at]] !== bytes[name]) return false;
    }
    return true;
  }
}

function slotOf(length: number, first: number, last: number): number {
  return (length * 37 + first * 7 + last * 13) & (SLOTS - 1);
}

const METHODS = new NameTable(FOLD);
for (let id = 1; id < METHOD_NAMES.length; id++) METHODS.add(METHOD_NAMES[id], id);

const HEADER_NAMES = new NameTable(FOLD);
for (const { id, name, compact } of HEADERS) {
  if (name !== '') HEADER_NAMES.add(name, id);
  if (compact !== '') HEADER_NAMES.add(compact, id);
}

/**
 * The method these bytes name. RFC 3261 §7.1 makes methods case-sensitive, but servers that do not
 * care exist, so `register` counts as what it will be taken for; `methodText` shows it as written.
 */
export function methodId(buf: Buffer, from: number, to: number): Method {
  return METHODS.find(buf, from, to) as Method;
}

/**
 * The header field these bytes name. Names fold case (RFC 3261 §7.3.1), may be compact (§7.3.3),
 * and may have blanks before the colon (§25.1, HCOLON).
 */
export function headerId(buf: Buffer, from: number, to: number): Header {
  let end = to;
  while (end > from && isBlank(buf[end - 1])) end--;
  return HEADER_NAMES.find(buf, from, end) as Header;
}
