import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toTraffic } from '../../src/rules/example-traffic.js';
import type { TrafficDocument } from '../../src/rules/schema.js';
import { examplePackets } from '../../src/selftest/example-messages.js';
import { ipFrames, RAW_LINK } from '../../src/selftest/ip-frame.js';
import { Counters } from '../../src/telemetry/counters.js';
import { addressText } from '../../src/wire/address.js';
import { Decoded, FrameDecoder } from '../../src/wire/frame-decoder.js';
import { Packet, TcpFlag, Transport } from '../../src/wire/packet.js';

const NAMES = { S: TcpFlag.Syn, A: TcpFlag.Ack, R: TcpFlag.Rst, F: TcpFlag.Fin, P: TcpFlag.Psh };

/** What the decoder reads: `SA 5060>4000 seq ack length`, or what it says is unreachable. */
function read(part: TrafficDocument): string[] {
  const decoder = new FrameDecoder(new Counters());
  const packet = new Packet();
  const lines: string[] = [];
  for (const { at, bytes } of ipFrames(examplePackets(toTraffic(part)))) {
    const found = decoder.decode(packet, bytes, 0, bytes.length, at, bytes.length, RAW_LINK);
    if (found === Decoded.None) continue;
    const ports = `${packet.sourcePort}>${packet.destinationPort}`;
    const kind = packet.transport === Transport.Tcp ? 'tcp' : 'udp';
    const { tcpSequence, tcpAcknowledgment, payloadLength } = packet;
    const flags = Object.entries(NAMES).filter(([, bit]) => (packet.tcpFlags & bit) !== 0);
    if (found === Decoded.Unreachable) lines.push(`${kind} ${ports} unreachable`);
    else if (kind === 'udp') lines.push(`udp ${ports} ${payloadLength}`);
    else {
      const numbers = `${tcpSequence} ${tcpAcknowledgment} ${payloadLength}`;
      lines.push(`${flags.map(([name]) => name).join('')} ${ports} ${numbers}`);
    }
  }
  return lines;
}

const ENDS = { from: '198.51.100.7:4000', to: '203.0.113.5:5060' };
const V6_ENDS = { from: '[2001:db8::7]:4000', to: '[2001:db8::5]:5060' };

describe('segments of an example', () => {
  test('a SYN is refused by a RST that acknowledges it', () => {
    const expected = ['S 4000>5060 1000 0 0', 'AR 5060>4000 0 1001 0'];
    for (const ends of [ENDS, V6_ENDS]) {
      assert.deepEqual(read({ ...ends, segment: 'syn', answer: 'rst' }), expected);
    }
  });

  test('a SYN that nobody answered is sent again with its number, any other has its own', () => {
    const numbers = (answer?: 'rst') =>
      read({
        ...ENDS,
        steps: [{ segment: 'syn', ...(answer && { answer }) }, { segment: 'syn' }],
      })
        .filter((line) => line.startsWith('S '))
        .map((line) => line.split(' ')[2]);
    assert.deepEqual(numbers(), ['1000', '1000']);
    assert.deepEqual(numbers('rst'), ['1000', '1001000']);
  });

  test('a connection that is told step by step has no other segments', () => {
    const lines = read({
      ...ENDS,
      transport: 'tcp',
      steps: [
        { segment: 'syn', answer: 'syn-ack' },
        { segment: 'ack' },
        { message: 'abc', raw: true },
        { segment: 'fin' },
        { segment: 'rst' },
      ],
    });
    assert.deepEqual(lines, [
      'S 4000>5060 1000 0 0',
      'SA 5060>4000 5000 1001 0',
      'A 4000>5060 1001 5001 0',
      'AP 4000>5060 1001 5001 3',
      'AF 4000>5060 1004 5001 0',
      'R 4000>5060 1005 0 0',
    ]);
  });

  test('messages over TCP get a handshake and a parting, and numbers that fit', () => {
    const repeat = { times: 2, every: 1, var: 'n', first: 0 };
    const message = { ...ENDS, transport: 'tcp', raw: true, message: 'abc', repeat } as const;
    assert.deepEqual(read(message), [
      'S 4000>5060 1000 0 0',
      'SA 5060>4000 5000 1001 0',
      'A 4000>5060 1001 5001 0',
      'AP 4000>5060 1001 5001 3',
      'AP 4000>5060 1004 5001 3',
      'AF 4000>5060 1007 5001 0',
      'AF 5060>4000 5001 1008 0',
      'A 4000>5060 1008 5002 0',
    ]);
  });

  test('a ClientHello is the first that a client of TLS sends', () => {
    const lines = read({ ...ENDS, segment: 'client-hello' });
    assert.deepEqual(lines.slice(2, 4), ['A 4000>5060 1001 5001 0', 'AP 4000>5060 1001 5001 54']);
    const [, , , hello] = ipFrames(
      examplePackets(toTraffic({ ...ENDS, segment: 'client-hello' })),
    ).map(({ bytes }) => bytes.subarray(40));
    assert.equal(hello?.readUInt16BE(3), hello!.length - 5, 'the record holds all of it');
    assert.equal(hello?.readUIntBE(6, 3), hello!.length - 9, 'and so does the handshake message');
  });
});

describe('ICMP errors and fragments of an example', () => {
  test('an error quotes what was sent, and goes to its sender', () => {
    for (const ends of [ENDS, V6_ENDS]) {
      const udp = read({ ...ends, message: 'x', raw: true, answer: 'icmp-unreachable' });
      assert.deepEqual(udp, ['udp 4000>5060 1', 'udp 4000>5060 unreachable']);
      const tcp = read({ ...ends, segment: 'syn', answer: 'icmp-unreachable' });
      assert.deepEqual(tcp, ['S 4000>5060 1000 0 0', 'tcp 4000>5060 unreachable']);
    }
  });

  test('fragments that contradict each other give a message that says so', () => {
    const message = 'a message of some length, in two parts';
    const frames = ipFrames(
      examplePackets(toTraffic({ ...ENDS, message, raw: true, overlapping: true })),
    );
    const decoder = new FrameDecoder(new Counters());
    const packet = new Packet();
    const found = frames.map(({ bytes }) =>
      decoder.decode(packet, bytes, 0, bytes.length, 0, bytes.length, RAW_LINK),
    );
    assert.deepEqual(found, [Decoded.None, Decoded.Payload]);
    assert.ok(packet.overlapping);
    assert.equal(packet.payloadLength, message.length);
    assert.equal(addressText(packet.source), '198.51.100.7');
  });
});
