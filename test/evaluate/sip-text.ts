import type { Host } from './host.js';

export interface RequestOptions {
  readonly method: string;
  /** User part of To, and of the Request-URI. */
  readonly user?: string;
  /** The Request-URI, where it is not made of user and domain. */
  readonly uri?: string;
  /** Host part of From and To. Default: the name of the receiver. */
  readonly domain?: string;
  readonly fromUser?: string;
  readonly fromDomain?: string;
  readonly displayName?: string;
  /** User part of To where it differs from that of the Request-URI. */
  readonly toUser?: string;
  readonly callId?: string;
  readonly fromTag?: string;
  readonly toTag?: string | undefined;
  readonly branch?: string;
  readonly cseq?: number;
  /** Whole Via lines of the hops before the sender, who puts his own above them. */
  readonly vias?: readonly string[];
  /** False: none. Default: for methods that need one (RFC 3261 §8.1.1.8). */
  readonly contact?: string | false;
  /** False: none. Default: the sender's own. */
  readonly userAgent?: string | false;
  readonly maxForwards?: number;
  /** More header lines. */
  readonly headers?: readonly string[];
  readonly body?: string;
  readonly contentType?: string;
}

/** What the stage fills in when the options do not say it. */
export interface Marks {
  readonly branch: string;
  readonly callId: string;
  readonly fromTag: string;
}

/** A request that was sent: all that its replies, its ACK and what comes later need. */
export interface SipRequest {
  readonly from: Host;
  readonly to: Host;
  readonly method: string;
  readonly uri: string;
  readonly options: RequestOptions;
  readonly vias: readonly string[];
  readonly fromHeader: string;
  readonly toHeader: string;
  readonly callId: string;
  readonly branch: string;
  readonly fromTag: string;
  readonly cseq: number;
  readonly text: string;
}

const WITH_CONTACT = new Set(['INVITE', 'REGISTER', 'SUBSCRIBE', 'REFER', 'NOTIFY', 'UPDATE']);

export function makeRequest(
  from: Host,
  to: Host,
  options: RequestOptions,
  marks: Marks,
): SipRequest {
  const { method, user, domain = to.name, fromUser = user, fromDomain = domain } = options;
  const { toUser = user, cseq = 1, maxForwards = 70, headers = [], body = '' } = options;
  const target = user === undefined ? domain : `${user}@${domain}`;
  const isRegister = method === 'REGISTER';
  const { uri = isRegister ? `sip:${domain}` : `sip:${target}` } = options;
  const { branch = marks.branch, callId = marks.callId, fromTag = marks.fromTag } = options;
  const own = `Via: SIP/2.0/${from.transport.toUpperCase()} ${from.ownName};branch=${branch};rport`;
  const vias = [own, ...(options.vias ?? [])];
  const shown = options.displayName === undefined ? '' : `"${options.displayName}" `;
  const caller = fromUser === undefined ? fromDomain : `${fromUser}@${fromDomain}`;
  const fromHeader = `From: ${shown}<sip:${caller}>;tag=${fromTag}`;
  const called = toUser === undefined ? domain : `${toUser}@${domain}`;
  const tag = options.toTag === undefined ? '' : `;tag=${options.toTag}`;
  const toHeader = `To: <sip:${called}>${tag}`;
  const lines = [`${method} ${uri} SIP/2.0`, ...vias, `Max-Forwards: ${maxForwards}`];
  lines.push(fromHeader, toHeader, `Call-ID: ${callId}`, `CSeq: ${cseq} ${method}`);
  const contact = options.contact ?? (WITH_CONTACT.has(method) ? contactOf(from, fromUser) : false);
  if (contact !== false) lines.push(`Contact: ${contact}`);
  const agent = options.userAgent ?? from.agent ?? false;
  if (agent !== false) lines.push(`User-Agent: ${agent}`);
  lines.push(...headers);
  const text = finished(lines, body, options.contentType);
  return {
    from,
    to,
    method,
    uri,
    options,
    vias,
    fromHeader,
    toHeader,
    callId,
    branch,
    fromTag,
    cseq,
    text,
  };
}

/** `<sip:1001@192.168.1.20:5060>`. */
export function contactOf(host: Host, user: string | undefined): string {
  const transport = host.transport === 'tcp' ? ';transport=tcp' : '';
  return `<sip:${user === undefined ? '' : `${user}@`}${host.ownName}${transport}>`;
}

export interface ReplyOptions {
  /** Default `s` and the branch's end for all but 100. */
  readonly toTag?: string;
  readonly headers?: readonly string[];
  readonly body?: string;
  readonly contentType?: string;
}

/** RFC 3261 §8.2.6: what is copied from the request, and what is added. */
export function makeReply(request: SipRequest, status: string, options: ReplyOptions = {}): string {
  const { toTag = toTagOf(request), headers = [], body = '', contentType } = options;
  const isTrying = status.startsWith('100');
  const hasTag = request.toHeader.includes(';tag=');
  const to = isTrying || hasTag ? request.toHeader : `${request.toHeader};tag=${toTag}`;
  const [own = '', ...others] = request.vias;
  const received = own.replace(
    ';rport',
    `;received=${request.from.address};rport=${request.from.port}`,
  );
  const lines = [`SIP/2.0 ${status}`, received, ...others, request.fromHeader, to];
  lines.push(`Call-ID: ${request.callId}`, `CSeq: ${request.cseq} ${request.method}`, ...headers);
  if (request.to.agent !== undefined) lines.push(`Server: ${request.to.agent}`);
  return finished(lines, body, contentType);
}

/** The tag that whoever answers this request puts into To. */
export function toTagOf(request: SipRequest): string {
  return `s${request.fromTag.slice(-8)}${request.callId.slice(0, 4)}`;
}

/** An offer or answer for one voice stream (RFC 4566). */
export function sdp(address: string, port: number, direction = 'sendrecv'): string {
  const version = address.includes(':') ? 'IP6' : 'IP4';
  return [
    'v=0',
    `o=- ${port}1 ${port}1 IN ${version} ${address}`,
    's=-',
    `c=IN ${version} ${address}`,
    't=0 0',
    `m=audio ${port} RTP/AVP 8 0 101`,
    'a=rtpmap:8 PCMA/8000',
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:101 telephone-event/8000',
    'a=fmtp:101 0-15',
    'a=ptime:20',
    `a=${direction}`,
    '',
  ].join('\r\n');
}

function finished(lines: string[], body: string, contentType = 'application/sdp'): string {
  if (body !== '') lines.push(`Content-Type: ${contentType}`);
  lines.push(`Content-Length: ${Buffer.byteLength(body)}`);
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}
