import { Deviation } from '../../sip/deviations.js';
import { MAX_BODY_TEXT, type SipMessage } from '../../sip/message.js';
import type { NameAddrView } from '../../sip/name-addr.js';
import type { ParamList } from '../../sip/params.js';
import { Header } from '../../sip/tokens.js';
import type { UriView } from '../../sip/uri.js';
import { Found, type SpanField, Spans } from './span.js';

/** Texts are cut here when they are decoded (`sip/text.ts`). */
const MAX_TEXT = 8192;
const BACKSLASH = 92;

const URI = ['scheme', 'user', 'host', 'uri'];
const HEADERS: readonly (readonly [name: string, id: Header])[] = [
  ['via', Header.Via],
  ['call_id', Header.CallId],
  ['cseq', Header.CSeq],
  ['user_agent', Header.UserAgent],
  ['server', Header.Server],
  ['accept', Header.Accept],
  ['allow', Header.Allow],
  ['supported', Header.Supported],
  ['subject', Header.Subject],
  ['event', Header.Event],
  ['refer_to', Header.ReferTo],
  ['content_type', Header.ContentType],
  ['content_length', Header.ContentLength],
];

function nameAddrNames(prefix: string): string[] {
  return [prefix, ...['display', ...URI].map((part) => `${prefix}.${part}`)];
}

/** What is found together; behind these comes the message as a whole. */
const Group = {
  StartLine: 0,
  From: 1,
  To: 2,
  Contact: 3,
  Via: 4,
  Headers: 5,
  Credentials: 6,
  Sdp: 7,
} as const;

/** The fields of each group, in the order in which they are put. */
const GROUPS: readonly (readonly string[])[] = [
  ['method', 'start_line', ...URI.map((part) => `ruri.${part}`)],
  [...nameAddrNames('from'), 'from.tag'],
  [...nameAddrNames('to'), 'to.tag'],
  [...nameAddrNames('contact'), 'contact.expires'],
  ['via.host', 'via.branch', 'via.params'],
  HEADERS.map(([name]) => name),
  ['auth.username'],
  ['sdp.origin', 'sdp.session', 'sdp.media'],
  ['head', 'body'],
];

const HEADER_IDS: readonly Header[] = HEADERS.map(([, id]) => id);
/** The first place of each group. */
const FIRST = GROUPS.map((_, group) => GROUPS.slice(0, group).flat().length);

/** Fields that can be looked at before they are decoded, by name. */
export const MESSAGE_SPANS: ReadonlyMap<string, SpanField> = new Map(
  GROUPS.flatMap((names, group) =>
    names.map((name, i) => [name, { place: FIRST[group]! + i, group: 1 << group }] as const),
  ),
);

/** Where the fields of a message stand. What a span holds is what `read` of its field gives. */
export class MessageSpans extends Spans {
  /** Bits of the groups that were found. */
  private known = 0;
  /** Where the next field of the group is put. */
  private place = 0;
  /** A text that holds a line fold is not what is written: a fold becomes one space. */
  private foldable: Found = Found.Text;

  constructor() {
    super(MESSAGE_SPANS.size);
  }

  /** Forgets what was found. */
  next(): void {
    this.known = 0;
  }

  /** Finds the fields of these groups, where that was not done since `next`. */
  find(message: SipMessage, groups: number): void {
    const unknown = groups & ~this.known;
    if (unknown === 0) return;
    if (this.known === 0) {
      this.buf = message.buf;
      const hasFolds = (message.deviations & Deviation.FoldedLines) !== 0;
      this.foldable = hasFolds ? Found.Written : Found.Text;
    }
    this.known |= groups;
    for (let group = 0; group < GROUPS.length; group++) {
      if ((unknown & (1 << group)) !== 0) this.findGroup(message, group);
    }
  }

