import { Deviation, deviationNames, isMalformed } from '../../sip/deviations.js';
import type { SipMessage } from '../../sip/message.js';
import type { NameAddrView } from '../../sip/name-addr.js';
import { Header } from '../../sip/tokens.js';
import type { UriView } from '../../sip/uri.js';
import { type Address, addressText, parseAddress } from '../../wire/address.js';
import { type Packet, Transport } from '../../wire/packet.js';
import { FieldTable, type Value } from './field.js';
import { MESSAGE_SPANS, MessageSpans } from './message-spans.js';
import type { Spans } from './span.js';

/** A message and the packet it came in, with the field values read so far. Reused. */
export class MessageSubject {
  message: SipMessage;
  packet: Packet;
  private readonly values: Value[] = [];
  private readonly stamps: number[] = [];
  private stamp = 0;
  private readonly spans = new MessageSpans();

  constructor(message: SipMessage, packet: Packet) {
    this.message = message;
    this.packet = packet;
  }

  /** Forgets the values of the message before. */
  next(message: SipMessage, packet: Packet): void {
    this.message = message;
    this.packet = packet;
    this.stamp++;
    this.spans.next();
  }

  /** The value of a field, read once per message however many signatures ask. */
  value(index: number, read: (subject: MessageSubject) => Value): Value {
    if (this.stamps[index] !== this.stamp) {
      this.stamps[index] = this.stamp;
      this.values[index] = read(this);
    }
    return this.values[index];
  }

  /** Where the fields of these groups stand. */
  findSpans(groups: number): Spans {
    this.spans.find(this.message, groups);
    return this.spans;
  }
}

type Reader = (message: SipMessage, packet: Packet) => Value;

const text = (doc: string, read: Reader) => ({ doc, type: 'text', fold: false, read }) as const;
/** Header tokens compare without case (RFC 3261 §7.3.1). */
const token = (doc: string, read: Reader) => ({ doc, type: 'text', fold: true, read }) as const;
const number = (doc: string, read: Reader) => ({ doc, type: 'number', fold: false, read }) as const;
const flag = (doc: string, read: Reader) => ({ doc, type: 'boolean', fold: false, read }) as const;

/** A number that the view gives as -1 (missing) or -2 (unreadable). */
function known(value: number): number | undefined {
  return value < 0 ? undefined : value;
}

/** IPv4 address and port as SIPVicious writes them: eight and four hex digits. */
function endpointHex(address: Address | undefined, port: number): string | undefined {
  if (typeof address !== 'number') return undefined;
  return address.toString(16).padStart(8, '0') + port.toString(16).padStart(4, '0');
}

function uriFields(prefix: string, what: string, uri: (message: SipMessage) => UriView) {
  return {
    [`${prefix}.scheme`]: token(`URI scheme of ${what}`, (m) => uri(m).scheme()),
    [`${prefix}.user`]: text(`User part of ${what}, escapes left as they are`, (m) =>
      uri(m).user(),
    ),
    [`${prefix}.host`]: token(`Host of ${what}, IPv6 without brackets`, (m) => uri(m).host()),
    [`${prefix}.port`]: number(`Port in ${what}`, (m) => known(uri(m).portNumber)),
    [`${prefix}.uri`]: text(`The URI of ${what} as written`, (m) => uri(m).text()),
  };
}

function nameAddrFields(prefix: string, what: string, view: (message: SipMessage) => NameAddrView) {
  return {
    [prefix]: text(`Value of ${what} as written`, (m) => view(m).raw()),
    [`${prefix}.display`]: text(`Display name of ${what}, quotes off`, (m) => view(m).display()),
    ...uriFields(prefix, what, (m) => view(m).uri),
  };
}

function headerText(id: Header): Reader {
  return (message) => message.text(id);
}

