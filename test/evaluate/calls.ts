import { digest } from './digest.js';
import type { Host } from './host.js';
import { contactOf, type RequestOptions, type SipRequest, sdp, toTagOf } from './sip-text.js';
import type { Reply, StageScene } from './stage.js';

export interface CallOptions {
  /** User part of From. */
  readonly from: string;
  /** User part of the Request-URI and To. */
  readonly to: string;
  readonly domain?: string;
  readonly fromDomain?: string;
  readonly displayName?: string;
  readonly uri?: string;
  /** Answers 407 first; the caller logs in so. */
  readonly login?: { readonly user: string; readonly password: string; readonly realm: string };
  /** Seconds until 180, until the end of ringing, and from answer to BYE. Default 0.1, 4, 60. */
  readonly post?: number;
  readonly ring?: number;
  readonly talk?: number;
  /** Who hangs up. Default caller. Nobody: it is left as it is. */
  readonly ends?: 'caller' | 'callee' | 'nobody';
  /** How it ends instead of an answer: a final status, the caller's CANCEL, or never. */
  readonly fails?: string | 'cancel' | 'never';
  /** It does not ring: straight from 100 to the final reply. */
  readonly unrung?: boolean;
  /** RTP datagrams shown of each side. Default none: media does not pass the mirror. */
  readonly media?: number | { readonly caller: number; readonly callee: number };
  /** Headers of the INVITE, and header lines of its replies. */
  readonly headers?: readonly string[];
  readonly vias?: readonly string[];
  readonly replyHeaders?: readonly string[];
  readonly userAgent?: string | false;
  readonly callId?: string;
  readonly contact?: string;
}

/** A call that was set up: what requests inside it need. */
export interface Dialog {
  readonly caller: Host;
  readonly callee: Host;
  readonly invite: SipRequest;
  readonly toTag: string;
  /** Seconds of the scene; undefined: it was not answered. */
  readonly answeredAt: number | undefined;
  readonly endedAt: number;
}

/** Ports of media, even as RFC 3550 §11 wants. */
const portOf = (stage: StageScene) => 10_000 + 2 * stage.random.below(5000);

/** See StageScene.call. */
export function playCall(
  stage: StageScene,
  caller: Host,
  callee: Host,
  options: CallOptions,
): Dialog {
  const { post = 0.1, ring = 4, fails, unrung = false } = options;
  const start = stage.at;
  const ports = [portOf(stage), portOf(stage)] as const;
  const { invite, later } = begin(stage, caller, callee, options, ports[0]);
  const headers = options.replyHeaders ?? [];
  stage.reply(invite, '100 Trying', later + 0.01);
  const toTag = toTagOf(invite);
  let at = later + post;
  const contact = `Contact: ${contactOf(callee, options.to)}`;
  if (!unrung) stage.reply(invite, '180 Ringing', at, { headers: [contact, ...headers] });
  if (!unrung) at += ring;
  const ended = (endedAt: number, answeredAt?: number) => {
    return { caller, callee, invite, toTag, answeredAt, endedAt: start + endedAt };
  };
  if (fails === 'never') return ended(at);
  if (fails === 'cancel') {
    stage.cancel(invite, toTag, at);
    return ended(at);
  }
  if (fails !== undefined) {
    stage.reply(invite, fails, at, { headers });
    stage.ack(invite, toTag, at + 0.02);
    return ended(at);
  }
  const body = sdp(callee.ownAddress, ports[1]);
  stage.reply(invite, '200 OK', at, { headers: [contact, ...headers], body });
  const dialog = ended(at, start + at);
  within(stage, dialog, { method: 'ACK', cseq: invite.cseq, later: at + 0.03 }, []);
  return finish(stage, dialog, options, ports, at);
}

