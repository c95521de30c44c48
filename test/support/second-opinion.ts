import assert from 'node:assert/strict';
import sip from 'sip';
import type { SipMessage } from '../../src/sip/message.js';
import { HEADERS, Header } from '../../src/sip/tokens.js';

type Aor = { name?: string; uri: string; params: Record<string, string | null> };
type Via = { host: string; port?: number; params: Record<string, string | null> };
type Digests = Record<string, string>[] | undefined;
export type Facts = Record<string, unknown>;

function bare(text: string | null | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (text === null) return '';
  return text.startsWith('"') ? text.slice(1, -1).replace(/\\([\s\S])/g, '$1') : text;
}

/** What our own reading says of a message. */
export function ourFacts(message: SipMessage): Facts {
  const { fromHeader, toHeader, contact, via } = message;
  return {
    method: message.isRequest ? message.methodText() : undefined,
    uri: message.isRequest ? message.uriText() : undefined,
    status: message.isResponse ? message.status : undefined,
    reason: message.reasonText(),
    callId: message.text(Header.CallId),
    cseq: message.cseqNumber,
    cseqMethod: message.cseqMethodText(),
    fromUri: fromHeader.uri.text(),
    fromTag: fromHeader.tag(),
    fromName: fromHeader.display(),
    toUri: toHeader.uri.text(),
    toTag: toHeader.tag(),
    toName: toHeader.display(),
    viaHost: via.host(),
    viaPort: via.port,
    viaBranch: via.branch(),
    viaCount: message.viaCount,
    contactUri: contact.uri.text(),
    userAgent: message.text(Header.UserAgent),
    authUser: message.credentials.username(),
    authResponse: message.credentials.response(),
    challengeNonce: message.challenge.nonce(),
    body: message.bodyText(),
    names: [...new Set(namesOf(message))].sort(),
  };
}

function namesOf(of: SipMessage): string[] {
  return Array.from({ length: of.headerCount }, (_, i) => {
    const row = HEADERS[of.headerId(i)];
    const written = of.buf.toString('latin1', of.nameFrom(i), of.nameTo(i));
    return (row.name === '' ? written : row.name).toLowerCase();
  });
}

/** What the npm package `sip` says of the same bytes. */
export function packageFacts(bytes: Buffer): Facts {
  const parsed = sip.parse(bytes.toString('latin1'));
  assert.ok(parsed);
  const { headers } = parsed;
  const from = headers.from as Aor;
  const to = headers.to as Aor;
  const vias = headers.via as Via[];
  const contacts = headers.contact as Aor[] | undefined;
  const authorization = (headers.authorization ?? headers['proxy-authorization']) as Digests;
  const challenge = (headers['www-authenticate'] ?? headers['proxy-authenticate']) as Digests;
  const cseq = headers.cseq as { seq: number; method: string };
  return {
    method: parsed.method,
    uri: parsed.uri,
    status: parsed.status,
    reason: parsed.reason,
    callId: headers['call-id'],
    cseq: cseq.seq,
    cseqMethod: cseq.method,
    fromUri: from.uri,
    fromTag: bare(from.params.tag),
    fromName: bare(from.name),
    toUri: to.uri,
    toTag: bare(to.params.tag),
    toName: bare(to.name),
    viaHost: vias[0]?.host,
    viaPort: vias[0]?.port ?? -1,
    viaBranch: bare(vias[0]?.params.branch),
    viaCount: vias.length,
    contactUri: contacts?.[0]?.uri,
    userAgent: headers['user-agent'],
    authUser: bare(authorization?.[0]?.username),
    authResponse: bare(authorization?.[0]?.response),
    challengeNonce: bare(challenge?.[0]?.nonce),
    body: parsed.content,
    names: Object.keys(headers).sort(),
  };
}