  private findGroup(message: SipMessage, group: number): void {
    this.place = FIRST[group]!;
    if (group === Group.StartLine) this.putStartLine(message);
    else if (group === Group.From) this.putNameAddr(message.fromHeader, 'tag');
    else if (group === Group.To) this.putNameAddr(message.toHeader, 'tag');
    else if (group === Group.Contact) this.putNameAddr(message.contact, 'expires');
    else if (group === Group.Via) this.putVia(message);
    else if (group === Group.Headers) this.putHeaders(message);
    else if (group === Group.Credentials) this.putParam(message.credentials.params, 'username');
    else if (group === Group.Sdp) this.putSdp(message);
    else this.putWhole(message);
  }

  private putWhole({ from, bodyFrom, bodyTo }: SipMessage): void {
    this.put(Found.Text, from, bodyFrom);
    this.put(Found.Text, bodyFrom, bodyTo, MAX_BODY_TEXT);
  }

  private putStartLine(message: SipMessage): void {
    if (message.isRequest) this.putPart(message.methodFrom, message.methodTo);
    else this.putNothing();
    this.putPart(message.startFrom, message.startTo);
    this.putUri(message.ruri);
  }

  private putNameAddr(value: NameAddrView, param: string): void {
    const { from, rawTo } = value;
    if (from < rawTo) this.put(this.foldable, from, rawTo);
    else this.putNothing();
    this.putDisplay(value);
    this.putUri(value.uri);
    this.putParam(value.params, param);
  }

  private putDisplay({ displayFrom, displayTo, displayQuoted }: NameAddrView): void {
    if (displayFrom === displayTo) this.putNothing();
    else this.putQuoted(displayFrom, displayTo, displayQuoted);
  }

  private putUri(uri: UriView): void {
    this.putPart(uri.from, uri.schemeTo);
    this.putPart(uri.userFrom, uri.userTo);
    this.putPart(uri.hostFrom, uri.hostTo);
    this.putPart(uri.from, uri.to);
  }

  private putVia({ via }: SipMessage): void {
    this.putPart(via.hostFrom, via.hostTo);
    this.putParam(via.params, 'branch');
    this.put(this.foldable, via.paramsFrom, via.paramsTo);
  }

  private putHeaders(message: SipMessage): void {
    for (const id of HEADER_IDS) {
      const i = message.indexOf(id);
      if (i === -1) this.putNothing();
      else this.put(this.foldable, message.valueFrom(i), message.valueTo(i));
    }
  }

  private putParam(params: ParamList, name: string): void {
    const i = params.indexOf(name);
    if (i === -1) this.putNothing();
    else this.putQuoted(params.valueFrom(i), params.valueTo(i), params.isQuoted(i));
  }

  private putSdp({ sdp }: SipMessage): void {
    this.putLine(sdp.originFrom, sdp.originTo);
    this.putLine(sdp.sessionFrom, sdp.sessionTo);
    this.putLine(sdp.mediaFrom, sdp.mediaTo);
  }

  /** A line of a session description may be empty. */
  private putLine(from: number, to: number): void {
    if (from > 0) this.put(Found.Text, from, to);
    else this.putNothing();
  }

  /** In a quoted string a backslash stands before what it escapes. */
  private putQuoted(from: number, to: number, isQuoted: boolean): void {
    this.put(isQuoted && hasEscape(this.buf, from, to) ? Found.Written : this.foldable, from, to);
  }

  /** A text that is missing where it is empty, and cannot hold a line fold. */
  private putPart(from: number, to: number): void {
    if (from < to) this.put(Found.Text, from, to);
    else this.putNothing();
  }

  private putNothing(): void {
    this.found[this.place++] = Found.Nothing;
  }

  private put(found: Found, from: number, to: number, limit = MAX_TEXT): void {
    const place = this.place++;
    this.found[place] = found;
    this.from[place] = from;
    this.to[place] = Math.min(to, from + limit);
  }
}

function hasEscape(buf: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (buf[at] === BACKSLASH) return true;
  return false;
}