const MESSAGE_FIELDS = {
  method: text('Method as written: methods are case-sensitive (RFC 3261 §7.1)', (m) =>
    m.isRequest ? m.methodText() : undefined,
  ),
  is_request: flag('The message is a request', (m) => m.isRequest),
  is_response: flag('The message is a response', (m) => m.isResponse),
  status: number('Status code of a response', (m) => (m.isResponse ? m.status : undefined)),
  reason: text('Reason phrase of a response', (m) => (m.isResponse ? m.reasonText() : undefined)),
  start_line: text('The first line as written', (m) => m.startLineText()),
  ...uriFields('ruri', 'the Request-URI', (m) => m.ruri),
  'ruri.hex': text('Request-URI host and port in hex, as SIPVicious tags hold it', (m) => {
    const address = parseAddress(m.ruri.host() ?? '');
    return endpointHex(address, m.ruri.portNumber < 0 ? 5060 : m.ruri.portNumber);
  }),
  ...nameAddrFields('from', 'From', (m) => m.fromHeader),
  'from.tag': text('Tag of From', (m) => m.fromHeader.tag()),
  'from.brackets': flag('From has its URI in <>', (m) => m.fromHeader.hasBrackets),
  ...nameAddrFields('to', 'To', (m) => m.toHeader),
  'to.tag': text('Tag of To', (m) => m.toHeader.tag()),
  ...nameAddrFields('contact', 'the first Contact', (m) => m.contact),
  'contact.expires': token('expires parameter of the first Contact', (m) =>
    m.contact.param('expires'),
  ),
  via: text('The topmost Via value', (m) => m.text(Header.Via)),
  'via.host': token('Sent-by host of the topmost Via', (m) => m.via.host()),
  'via.port': number('Sent-by port of the topmost Via', (m) => known(m.via.port)),
  'via.transport': token('Transport of the topmost Via', (m) => m.via.transport()),
  'via.branch': text('Branch of the topmost Via', (m) => m.via.branch()),
  'via.params': text('Parameters of the topmost Via as written', (m) => m.via.paramsText()),
  'via.count': number('Number of Via values', (m) => m.viaCount),
  call_id: text('Call-ID', headerText(Header.CallId)),
  'cseq.number': number('CSeq number', (m) => known(m.cseqNumber)),
  'cseq.method': text('Method in CSeq', (m) => m.cseqMethodText()),
  cseq: text('The whole CSeq value', headerText(Header.CSeq)),
  user_agent: token('User-Agent', headerText(Header.UserAgent)),
  server: token('Server', headerText(Header.Server)),
  max_forwards: number('Max-Forwards', (m) => known(m.maxForwards)),
  expires: number('Expires', (m) => known(m.expires)),
  accept: token('Accept', headerText(Header.Accept)),
  allow: token('The first Allow', headerText(Header.Allow)),
  'allow.count': number('Number of Allow lines', (m) => m.count(Header.Allow)),
  supported: token('The first Supported', headerText(Header.Supported)),
  'supported.count': number('Number of Supported lines', (m) => m.count(Header.Supported)),
  subject: text('Subject', headerText(Header.Subject)),
  event: token('Event', headerText(Header.Event)),
  refer_to: text('Refer-To', headerText(Header.ReferTo)),
  content_type: token('Content-Type', headerText(Header.ContentType)),
  content_length: text('Content-Length as written', headerText(Header.ContentLength)),
  'auth.scheme': token('Scheme of the credentials', (m) => m.credentials.scheme()),
  'auth.username': text('User name in the credentials', (m) => m.credentials.username()),
  'auth.realm': text('Realm in the credentials', (m) => m.credentials.realm()),
  'auth.cnonce': text('Client nonce in the credentials', (m) => m.credentials.cnonce()),
  'auth.qop': token('qop in the credentials', (m) => m.credentials.qop()),
  'authorization.count': number('Number of Authorization lines', (m) =>
    m.count(Header.Authorization),
  ),
  'sdp.origin': text('o= line of the session description', (m) => m.sdp.origin()),
  'sdp.origin_user': text('User name in o=', (m) => m.sdp.originUser()),
  'sdp.origin_address': token('Address in o=', (m) => m.sdp.originAddress()),
  'sdp.session': text('s= line', (m) => m.sdp.sessionName()),
  'sdp.connection_address': token('Address in the first c=', (m) => m.sdp.connectionAddress()),
  'sdp.media': text('First m= line', (m) => m.sdp.mediaLine()),
  'sdp.media_port': number('Port in the first m=', (m) => known(m.sdp.mediaPort)),
  body: text('Body, at most 64 KiB', (m) => m.bodyText()),
  'body.length': number('Bytes after the head', (m) => m.bodyLength),
  'head.length': number('Bytes of the head', (m) => m.bodyFrom - m.from),
  'message.length': number('Bytes of the message as captured', (m) => m.to - m.from),
  head: text('The head as written, at most 8 KiB', (m) =>
    m.buf.toString('latin1', m.from, Math.min(m.bodyFrom, m.from + 8192)),
  ),
  header_order: text('Codes of the headers in order, such as "V MF T F UA CI CT CS AC CL"', (m) =>
    m.headerOrder(),
  ),
  header_names: text('Header names as written, in order', (m) => m.headerNames()),
  'header.count': number('Number of header lines', (m) => m.headerCount),
  'header.compact': number('Header lines in compact form', (m) => m.compactCount),
  'header.long': number('Long-form lines of headers that have a compact form', (m) => m.longCount),
  line_ends: token('crlf, lf or mixed', (m) => m.lineEnd),
  truncated: flag(
    'The packet was captured short: what is missing was not sent wrong',
    (_, p) => p.truncated,
  ),
  overlapping_fragments: flag(
    'The packet was put together from IP fragments that contradict each other',
    (_, p) => p.overlapping,
  ),
  malformed: flag('The message deviates from RFC 3261', (m, p) => isMalformed(deviationsOf(m, p))),
  deviations: text('Names of all deviations, each between spaces', (m, p) =>
    deviationText(deviationsOf(m, p)),
  ),
  'source.ip': token(
    'Address that is held to account: the sender, or whom a trusted hop names',
    (_, p) => addressText(p.origin),
  ),
  'source.port': number('Port it came from', (_, p) => p.originPort),
  'destination.ip': token('Address it went to', (_, p) => addressText(p.destination)),
  'destination.port': number('Port it went to', (_, p) => p.destinationPort),
  'destination.hex': text('Destination in hex, as SIPVicious tags hold it', (_, p) =>
    endpointHex(p.destination, p.destinationPort),
  ),
  transport: token('udp or tcp', (_, p) => (p.transport === Transport.Udp ? 'udp' : 'tcp')),
} as const;

