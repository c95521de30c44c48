import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseAddress } from '../../src/wire/address.js';
import { TcpFlag } from '../../src/wire/packet.js';
import { ipPacket, linkFrame, tcpFrame, udpFrame } from '../support/pcap-writer.js';
import { SensorRun } from '../support/sensor-run.js';
import { loadedOf } from '../support/signature-texts.js';
import { answer, challenge, credentials, request } from '../support/sip-texts.js';

const CLIENT = '198.51.100.7:5060';
const SERVER = '203.0.113.5:5060';
const { Syn, Ack } = TcpFlag;

/** From one end of a tunnel to the other. */
type Ends = [from: string, to: string];
type Wrap = (frame: Buffer, ends: Ends) => Buffer;

const bytesOf = (address: string) => Uint8Array.from(address.split('.').map(Number));

/** RFC 2003: the IP packet behind another IP header. */
const ipip: Wrap = (frame, [from, to]) =>
  linkFrame(ipPacket(4, bytesOf(from), bytesOf(to), frame.subarray(14)));

/** RFC 7348 §5: the frame behind eight bytes, in a datagram to port 4789. */
const vxlan: Wrap = (frame, [from, to]) => {
  const payload = Buffer.concat([Buffer.from('0800000000000100', 'hex'), frame]);
  return udpFrame({ from: `${from}:50000`, to: `${to}:4789`, payload });
};

const plain: Wrap = (frame) => frame;

/** A handshake, a login with the nonce of a challenge, and an ACK with the tag of an answer. */
function conversation(): { bytes: Buffer; isForth: boolean }[] {
  const frames: { bytes: Buffer; isForth: boolean }[] = [];
  const forth = (bytes: Buffer) => frames.push({ bytes, isForth: true });
  const back = (bytes: Buffer) => frames.push({ bytes, isForth: false });
  const ask = (text: string, status: string, headers: string[] = []) => {
    forth(udpFrame({ from: CLIENT, to: SERVER, payload: text }));
    back(udpFrame({ from: SERVER, to: CLIENT, payload: answer(text, status, headers) }));
  };
  forth(tcpFrame({ from: CLIENT, to: SERVER, flags: Syn, seq: 1000, ack: 0 }));
  back(tcpFrame({ from: SERVER, to: CLIENT, flags: Syn | Ack, seq: 5000, ack: 1001 }));
  forth(tcpFrame({ from: CLIENT, to: SERVER, flags: Ack, seq: 1001, ack: 5001 }));
  const phone = { method: 'REGISTER', user: '1001' };
  ask(request(phone), '401 Unauthorized', [challenge('n')]);
  ask(request({ ...phone, headers: [credentials('1001', 'n', 'r')] }), '200 OK');
  const call = { method: 'INVITE', user: '1002', callId: 'call' };
  ask(request(call), '404 Not Found');
  const ack = request({ ...call, method: 'ACK', toTag: 's1' });
  forth(udpFrame({ from: CLIENT, to: SERVER, payload: ack }));
  return frames;
}

/** What the sensor has learned of the client: proof of its address, and acceptance by the server. */
function learned(wrap: Wrap, forth: Ends, back: Ends): object {
  const run = new SensorRun(loadedOf(), new Set([5060]));
  conversation().forEach(({ bytes, isForth }, i) => {
    run.frame(wrap(bytes, isForth ? forth : back), i / 10);
  });
  const { sources } = run.sensor.observer;
  const profile = sources.find(parseAddress('198.51.100.7')!)!;
  const { accepted } = sources.standing(profile, parseAddress('203.0.113.5')!, 0);
  const requests = run.counters.requests;
  return { proved: profile.returnPath, accepted, replies: profile.replies, requests };
}

const ALL = { proved: true, accepted: true, replies: 3, requests: 4 };
const NOTHING = { proved: false, accepted: false, replies: 0, requests: 4 };
const X = '192.0.2.1';
const B = '192.0.2.2';
const MIRROR: Ends = ['10.0.0.1', '10.0.0.2'];

describe('a conversation in frames', () => {
  test('in no tunnel shows what it says', () => {
    assert.deepEqual(learned(plain, [X, B], [B, X]), ALL);
  });
  for (const [name, wrap] of [
    ['IP in IP', ipip],
    ['VXLAN', vxlan],
  ] as const) {
    test(`through ${name} and back shows what it says`, () => {
      assert.deepEqual(learned(wrap, [X, B], [B, X]), ALL);
    });
    test(`through ${name}, both sides from the same end, shows nothing`, () => {
      assert.deepEqual(learned(wrap, [X, B], [X, B]), NOTHING);
    });
    test(`mirrored through ${name} between private addresses shows what it says`, () => {
      assert.deepEqual(learned(wrap, MIRROR, MIRROR), ALL);
    });
  }
});
