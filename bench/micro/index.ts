/**
 * What it costs to find the lines and header fields of one message: by the kernel and by the plain
 * index. `node build/bench/micro/index.js`
 */
import { kernel } from '../../src/kernel/kernel.js';
import { SipMessage } from '../../src/sip/message.js';
import { MessageIndex } from '../../src/sip/message-index.js';
import { measure } from './measure.js';

const CHUNK = 1 << 20;

const SDP = [
  'v=0',
  'o=alice 2890844526 2890844526 IN IP4 198.51.100.7',
  's=-',
  'c=IN IP4 198.51.100.7',
  't=0 0',
  'm=audio 49172 RTP/AVP 0 8 101',
  'a=rtpmap:0 PCMU/8000',
  '',
].join('\r\n');

function message(startLine: string, fields: readonly string[], body = ''): string {
  const length = `Content-Length: ${body.length}`;
  return [startLine, ...fields, length, '', body].join('\r\n');
}

const CALL = [
  'Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK74bf9;rport',
  'Max-Forwards: 70',
  'From: "Alice" <sip:alice@atlanta.example.com>;tag=9fxced76sl',
  'To: Bob <sip:bob@biloxi.example.com>',
  'Call-ID: 3848276298220188511@atlanta.example.com',
];

const MESSAGES: Readonly<Record<string, string>> = {
  INVITE: message(
    'INVITE sip:bob@biloxi.example.com SIP/2.0',
    [
      ...CALL,
      'CSeq: 1 INVITE',
      'Contact: <sip:alice@198.51.100.7:5060;transport=udp>',
      'User-Agent: Softphone 4.2.1',
      'Content-Type: application/sdp',
    ],
    SDP,
  ),
  REGISTER: message('REGISTER sip:atlanta.example.com SIP/2.0', [
    ...CALL,
    'CSeq: 8 REGISTER',
    'Contact: <sip:alice@198.51.100.7:5060>;expires=300',
    'User-Agent: Softphone 4.2.1',
    'Authorization: Digest username="alice", realm="atlanta.example.com", nonce="84f1c1ae6cbe5ua9c8e88dfa3ecm3459", uri="sip:atlanta.example.com", response="0123456789abcdef0123456789abcdef", algorithm=MD5',
    'Expires: 300',
  ]),
  '200 OK': message('SIP/2.0 200 OK', [
    ...CALL,
    'CSeq: 8 REGISTER',
    'Contact: <sip:alice@198.51.100.7:5060>;expires=300',
    'Server: Proxy 5.6',
  ]),
  'hostile: 300 folds, no end': `INVITE sip:a@b SIP/2.0\r\n${'a: b\r\n c\rd\0\n'.repeat(300)}`,
};

for (const [name, text] of Object.entries(MESSAGES)) {
  const chunk = Buffer.alloc(CHUNK, 0xff);
  const from = 4096;
  const to = from + chunk.write(text, from, 'latin1');
  const readers = { kernel: new MessageIndex(kernel), plain: new MessageIndex(undefined) };
  for (const [how, index] of Object.entries(readers)) {
    measure(`${name}, ${how}`, () => {
      index.read(chunk, from, to);
      return index.headers.length;
    });
  }
  const whole = new SipMessage();
  measure(`${name}, SipMessage.reset`, () => whole.reset(chunk, from, to) + whole.bodyFrom);
}

/** Messages whose fields stand in other orders and are of other lengths: no branch is foreseen. */
function differingMessages(count: number): Buffer[] {
  let seed = 7;
  const below = (limit: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return seed % limit;
  };
  const any = () => 'z9hG4bK77as3nd0a81b6f2c4d'.slice(below(12)) + below(100_000);
  return Array.from({ length: count }, () => {
    const fields = [
      `Via: SIP/2.0/UDP 198.51.100.${below(250)}:5060;branch=${any()}${below(2) === 0 ? ';rport' : ''}`,
      `From: ${below(2) === 0 ? `"${any()}" ` : ''}<sip:${any()}@host${below(30)}.example>;tag=${any()}`,
      `To: <sip:${any()}@example.com>${below(2) === 0 ? `;tag=${any()}` : ''}`,
      `Call-ID: ${any()}@${any()}`,
      `CSeq: ${below(1000)} INVITE`,
      `Contact: <sip:${any()}@10.0.${below(250)}.7:${5060 + below(9)};transport=udp>`,
      'Max-Forwards: 70',
      `User-Agent: ${any()}`,
      `Allow: INVITE, ACK, BYE${below(2) === 0 ? ', CANCEL, OPTIONS, REFER, NOTIFY' : ''}`,
      `X-${any()}: ${any()}`,
    ];
    for (let i = fields.length - 1; i > 0; i--) {
      const j = below(i + 1);
      [fields[i], fields[j]] = [fields[j]!, fields[i]!];
    }
    fields.length -= below(3);
    return Buffer.from(message(`INVITE sip:${any()}@example.com SIP/2.0`, fields));
  });
}

const differing = differingMessages(4096);
const one = new SipMessage();
measure('4,096 that differ, SipMessage.reset', (i) => {
  const buf = differing[i & 4095]!;
  return one.reset(buf, 0, buf.length) + one.bodyFrom;
});
measure('4,096 that differ, reset and check', (i) => {
  const buf = differing[i & 4095]!;
  return one.reset(buf, 0, buf.length) + one.check();
});
