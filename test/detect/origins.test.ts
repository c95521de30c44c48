import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { setOrigin } from '../../src/detect/hosts/origins.js';
import { Peers } from '../../src/detect/hosts/peers.js';
import { SipMessage } from '../../src/sip/message.js';
import { type Address, addressText, parseAddress } from '../../src/wire/address.js';
import { Packet } from '../../src/wire/packet.js';

const HOP = '192.0.2.20';
const SECOND_HOP = '192.0.2.21';
const CLIENT = '198.51.100.7';

/** Who is held to account for a request of HOP (or another) with these Via values, from the top. */
function originOf(vias: string[], from = HOP, first = 'OPTIONS sip:x SIP/2.0'): string {
  const peers = new Peers();
  const hops: readonly (Address | undefined)[] = [parseAddress(HOP), parseAddress(SECOND_HOP)];
  peers.declare([], (address) => hops.includes(address));
  const text = `${first}\r\n${vias.map((via) => `Via: ${via}\r\n`).join('')}CSeq: 1 OPTIONS\r\n\r\n`;
  const buf = Buffer.from(text, 'latin1');
  const message = new SipMessage();
  message.reset(buf, 0, buf.length);
  const packet = new Packet();
  packet.source = parseAddress(from)!;
  packet.sourcePort = 5060;
  setOrigin(packet, message, peers);
  return `${addressText(packet.origin)}:${packet.originPort}`;
}

const OWN = `SIP/2.0/UDP ${HOP};branch=z9hG4bKp`;

describe('who is held to account behind a trusted hop', () => {
  const cases: [why: string, vias: string[], origin: string][] = [
    [
      'received and rport',
      [OWN, `SIP/2.0/UDP 10.0.0.9:5062;received=${CLIENT};rport=40312;branch=z9hG4bKc`],
      `${CLIENT}:40312`,
    ],
    ['values of one field', [`${OWN}, SIP/2.0/UDP a;received=${CLIENT}`], `${CLIENT}:5060`],
    ['sent-by, where it needs no received', [OWN, `SIP/2.0/UDP ${CLIENT}:5070`], `${CLIENT}:5070`],
    ['IPv6', [OWN, 'SIP/2.0/UDP [2001:db8::1]:5070;rport=5071'], '2001:db8::1:5071'],
    [
      'received in brackets',
      [OWN, 'SIP/2.0/UDP a;received=[2001:db8::2];rport=7'],
      '2001:db8::2:7',
    ],
    [
      'two trusted hops',
      [OWN, `SIP/2.0/UDP ${SECOND_HOP}`, `SIP/2.0/TCP x;received=${CLIENT};rport=9`],
      `${CLIENT}:9`,
    ],
    [
      'what the client wrote below his own is not believed',
      [OWN, `SIP/2.0/UDP x;received=${CLIENT}`, 'SIP/2.0/UDP y;received=203.0.113.99'],
      `${CLIENT}:5060`,
    ],
    [
      'what the client wrote before the hop did is not believed',
      [OWN, `SIP/2.0/UDP x;received=203.0.113.99;rport=1;received=${CLIENT};rport=2`],
      `${CLIENT}:2`,
    ],
    ['a request of the hop itself', [OWN], `${HOP}:5060`],
    ['a name that nothing resolves', [OWN, 'SIP/2.0/UDP phone.example'], `${HOP}:5060`],
    ['received that is none', [OWN, 'SIP/2.0/UDP x;received=nonsense'], `${HOP}:5060`],
    [
      'a port that is none',
      [OWN, `SIP/2.0/UDP x;received=${CLIENT};rport=99999`],
      `${CLIENT}:5060`,
    ],
  ];
  for (const [why, vias, origin] of cases) {
    test(why, () => assert.equal(originOf(vias), origin));
  }

  test('anybody else is held to account himself, whatever he writes', () => {
    const vias = [OWN, `SIP/2.0/UDP x;received=${HOP}`];
    assert.equal(originOf(vias, CLIENT), `${CLIENT}:5060`);
  });

  test('a response is of its sender', () => {
    const vias = [OWN, `SIP/2.0/UDP x;received=${CLIENT}`];
    assert.equal(originOf(vias, HOP, 'SIP/2.0 200 OK'), `${HOP}:5060`);
  });

  test('hops that name each other for ever end', () => {
    const vias = Array.from({ length: 300 }, () => `SIP/2.0/UDP x;received=${HOP}`);
    assert.equal(originOf(vias), `${HOP}:5060`);
  });

  test('never a host that is neither the sender nor named by a trusted hop', () => {
    const via = fc
      .tuple(fc.constantFrom(HOP, SECOND_HOP, '203.0.113.99', 'name'), fc.string({ maxLength: 20 }))
      .map(([host, rest]) => `SIP/2.0/UDP ${host};${rest.replaceAll(/[\r\n,"]/g, '')}`);
    fc.assert(
      fc.property(fc.array(via, { maxLength: 5 }), (below) => {
        const client = `SIP/2.0/UDP x;received=${CLIENT};rport=4`;
        assert.equal(originOf([OWN, client, ...below]), `${CLIENT}:4`);
      }),
    );
  });
});