/** What deviates, less what only looks so because the packet was captured short. */
export function deviationsOf(message: SipMessage, packet: Packet): number {
  const found = message.check();
  return packet.truncated ? found & ~LEFT_BY_TRUNCATION : found;
}

const LEFT_BY_TRUNCATION =
  Deviation.NoEndOfHead |
  Deviation.ContentLengthBeyond |
  Deviation.HeaderWithoutColon |
  Deviation.MissingHeader |
  Deviation.BadCSeq |
  Deviation.BadNameAddr |
  Deviation.BadVia;

/** " a b " with a space at each end, so that `contains: " name "` is exact; nothing when clean. */
function deviationText(bits: number): string | undefined {
  if (bits === 0) return undefined;
  return ` ${deviationNames(bits).join(' ')} `;
}

/** Readers that share their answers, by key. */
const remembered = new Map<string, (subject: MessageSubject) => Value>();

function remember(key: string, read: (subject: MessageSubject) => Value) {
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const index = remembered.size;
  const reader = (subject: MessageSubject) => subject.value(index, read);
  remembered.set(key, reader);
  return reader;
}

/** The fields that a signature over messages may name. */
export const messageFields = new FieldTable<MessageSubject>(
  Object.entries(MESSAGE_FIELDS).map(([name, field]) => ({
    ...field,
    name,
    read: remember(name, (subject) => field.read(subject.message, subject.packet)),
    span: MESSAGE_SPANS.get(name),
  })),
  remember,
  (subject, groups) => subject.findSpans(groups),
);
