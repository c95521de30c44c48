/**
 * What judging one message by the signatures costs, for messages of honest phones and of a scanner,
 * and for sets of 50, of all shipped and of 1,000 signatures. Run: node build/bench/micro/signatures.js
 */
import { join } from 'node:path';
import { packageRoot } from '../../src/package-root.js';
import { RuleEngine } from '../../src/rules/engine.js';
import { MessageSubject } from '../../src/rules/fields/message-fields.js';
import { type LoadedSignatures, loadSignatures } from '../../src/rules/load.js';
import { SipMessage } from '../../src/sip/message.js';
import { Counters } from '../../src/telemetry/counters.js';
import { Packet } from '../../src/wire/packet.js';
import { answer, credentials, request } from '../../test/support/sip-texts.js';
import { signatureSetOf } from '../signature-sets.js';
import { measure, timing } from './measure.js';

const VARIANTS = 512;
const ALLOW = 'Allow: INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY, INFO';
const OFFER = 'v=0\r\no=- 20518 0 IN IP4 10.1.0.7\r\ns=-\r\nc=IN IP4 10.1.0.7\r\nt=0 0\r\n';

const hex = (turn: number, digits: number) =>
  (BigInt.asUintN(64, BigInt(turn + 1) * 0x9e3779b97f4a7c15n) % 16n ** BigInt(digits))
    .toString(16)
    .padStart(digits, '0');

/** A phone of one of three makes, as each writes its identifiers. */
function phone(turn: number) {
  const user = String(2000 + (turn % 400));
  const makes = [
    { agent: 'Yealink SIP-T46S 66.85.0.5', branch: `z9hG4bK${hex(turn, 10)}`, tag: hex(turn, 9) },
    { agent: 'Asterisk PBX 18.9.0', branch: `z9hG4bK${hex(turn, 8)}`, tag: `as${hex(turn, 8)}` },
    { agent: 'Grandstream GXP2170 1.0', branch: `z9hG4bK${turn}17`, tag: String(turn * 7919) },
  ];
  const { agent, branch, tag } = makes[turn % 3]!;
  const via = `SIP/2.0/UDP 10.1.0.${turn % 250}:5060;rport`;
  const headers = [`Contact: <sip:${user}@10.1.0.7:5060>`, `User-Agent: ${agent}`, ALLOW];
  const callId = `${hex(turn, 14)}@10.1.0.7`;
  return { user, host: 'pbx.example.com', branch, fromTag: tag, via, callId, headers };
}

function register(turn: number): string {
  const base = phone(turn);
  const login = credentials(base.user, hex(turn, 12), hex(turn, 16).repeat(2));
  const headers = [...base.headers, 'Expires: 3600', ...(turn % 2 === 0 ? [login] : [])];
  return request({ ...base, method: 'REGISTER', headers });
}

function invite(turn: number): string {
  const base = phone(turn);
  const headers = [...base.headers, 'Content-Type: application/sdp'];
  return request({ ...base, method: 'INVITE', headers }).replace(
    'Content-Length: 0\r\n\r\n',
    `Content-Length: ${OFFER.length}\r\n\r\n${OFFER}`,
  );
}

const KINDS: Record<string, (turn: number) => string> = {
  REGISTER: register,
  INVITE: invite,
  'BYE of a call': (turn) => request({ ...phone(turn), method: 'BYE', toTag: hex(turn, 7) }),
  OPTIONS: (turn) => request({ ...phone(turn), method: 'OPTIONS' }),
  '200 to a REGISTER': (turn) => answer(register(turn), '200 OK', phone(turn).headers),
  'friendly-scanner': (turn) =>
    request({
      user: String(100 + turn),
      branch: `z9hG4bK-${turn * 7919}`,
      fromTag: hex(turn, 16).repeat(2),
      headers: ['User-Agent: friendly-scanner', 'Accept: application/sdp'],
    }),
};

function engineWith(signatures: LoadedSignatures): RuleEngine {
  return new RuleEngine(signatures, new Counters(), { finding: () => true, repeated: () => true });
}

const packet = new Packet();
packet.source = packet.origin = 0x0a010007;
packet.destination = 0xcb007105;
packet.sourcePort = packet.originPort = packet.destinationPort = 5060;
const message = new SipMessage();
const subject = new MessageSubject(message, packet);

const loaded = loadSignatures([join(packageRoot(), 'signatures')]);
const all = loaded.signatures.length;
for (const count of [50, all, 1000]) {
  const engine = engineWith(signatureSetOf(loaded, count));
  console.log(`${count} signatures`);
  for (const [name, make] of Object.entries(KINDS)) {
    const messages = Array.from({ length: VARIANTS }, (_, turn) => Buffer.from(make(turn)));
    const reset = (turn: number) => {
      const bytes = messages[turn % VARIANTS]!;
      message.reset(bytes, 0, bytes.length);
      return message.check();
    };
    const reading = timing(reset).least;
    const both = measure(name, (turn) => {
      const found = reset(turn);
      subject.next(message, packet);
      engine.message(subject);
      return found;
    });
    console.log(
      `${''.padEnd(33)} judging alone ${(both.least - reading).toFixed(0).padStart(8)} ns`,
    );
  }
}