/** The INVITE, with the challenge before it where the call logs in. */
function begin(
  stage: StageScene,
  caller: Host,
  callee: Host,
  options: CallOptions,
  port: number,
): { invite: SipRequest; later: number } {
  const { from, to, domain, login, displayName, headers = [] } = options;
  // A server calls a phone at the contact that it registered, and in its own name (RFC 3261 §16.6).
  const knows = stage.servers.has(caller.address);
  const toPhone = knows && !stage.servers.has(callee.address);
  const { uri = toPhone ? `sip:${to}@${callee.ownName}` : undefined } = options;
  const { fromDomain = knows ? caller.name : undefined } = options;
  const own: RequestOptions = {
    method: 'INVITE',
    user: to,
    fromUser: from,
    ...given({ domain, fromDomain, uri, displayName, callId: options.callId }),
    ...given({ userAgent: options.userAgent, vias: options.vias, contact: options.contact }),
    headers: ['Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, NOTIFY, REFER', ...headers],
    body: sdp(caller.ownAddress, port),
  };
  const first = stage.request(caller, callee, own);
  stage.send(caller, callee, first);
  if (login === undefined) return { invite: first, later: 0 };
  const nonce = stage.hex(20);
  const challenge = `Proxy-Authenticate: Digest realm="${login.realm}", nonce="${nonce}", algorithm=MD5`;
  stage.reply(first, '407 Proxy Authentication Required', 0.02, { headers: [challenge] });
  stage.ack(first, toTagOf(first), 0.03);
  const answer = digest({ ...login, nonce, method: 'INVITE', uri: first.uri });
  const { callId, fromTag } = first;
  const invite = stage.request(caller, callee, {
    ...own,
    callId,
    fromTag,
    cseq: 2,
    headers: [...(own.headers ?? []), `Proxy-Authorization: ${answer}`],
  });
  stage.send(caller, callee, invite, 0.04);
  return { invite, later: 0.04 };
}

function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const known = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

/** Media and the BYE. */
function finish(
  stage: StageScene,
  dialog: Dialog,
  { talk = 60, ends = 'caller', media = 0 }: CallOptions,
  [callerPort, calleePort]: readonly [number, number],
  at: number,
): Dialog {
  const count = typeof media === 'number' ? { caller: media, callee: media } : media;
  // On the wire, a NAT has put its own address in the place of that in the session description.
  const own = `${dialog.caller.name}:${callerPort}`;
  const other = `${dialog.callee.name}:${calleePort}`;
  // Of a long talk only the beginning is shown at full rate, or files would be nothing but RTP.
  stage.rtp(own, other, { count: count.caller, later: at + 0.06 });
  stage.rtp(other, own, { count: count.callee, later: at + 0.05 });
  if (ends === 'nobody') return { ...dialog, endedAt: (dialog.answeredAt ?? 0) + talk };
  within(stage, dialog, { method: 'BYE', by: ends, later: at + talk }, ['200 OK']);
  return { ...dialog, endedAt: (dialog.answeredAt ?? 0) + talk };
}

export interface WithinOptions {
  readonly method: string;
  readonly by?: 'caller' | 'callee';
  readonly cseq?: number;
  readonly later?: number;
  readonly headers?: readonly string[];
  readonly body?: string;
  readonly contentType?: string;
  /** Somebody else who says it in their name. */
  readonly sender?: Host;
  readonly receiver?: Host;
  /** Instead of the right tags. */
  readonly fromTag?: string;
  readonly toTag?: string;
}

/** See StageScene.within. */
export function within(
  stage: StageScene,
  { caller, callee, invite, toTag }: Dialog,
  options: WithinOptions,
  replies: readonly Reply[],
): SipRequest {
  const { method, by = 'caller', later = 0, headers = [], body, contentType } = options;
  const isCaller = by === 'caller';
  const { sender = isCaller ? caller : callee, receiver = isCaller ? callee : caller } = options;
  const users = [invite.options.fromUser, invite.options.user];
  const [fromUser, user] = isCaller ? users : users.toReversed();
  const tags = isCaller ? [invite.fromTag, toTag] : [toTag, invite.fromTag];
  const called = invite.options.domain ?? callee.name;
  const calling = invite.options.fromDomain ?? called;
  const [domain, fromDomain] = isCaller ? [called, calling] : [calling, called];
  const request = stage.request(sender, receiver, {
    method,
    domain,
    fromDomain,
    ...given({ fromUser, user, body, contentType }),
    uri: `sip:${user ?? ''}@${receiver.ownName}`,
    fromTag: options.fromTag ?? tags[0]!,
    toTag: options.toTag ?? tags[1],
    callId: invite.callId,
    cseq: options.cseq ?? invite.cseq + stage.random.between(1, 3),
    headers: [...headers],
  });
  stage.during(stage.at + later, () => stage.ask(sender, receiver, request, ...replies));
  return request;
}
