import assert from 'node:assert/strict';
import { test } from 'node:test';
import sip from 'sip';
import { SipMessage } from '../../src/sip/message.js';
import { HEADERS, Header } from '../../src/sip/tokens.js';
import { TOOL_MESSAGES } from './tool-messages.js';
import { TORTURE } from './torture-cases.js';

/**
 * The npm package `sip` as a second opinion on every valid torture message, and on messages of real
 * tools. Where it is wrong or takes another view, the difference stands here, by message and field.
 */
const DIFFERENCES: Record<string, string> = {
  'esc02 method': 'it decodes %-escapes in methods; RFC 3261 has none there',
  'esc02 cseqMethod': 'as above',
  'esc02 names': 'it decodes %-escapes in header names; C%6Fntact is not Contact',
  'dblreq body': 'it takes Content-Length 0 for no Content-Length',
};

/** Its Via has no IPv6 references: the host ends at the first colon, and nothing after is read. */
const IPV6_VIA = [
  'ipv6-good',
  'port-ambiguous',
  'port-unambiguous',
  'via-received-param-no-delim',
  'ipv6-in-sdp',
  'ipv6-in-sdp.clfixed',
  'mult-ip-in-header',
  'mult-ip-in-sdp',
  'mult-ip-in-sdp.clfixed',
  'ipv4-mapped-ipv6',
  'ipv4-mapped-ipv6.clfixed',
];
for (const name of IPV6_VIA) {
  DIFFERENCES[`${name} viaHost`] = 'cut at the first colon';
  DIFFERENCES[`${name} viaBranch`] = 'not read';
}
for (const name of ['mult-ip-in-header', 'ipv4-mapped-ipv6', 'ipv4-mapped-ipv6.clfixed']) {
  DIFFERENCES[`${name} viaPort`] = 'not read';
}

type Aor = { name?: string; uri: string; params: Record<string, string | null> };
type Via = { host: string; port?: number; params: Record<string, string | null> };
type Facts = Record<string, unknown>;

const message = new SipMessage();

function bare(text: string | null | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (text === null) return '';
  return text.startsWith('"') ? text.slice(1, -1).replace(/\\([\s\S])/g, '$1') : text;
}

function ours(bytes: Buffer): Facts {
  message.reset(bytes, 0, bytes.length);
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

function theirs(bytes: Buffer): Facts {
  const parsed = sip.parse(bytes.toString('latin1'));
  assert.ok(parsed);
  const { headers } = parsed;
  const from = headers.from as Aor;
  const to = headers.to as Aor;
  const vias = headers.via as Via[];
  const contacts = headers.contact as Aor[] | undefined;
  const authorization = headers.authorization as Record<string, string>[] | undefined;
  const challenge = headers['www-authenticate'] as Record<string, string>[] | undefined;
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

const valid = TORTURE.filter((one) => one.verdict === 'valid');

for (const { name, bytes } of [...valid, ...TOOL_MESSAGES]) {
  test(`agrees with the sip package: ${name}`, () => {
    const mine = ours(bytes);
    const other = theirs(bytes);
    for (const fact of Object.keys(mine)) {
      const differs = JSON.stringify(mine[fact]) !== JSON.stringify(other[fact]);
      const known = `${name} ${fact}` in DIFFERENCES;
      assert.equal(differs, known, `${fact}: ${String(mine[fact])} | ${String(other[fact])}`);
    }
  });
}
