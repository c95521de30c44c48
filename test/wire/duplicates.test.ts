import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Duplicates } from '../../src/wire/duplicates.js';
import { Packet, Transport } from '../../src/wire/packet.js';

const NOW = 1_768_478_400;

/** A packet that differs from an ordinary one in `changes`; its payload stands between others. */
function packetOf(payload: string | Uint8Array, changes: Partial<Packet> = {}): Packet {
  const packet = new Packet();
  const bytes = Buffer.from(payload as string, 'latin1');
  packet.buf = Buffer.concat([Buffer.from('before'), bytes, Buffer.from('behind')]);
  packet.payloadFrom = 6;
  packet.payloadTo = 6 + bytes.length;
  packet.source = 0xc6336407;
  packet.sourcePort = 5060;
  packet.destination = 0xcb007105;
  packet.destinationPort = 5060;
  packet.ipIdentification = 77;
  return Object.assign(packet, changes);
}

const PAYLOAD = 'OPTIONS sip:100@203.0.113.5 SIP/2.0';

describe('a packet that is seen again', () => {
  const cases: [what: string, changes: Partial<Packet>, isDuplicate: boolean][] = [
    ['as it was', {}, true],
    ['on another VLAN', { vlan: 20 }, true],
    ['from another address', { source: 0xc6336408 }, false],
    ['to another address', { destination: 0xcb007106 }, false],
    ['from another port', { sourcePort: 5061 }, false],
    ['to another port', { destinationPort: 5061 }, false],
    ['with another IP identification', { ipIdentification: 78 }, false],
    ['over TCP', { transport: Transport.Tcp }, false],
    ['with another sequence number', { tcpSequence: 1 }, false],
    ['from an IPv6 address', { source: '\x20\x01\r\xb8'.padEnd(16, '\0') }, false],
    ['cut by a byte', { payloadTo: 6 + PAYLOAD.length - 1 }, false],
    ['captured short', { truncated: true }, false],
    ['with other TCP flags', { tcpFlags: 2 }, false],
    ['out of a tunnel that anybody can write to', { tunnelSource: 7, tunnelDestination: 9 }, false],
  ];
  for (const [what, changes, isDuplicate] of cases) {
    test(`${what} is ${isDuplicate ? 'a duplicate' : 'another packet'}`, () => {
      const duplicates = new Duplicates();
      assert.equal(duplicates.isDuplicate(packetOf(PAYLOAD), NOW), false);
      assert.equal(duplicates.isDuplicate(packetOf(PAYLOAD, changes), NOW), isDuplicate);
    });
  }

  test('is one up to 20 ms apart, whichever clock was ahead, and as often as it comes', () => {
    const duplicates = new Duplicates();
    const at = (time: number) => duplicates.isDuplicate(packetOf(PAYLOAD), NOW + time);
    assert.deepEqual([0, 0.001, 0.019, -0.019, 0.0201].map(at), [false, true, true, true, false]);
  });

  test('every byte of the payload counts', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 70 }), fc.nat(), (bytes, place) => {
        const duplicates = new Duplicates();
        const other = Uint8Array.from(bytes);
        other[place % bytes.length]! ^= 1 << (place & 7);
        assert.equal(duplicates.isDuplicate(packetOf(bytes), NOW), false);
        assert.equal(duplicates.isDuplicate(packetOf(other), NOW), false);
        assert.equal(duplicates.isDuplicate(packetOf(bytes), NOW), true);
      }),
    );
  });

  test('with IPv6 addresses is told by all of their bytes', () => {
    const address = Buffer.from('20010db8000000000000000000000001', 'hex').toString('latin1');
    for (let i = 0; i < 16; i++) {
      const changed = `${address.slice(0, i)}\xff${address.slice(i + 1)}`;
      const duplicates = new Duplicates();
      assert.equal(duplicates.isDuplicate(packetOf(PAYLOAD, { source: address }), NOW), false);
      assert.equal(duplicates.isDuplicate(packetOf(PAYLOAD, { source: changed }), NOW), false);
      assert.equal(duplicates.isDuplicate(packetOf(PAYLOAD, { source: address }), NOW), true);
    }
  });
});

describe('a flood of equal packets', () => {
  test('counts fifty times a second: only the last that counted matters', () => {
    const duplicates = new Duplicates();
    let counted = 0;
    for (let i = 0; i < 1000; i++) {
      if (!duplicates.isDuplicate(packetOf(PAYLOAD), NOW + i / 1000)) counted++;
    }
    assert.ok(counted >= 47 && counted <= 50, `${counted} counted`);
  });

  test('keep-alives and retransmissions count each time', () => {
    const duplicates = new Duplicates();
    for (const time of [0, 0.5, 1.5, 30, 60]) {
      assert.equal(duplicates.isDuplicate(packetOf('\r\n\r\n'), NOW + time), false);
    }
  });
});

describe('many packets between the twins', () => {
  test('a thousand others in other order hide none of them', () => {
    const others = Array.from({ length: 1000 }, (_, i) => packetOf(`${PAYLOAD} ${i}`));
    const duplicates = new Duplicates();
    for (const packet of others) assert.equal(duplicates.isDuplicate(packet, NOW), false);
    others.reverse();
    const found = others.filter((packet) => duplicates.isDuplicate(packet, NOW + 0.01));
    assert.equal(found.length, 1000);
  });

  test('more than it can hold make it forget, and never take one for another', () => {
    const duplicates = new Duplicates();
    const payload = Buffer.alloc(60_000);
    for (let i = 0; i < 200; i++) {
      payload.writeUInt32BE(i);
      assert.equal(duplicates.isDuplicate(packetOf(payload), NOW), false);
      assert.equal(duplicates.isDuplicate(packetOf(payload), NOW), true);
    }
    payload.writeUInt32BE(0);
    assert.equal(duplicates.isDuplicate(packetOf(payload), NOW), false);
  });

  test('any order of packets and times is judged as by whoever compares them all', () => {
    const steps = fc.array(fc.tuple(fc.nat(5), fc.nat(60), fc.nat(3)), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(steps, (list) => {
        const duplicates = new Duplicates();
        const counted: [key: string, time: number][] = [];
        for (const [what, ms, port] of list) {
          const time = NOW + ms / 1000;
          const key = `${what} ${port}`;
          const expected = counted.some(
            ([other, at]) => other === key && Math.abs(time - at) <= 0.02,
          );
          const packet = packetOf(`payload ${what}`, { sourcePort: port });
          assert.equal(duplicates.isDuplicate(packet, time), expected);
          if (!expected) counted.push([key, time]);
        }
      }),
    );
  });
});
