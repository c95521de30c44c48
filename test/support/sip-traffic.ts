import { parseAddress } from '../../src/wire/address.js';
import { udpFrame } from './pcap-writer.js';
import { answer, challenge, credentials, type RequestOptions, request } from './sip-texts.js';

/** Frames as a mirror port shows them, requests and their answers, for tests on a live wire. */

/** The telephone system. */
export const SERVER = '203.0.113.5';

/** A request and what the server says to it. */
export function exchange(
  client: string,
  options: RequestOptions,
  answers: readonly string[] = [],
): Buffer[] {
  const text = request({ via: `SIP/2.0/UDP ${client}:5060;rport`, ...options });
  return [sent(client, text), ...answers.map((status) => replied(client, text, status))];
}

/** One probe as svmap makes it: the address that it probes is in the From tag, in hex twice. */
export function svmapProbe(client: string, headers: readonly string[] = []): Buffer[] {
  const address = Number(parseAddress(SERVER)).toString(16).padStart(8, '0');
  const fromTag = Buffer.from(`${address}13c4\x01${++calls}`, 'latin1').toString('hex');
  return exchange(client, { user: '100', host: SERVER, fromTag, headers });
}

/** Asks for `count` accounts from number `first` on, none of which is known. */
export function enumeration(client: string, first = 900, count = 15): Buffer[] {
  return Array.from({ length: count }, (_, i) =>
    exchange(client, { method: 'REGISTER', user: String(first + i) }, ['404 Not Found']),
  ).flat();
}

/** A phone registers: it is challenged, and let in. */
export function registration(client: string, user: string): Buffer[] {
  const nonce = `n${++nonces}`;
  const method = 'REGISTER';
  const [first, second] = [++calls, ++calls];
  const callId = `reg${first}@${client}`;
  const response = String(second).padStart(32, '0');
  return [
    ...exchange(client, { method, user, callId, cseq: first }, [
      `401 Unauthorized\n${challenge(nonce)}`,
    ]),
    ...exchange(
      client,
      {
        method,
        user,
        callId,
        cseq: second,
        headers: [credentials(user, nonce, response), `Contact: <sip:${user}@${client}>`],
      },
      ['200 OK'],
    ),
  ];
}

/** A call that is answered and ended. */
export function call(client: string, caller: string, callee: string): Buffer[] {
  const callId = `call${++calls}@${client}`;
  const dialog = { user: callee, fromUser: caller, callId };
  const answered = { ...dialog, toTag: 's1' };
  return [
    ...exchange(client, { ...dialog, method: 'INVITE' }, ['100 Trying', '180 Ringing', '200 OK']),
    ...exchange(client, { ...answered, method: 'ACK' }),
    ...exchange(client, { ...answered, method: 'BYE', cseq: 2 }, ['200 OK']),
  ];
}

/** A long message of which only the first fragment comes by. */
export function firstFragment(client: string): Buffer {
  const headers = [`X-Long: ${'x'.repeat(2000)}`];
  const [whole] = exchange(client, { method: 'MESSAGE', headers });
  const frame = Buffer.from(whole!.subarray(0, IP_AT + 20 + 1400));
  frame.writeUInt16BE(frame.length - IP_AT, IP_AT + 2);
  frame.writeUInt16BE(MORE_FRAGMENTS, IP_AT + 6);
  return frame;
}

/** OPTIONS of a flood, each from an address of its own. */
export function flood(count: number): Buffer[] {
  return Array.from({ length: count }, (_, i) => {
    const client = `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`;
    return exchange(client, { method: 'OPTIONS' });
  }).flat();
}

const IP_AT = 14;
/** RFC 791 §3.1, in the word that holds the fragment offset. */
const MORE_FRAGMENTS = 0x2000;

let nonces = 0;
let calls = 0;

function sent(client: string, text: string): Buffer {
  return udpFrame({ from: `${client}:5060`, to: `${SERVER}:5060`, payload: text });
}

/** `status` such as `404 Not Found`, with more header lines behind it. */
function replied(client: string, text: string, status: string): Buffer {
  const [line = '', ...headers] = status.split('\n');
  const payload = answer(text, line, headers);
  return udpFrame({ from: `${SERVER}:5060`, to: `${client}:5060`, payload });
}
