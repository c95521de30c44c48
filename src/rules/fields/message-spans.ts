import { Deviation } from '../../sip/deviations.js';
import { MAX_BODY_TEXT, type SipMessage } from '../../sip/message.js';
import type { NameAddrView } from '../../sip/name-addr.js';
import type { ParamList } from '../../sip/params.js';
import { Header } from '../../sip/tokens.js';
import type { UriView } from '../../sip/uri.js';
import { Found, type Span, type SpanReader } from './span.js';

/** Texts are cut here when they are decoded (`sip/text.ts`). */
const MAX_TEXT = 8192;
const BACKSLASH = 92;

type Reader = (message: SipMessage, span: Span) => Found;

/** A text that cannot hold a line fold. */
function bytes(message: SipMessage, span: Span, from: number, to: number): Found {
  span.set(message.buf, from, Math.min(to, from + MAX_TEXT));
  return Found.Text;
}

/** A text in which a line fold would become one space. */
function foldable(message: SipMessage, span: Span, from: number, to: number): Found {
  bytes(message, span, from, to);
  return (message.deviations & Deviation.FoldedLines) === 0 ? Found.Text : Found.Written;
}

function header(id: Header): Reader {
  return (message, span) => {
    const i = message.indexOf(id);
    if (i === -1) return Found.Nothing;
    return foldable(message, span, message.valueFrom(i), message.valueTo(i));
  };
}

function param(list: (message: SipMessage) => ParamList, name: string): Reader {
  return (message, span) => {
    const params = list(message);
    const i = params.indexOf(name);
    if (i === -1) return Found.Nothing;
    const found = foldable(message, span, params.valueFrom(i), params.valueTo(i));
    return params.isQuoted(i) ? unescaped(found, span) : found;
  };
}

function unescaped(found: Found, span: Span): Found {
  for (let at = span.from; at < span.to; at++) {
    if (span.buf[at] === BACKSLASH) return Found.Written;
  }
  return found;
}

function display(view: (message: SipMessage) => NameAddrView): Reader {
  return (message, span) => {
    const { displayFrom, displayTo, displayQuoted } = view(message);
    if (displayFrom === displayTo) return Found.Nothing;
    const found = foldable(message, span, displayFrom, displayTo);
    return displayQuoted ? unescaped(found, span) : found;
  };
}

function uriSpans(prefix: string, uri: (message: SipMessage) => UriView): Record<string, Reader> {
  const part =
    (read: (message: SipMessage, uri: UriView, span: Span) => Found): Reader =>
    (message, span) => {
      const found = read(message, uri(message), span);
      return span.from < span.to ? found : Found.Nothing;
    };
  return {
    [`${prefix}.scheme`]: part((m, u, span) => bytes(m, span, u.from, u.schemeTo)),
    [`${prefix}.user`]: part((m, u, span) => bytes(m, span, u.userFrom, u.userTo)),
    [`${prefix}.host`]: part((m, u, span) => bytes(m, span, u.hostFrom, u.hostTo)),
    [`${prefix}.uri`]: part((m, u, span) => bytes(m, span, u.from, u.to)),
  };
}

function nameAddrSpans(
  prefix: string,
  view: (message: SipMessage) => NameAddrView,
): Record<string, Reader> {
  return {
    [prefix]: (message, span) => {
      const value = view(message);
      const { from, rawTo } = value;
      return from < rawTo ? foldable(message, span, from, rawTo) : Found.Nothing;
    },
    [`${prefix}.display`]: display(view),
    ...uriSpans(prefix, (message) => view(message).uri),
  };
}

const READERS: Record<string, Reader> = {
  method: (m, span) =>
    m.isRequest && m.methodFrom < m.methodTo
      ? bytes(m, span, m.methodFrom, m.methodTo)
      : Found.Nothing,
  ...uriSpans('ruri', (m) => m.ruri),
  ...nameAddrSpans('from', (m) => m.fromHeader),
  ...nameAddrSpans('to', (m) => m.toHeader),
  ...nameAddrSpans('contact', (m) => m.contact),
  'from.tag': param((m) => m.fromHeader.params, 'tag'),
  'to.tag': param((m) => m.toHeader.params, 'tag'),
  'contact.expires': param((m) => m.contact.params, 'expires'),
  'via.branch': param((m) => m.via.params, 'branch'),
  'via.params': (m, span) => foldable(m, span, m.via.paramsFrom, m.via.paramsTo),
  via: header(Header.Via),
  call_id: header(Header.CallId),
  cseq: header(Header.CSeq),
  user_agent: header(Header.UserAgent),
  server: header(Header.Server),
  accept: header(Header.Accept),
  allow: header(Header.Allow),
  supported: header(Header.Supported),
  subject: header(Header.Subject),
  event: header(Header.Event),
  refer_to: header(Header.ReferTo),
  content_type: header(Header.ContentType),
  content_length: header(Header.ContentLength),
  head: (m, span) => bytes(m, span, m.from, m.bodyFrom),
  body: (m, span) => {
    span.set(m.buf, m.bodyFrom, Math.min(m.bodyTo, m.bodyFrom + MAX_BODY_TEXT));
    return Found.Text;
  },
};

/** Fields that can be looked at before they are decoded. What a span holds is what `read` gives. */
export const MESSAGE_SPANS: ReadonlyMap<
  string,
  SpanReader<{ readonly message: SipMessage }>
> = new Map(
  Object.entries(READERS).map(([name, read]) => [name, ({ message }, span) => read(message, span)]),
);
