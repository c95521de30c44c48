import type { Random } from '../../fuzz/random.js';
import type { Host } from '../host.js';

/** Requests as well-known tools write them, byte for byte where that is what names the tool. */

const decimal = (random: Random, digits: number) => {
  let text = String(random.between(1, 9));
  while (text.length < digits) text += String(random.below(10));
  return text;
};
const hexOf = (text: string) => Buffer.from(text, 'latin1').toString('hex');

/** svmap of SIPVicious 0.3: the From tag is the target in hex, 0x01 and a random number. */
export function svmapProbe(random: Random, from: Host, to: Host): string {
  const target = to.address.split('.').map((byte) => Number(byte).toString(16).padStart(2, '0'));
  const place = `${target.join('')}${to.port.toString(16).padStart(4, '0')}`;
  return sipvicious(random, from, {
    method: 'OPTIONS',
    uri: `sip:100@${to.address}`,
    party: '"sipvicious"<sip:100@1.1.1.1>',
    tag: hexOf(`${place}\x01${decimal(random, 9)}`),
    callId: decimal(random, 24),
    contact: `sip:100@${from.endpoint}`,
    cseq: 1,
  });
}

/** svcrack: every guess has the same Call-ID and CSeq 2, and itself in the From tag. */
export function svcrackGuess(
  random: Random,
  from: Host,
  to: Host,
  guess: { user: string; password: string; callId: string; authorization: string },
): string {
  const { user, password, callId, authorization } = guess;
  return sipvicious(random, from, {
    method: 'REGISTER',
    uri: `sip:${to.address}`,
    party: `"${user}" <sip:${user}@${to.address}>`,
    tag: hexOf(`${user}:${password}\x01${decimal(random, 9)}`),
    callId,
    contact: `sip:123@1.1.1.1`,
    cseq: 2,
    last: `Authorization: ${authorization}`,
  });
}

interface SipviciousParts {
  readonly method: string;
  readonly uri: string;
  readonly party: string;
  readonly tag: string;
  readonly callId: string;
  readonly contact: string;
  readonly cseq: number;
  readonly last?: string;
}

function sipvicious(random: Random, from: Host, parts: SipviciousParts): string {
  return text([
    `${parts.method} ${parts.uri} SIP/2.0`,
    `Via: SIP/2.0/UDP ${from.endpoint};branch=z9hG4bK-${decimal(random, 10)};rport`,
    'Max-Forwards: 70',
    `To: ${parts.party}`,
    `From: ${parts.party};tag=${parts.tag}`,
    `User-Agent: ${from.agent}`,
    `Call-ID: ${parts.callId}`,
    `Contact: ${parts.contact}`,
    `CSeq: ${parts.cseq} ${parts.method}`,
    'Accept: application/sdp',
    ...(parts.last === undefined ? [] : [parts.last]),
    'Content-Length: 0',
  ]);
}

const NSE = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_';
const letters = (random: Random, alphabet: string, length: number) =>
  Array.from({ length }, () => alphabet[random.below(alphabet.length)]).join('');

/** nmap's sip-call-spoof: the phone is called by its own name, without a session description. */
export function nmapCallSpoof(random: Random, from: Host, to: Host, user: string): string {
  return text([
    `INVITE sip:${user}@${to.address} SIP/2.0`,
    `Via: SIP/2.0/UDP ${from.endpoint};rport;branch=z9hG4bK${letters(random, NSE, 25)}`,
    'Max-Forwards: 70',
    `From: "Home" <sip:${user}@${to.address}>;tag=${letters(random, NSE, 20)}`,
    `To: <sip:${user}@${to.address}>`,
    `Call-ID: ${letters(random, NSE, 60)}`,
    'CSeq: 1234 INVITE',
    `User-Agent: ${from.agent}`,
    `Contact: "Home" <sip:${user}@${from.endpoint}>`,
    'Expires: 300',
    'Allow: PRACK, INVITE ,ACK, BYE, CANCEL, UPDATE, SUBSCRIBE,NOTIFY, REFER, MESSAGE, OPTIONS',
    'Content-Length:  0',
  ]);
}

/** sipinvite of sippts: a branch of 71 characters without the cookie, two blanks before `<`. */
export function sipptsInvite(random: Random, from: Host, to: Host, user: string): string {
  const small = '0123456789abcdefghijklmnopqrstuvwxyz';
  const body = [
    '',
    'v=0',
    `o=100 8000 8000 IN IP4 ${from.address}`,
    's=SIPPTS',
    `c=IN IP4 ${from.address}`,
    't=0 0',
    'm=audio 12194 RTP/AVP 0 9 8 18 3 110 101',
    'a=rtpmap:101 telephone-event/8000',
    'a=sendrecv',
    '',
  ].join('\r\n');
  return `${[
    `INVITE sip:${user}@${to.address} SIP/2.0`,
    `Via: SIP/2.0/UDP ${from.endpoint};branch=${letters(random, small, 71)};rport`,
    `From:  <sip:100@${to.address}>;tag=${letters(random, '0123456789abcdef', 8)}`,
    `To:  <sip:${user}@${to.address}>`,
    `Contact: <sip:100@${from.endpoint};transport=udp>;expires=120`,
    `Call-ID: ${letters(random, '0123456789abcdef', 32)}`,
    'CSeq: 1 INVITE',
    'Max-Forwards: 70',
    `User-Agent: ${from.agent}`,
    'Allow: INVITE, REGISTER, ACK, CANCEL, BYE, NOTIFY, REFER, OPTIONS, INFO, SUBSCRIBE, UPDATE, PRACK, MESSAGE',
    'Content-Type: application/sdp',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ].join('\r\n')}\r\n\r\n${body}`;
}

function text(lines: readonly string[]): string {
  return `${lines.join('\r\n')}\r\n\r\n`;
}
