/**
 * What one SIP message costs, in nanoseconds: `node build/bench/sip-message.js [rounds]`. The
 * message stands in the middle of a 1 MiB chunk, as the capture reader hands it over. Best of
 * several rounds, since other work on the machine only adds.
 */

import { SipMessage } from '../src/sip/message.js';
import { recognise } from '../src/sip/recognise.js';
import { structured } from '../src/sip/structured.js';
import { Header } from '../src/sip/tokens.js';

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

const INVITE = [
  'INVITE sip:bob@biloxi.example.com SIP/2.0',
  'Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK74bf9;rport',
  'Max-Forwards: 70',
  'From: "Alice" <sip:alice@atlanta.example.com>;tag=9fxced76sl',
  'To: Bob <sip:bob@biloxi.example.com>',
  'Call-ID: 3848276298220188511@atlanta.example.com',
  'CSeq: 1 INVITE',
  'Contact: <sip:alice@198.51.100.7:5060;transport=udp>',
  'User-Agent: Softphone 4.2.1',
  'Content-Type: application/sdp',
  `Content-Length: ${SDP.length}`,
  '',
  SDP,
].join('\r\n');

const ROUNDS = Number(process.argv[2] ?? 7);
const MESSAGES = 50_000;

const chunk = Buffer.alloc(1 << 20, 0xff);
const from = 4096;
const to = from + chunk.write(INVITE, from, 'latin1');
const message = new SipMessage();
let sink = 0;

function measure(name: string, times: number, work: () => void): void {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const begin = process.hrtime.bigint();
    for (let i = 0; i < times; i++) work();
    best = Math.min(best, Number(process.hrtime.bigint() - begin) / times);
  }
  console.log(`${name.padEnd(34)} ${best.toFixed(0).padStart(7)} ns`);
}

console.log(`INVITE of ${to - from} bytes, Node ${process.version}`);
measure('recognise', MESSAGES, () => {
  sink += recognise(chunk, from, to);
});
measure('reset', MESSAGES, () => {
  sink += message.reset(chunk, from, to);
});
measure('reset and check', MESSAGES, () => {
  message.reset(chunk, from, to);
  sink += message.check();
});
measure('reset and views, no text', MESSAGES, () => {
  message.reset(chunk, from, to);
  sink += message.ruri.portNumber + message.via.port + message.toHeader.uri.hostTo;
  sink += message.fromHeader.uri.userTo + message.callIdTo + message.cseqNumber;
});
measure('reset and typical text', MESSAGES, () => {
  message.reset(chunk, from, to);
  sink += message.ruri.user()?.length ?? 0;
  sink += message.text(Header.UserAgent)?.length ?? 0;
  sink += message.text(Header.CallId)?.length ?? 0;
  sink += message.fromHeader.tag()?.length ?? 0;
  sink += message.via.branch()?.length ?? 0;
});
measure('reset and header order', MESSAGES, () => {
  message.reset(chunk, from, to);
  sink += message.headerOrder().length;
});
const copy = Buffer.from(INVITE, 'latin1');
measure('structured (evidence only)', MESSAGES / 50, () => {
  sink += structured(copy)?.status ?? 0;
});
if (sink === 0) throw new Error('the message was not read');
