import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Relays } from '../../src/detect/transactions/relays.js';
import { SipMessage } from '../../src/sip/message.js';
import { Counters } from '../../src/telemetry/counters.js';
import { Packet } from '../../src/wire/packet.js';
import { request } from '../support/sip-texts.js';

const [CALLER, PROXY, PBX] = [1, 2, 3];
const [X, B] = [101, 102];
const FIRST = { callId: 'c', branch: 'z9hG4bKleg1', fromTag: 'f' };
const first = request(FIRST);
const second = first.replace('\r\nVia:', '\r\nVia: SIP/2.0/UDP proxy;branch=z9hG4bKleg2\r\nVia:');

type Tunnel = [source: number, destination: number];

function isRelayed(firstLeg: Tunnel, secondLeg: Tunnel): boolean {
  const relays = new Relays(new Counters());
  const pass = (text: string, from: number, to: number, tunnel: Tunnel) => {
    const packet = new Packet();
    packet.source = from;
    packet.destination = to;
    [packet.tunnelSource, packet.tunnelDestination] = tunnel;
    const message = new SipMessage();
    const buf = Buffer.from(text);
    message.reset(buf, 0, buf.length);
    return relays.isRelayed(message, packet);
  };
  assert.equal(pass(first, CALLER, PROXY, firstLeg), false);
  return pass(second, PROXY, PBX, secondLeg);
}

const ways: [what: string, firstLeg: Tunnel, secondLeg: Tunnel, relayed: boolean][] = [
  ['both legs in no tunnel', [0, 0], [0, 0], true],
  ['to the proxy through a tunnel, and back through it', [X, B], [B, X], true],
  ['both legs written into one end of a tunnel', [X, B], [X, B], false],
  ['a first leg out of a tunnel, for what is sent in none', [X, B], [0, 0], false],
  ['a first leg in no tunnel, for what is written into one', [0, 0], [X, B], false],
];
for (const [what, firstLeg, secondLeg, relayed] of ways) {
  test(`${what}: ${relayed ? 'a proxy' : 'the sender is judged'}`, () => {
    assert.equal(isRelayed(firstLeg, secondLeg), relayed);
  });
}
