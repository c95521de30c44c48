import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MAX_MESSAGE } from '../../src/sip/message-outlet.js';
import { framed, type Piece } from './framed-stream.js';
import { crlf } from './messages.js';

const GET = crlf(
  'GET /ws HTTP/1.1\nHost: a\nUpgrade: WebSocket\nConnection: Upgrade\n' +
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\nSec-WebSocket-Protocol: msrp, sip\n\n',
);
const SWITCH = crlf(
  'HTTP/1.1 101 Switching Protocols\nUpgrade: websocket\nSec-WebSocket-Protocol: sip\n\n',
);
const REGISTER = crlf('REGISTER sip:a SIP/2.0\nVia: SIP/2.0/WS h\nContent-Length: 0\n\n');
const REPLY = crlf('SIP/2.0 401 Unauthorized\nVia: SIP/2.0/WS h\nl: 0\n\n');
const MASK = Buffer.from('37fa213d', 'hex');

interface FrameOptions {
  readonly opcode?: number;
  readonly fin?: boolean;
  readonly masked?: boolean;
  readonly rsv?: number;
  /** Writes the length in this many bytes. */
  readonly lengthBytes?: 1 | 2 | 8;
}

/** One frame, as RFC 6455 §5.2 draws it. */
function frame(payload: Buffer | string, options: FrameOptions = {}): Buffer {
  const { opcode = 1, fin = true, masked = true, rsv = 0 } = options;
  const bytes = Buffer.from(payload);
  const needed = bytes.length < 126 ? 1 : bytes.length < 65_536 ? 2 : 8;
  const lengthBytes = options.lengthBytes ?? needed;
  const length = Buffer.alloc(lengthBytes);
  if (lengthBytes === 1) length[0] = bytes.length;
  else if (lengthBytes === 2) length.writeUInt16BE(bytes.length);
  else length.writeBigUInt64BE(BigInt(bytes.length));
  const seven = lengthBytes === 1 ? [] : [lengthBytes === 2 ? 126 : 127];
  const head = [(fin ? 0x80 : 0) | (rsv << 4) | opcode, ...seven, ...length];
  head[1]! |= masked ? 0x80 : 0;
  const body = masked ? bytes.map((byte, i) => byte ^ MASK[i % 4]!) : bytes;
  return Buffer.concat([Buffer.from(head), masked ? MASK : Buffer.alloc(0), Buffer.from(body)]);
}

const latin1 = (...messages: Buffer[]) => messages.map((message) => message.toString('latin1'));

function bytewise(...pieces: Buffer[]): Buffer[] {
  return Array.from(Buffer.concat(pieces), (byte) => Buffer.of(byte));
}

describe('frames', () => {
  test('masked from the client and bare from the server, whatever the length is written in', () => {
    for (const lengthBytes of [1, 2, 8] as const) {
      const client = [GET, frame(REGISTER, { lengthBytes })];
      const server = [SWITCH, frame(REPLY, { lengthBytes, masked: false })];
      for (const pieces of [client, [Buffer.concat(client)], bytewise(...client)]) {
        const { messages, counters } = framed(pieces);
        assert.deepEqual(messages, latin1(REGISTER));
        assert.equal(counters.websocketStreams, 1);
      }
      for (const pieces of [server, [Buffer.concat(server)], bytewise(...server)]) {
        assert.deepEqual(framed(pieces).messages, latin1(REPLY));
      }
    }
  });

  test('several in one segment, text and binary', () => {
    const all = [frame(REGISTER), frame(REPLY, { opcode: 2 }), frame(REGISTER, { masked: false })];
    const { messages, cut } = framed([Buffer.concat([GET, ...all])]);
    assert.deepEqual(messages, latin1(REGISTER, REPLY, REGISTER));
    assert.deepEqual(cut, []);
  });

  test('a message in fragments with control frames between', () => {
    const all = [
      GET,
      frame(REGISTER.subarray(0, 10), { fin: false }),
      frame('ping', { opcode: 9 }),
      frame(REGISTER.subarray(10, 30), { fin: false, opcode: 0 }),
      frame('', { fin: false, opcode: 0 }),
      frame('', { opcode: 10 }),
      frame(REGISTER.subarray(30), { opcode: 0 }),
      frame(REPLY),
      frame('bye', { opcode: 8 }),
    ];
    for (const pieces of [all, [Buffer.concat(all)], bytewise(...all)]) {
      assert.deepEqual(framed(pieces).messages, latin1(REGISTER, REPLY));
    }
  });

  test('pings of SIP in a frame, and what is no SIP', () => {
    const { messages, counters } = framed([GET, frame('\r\n\r\n'), frame('hello'), frame(REPLY)]);
    assert.deepEqual(messages, latin1(REPLY));
    assert.equal(counters.keepAlives, 1);
    assert.equal(counters.notSip, 1);
  });

  test('compressed messages are counted', () => {
    const compressed = [
      frame('abc', { rsv: 4, fin: false }),
      frame('def', { opcode: 0 }),
      frame('x', { rsv: 4 }),
    ];
    const { messages, counters } = framed([GET, ...compressed, frame(REGISTER)]);
    assert.deepEqual(messages, latin1(REGISTER));
    assert.equal(counters.websocketCompressed, 2);
  });

  test('a long message is cut, in one frame or in many', () => {
    const long = Buffer.concat([REGISTER, Buffer.alloc(2 * MAX_MESSAGE, 120)]);
    const half = long.length >> 1;
    const masked = [
      frame(long.subarray(0, half), { fin: false }),
      frame(long.subarray(half), { opcode: 0 }),
    ];
    for (const each of [[frame(long)], [frame(long, { masked: false })], masked]) {
      const { messages, cut, held } = framed([SWITCH, Buffer.concat(each), frame(REPLY)]);
      assert.deepEqual(messages, latin1(long.subarray(0, MAX_MESSAGE), REPLY));
      assert.equal(cut.length, 1);
      assert.ok(held <= 2 * MAX_MESSAGE);
    }
  });
});

describe('the handshake', () => {
  test('header fields in any spelling, and other subprotocols', () => {
    const odd = crlf(
      'GET / HTTP/1.1\nsec-websocket-protocol: x\nUPGRADE:websocket\nSec-WebSocket-Protocol:SIP\n\n',
    );
    assert.deepEqual(framed([odd, frame(REGISTER)]).messages, latin1(REGISTER));
    const other = crlf(
      'GET / HTTP/1.1\nUpgrade: websocket\nSec-WebSocket-Protocol: sipx, chat\n\n',
    );
    const { messages, counters } = framed([other, frame(REGISTER)]);
    assert.deepEqual(messages, []);
    assert.equal(counters.streamsNotSip, 1);
    const silent = crlf('HTTP/1.1 101 Switching Protocols\nUpgrade: websocket\n\n');
    assert.deepEqual(framed([silent, frame(REPLY, { masked: false })]).messages, latin1(REPLY));
  });

  test('one that was refused is followed by HTTP, and another', () => {
    assert.deepEqual(framed([GET, GET, frame(REGISTER)]).messages, latin1(REGISTER));
    assert.deepEqual(framed(bytewise(GET, GET, frame(REGISTER))).messages, latin1(REGISTER));
    const refusal = crlf('HTTP/1.1 401 Unauthorized\nContent-Length: 2\n\nno');
    const again = [refusal, SWITCH, frame(REPLY, { masked: false })];
    assert.deepEqual(framed(again).messages, latin1(REPLY));
    assert.deepEqual(framed([GET, REGISTER]).messages, latin1(REGISTER));
  });

  test('lost frames, and plain messages behind all that servers pass over', () => {
    const pong = frame('', { opcode: 10 });
    for (const before of ['\r\n', ' ', '\t\0\r\n', '\r\n\r\n']) {
      const lines = [REGISTER, REGISTER].map((each) => Buffer.concat([Buffer.from(before), each]));
      const odd = Buffer.concat([pong, crlf('\nContent-Length: 0\n\n')]);
      assert.deepEqual(framed([GET, odd, ...lines]).messages, latin1(REGISTER, REGISTER));
    }
  });

  test('an upgrade that is only pretended hides nothing', () => {
    // The first letter of these could begin a frame.
    const all = [crlf('BYE sip:a SIP/2.0\nl: 0\n\n'), crlf('ACK sip:a SIP/2.0\nl: 0\n\n')];
    for (const bye of all) {
      const stream = [GET, bye, REGISTER, REPLY];
      for (const pieces of [stream, [Buffer.concat(stream)], bytewise(...stream)]) {
        assert.deepEqual(framed(pieces).messages, latin1(bye, REGISTER, REPLY));
      }
    }
    const after = framed([GET, frame('x'), Buffer.from('AC'), REGISTER, REGISTER, REGISTER]);
    assert.deepEqual(after.messages.slice(-1), latin1(REGISTER));
  });
});

describe('lost frames', () => {
  const bare = frame(REPLY, { masked: false });
  const client = frame(REGISTER);

  test('a hole in a payload: told as cut, and the next frame is found', () => {
    const pieces: Piece[] = [
      Buffer.concat([GET, client.subarray(0, 30)]),
      client.length - 30,
      client,
    ];
    const begun = REGISTER.subarray(0, 30 - 6);
    const { messages, cut } = framed(pieces);
    assert.deepEqual(messages, latin1(begun, REGISTER));
    assert.deepEqual(cut, latin1(begun));
    const inside: Piece[] = [GET, client.subarray(0, 30), 5, client.subarray(35), client];
    assert.deepEqual(framed(inside).messages, latin1(begun, REGISTER));
  });

  test('any other hole: a frame with SIP at the beginning of a segment is believed', () => {
    for (const pieces of [
      [SWITCH, 0, bare.subarray(9), bare, bare],
      [SWITCH, bare.subarray(0, 20), bare.length, Buffer.from('junk'), bare, bare],
      [SWITCH, Buffer.from([0xf1, 0x02, 1, 2, 3]), bare, bare],
      [SWITCH, frame('abc', { opcode: 0 }).fill(0x83, 0, 1), bare, bare],
    ] satisfies Piece[][]) {
      const { messages } = framed(pieces);
      assert.deepEqual(messages.slice(-2), latin1(REPLY, REPLY));
    }
  });

  test('a connection joined in its middle', () => {
    for (const one of [bare, client, frame(REGISTER, { lengthBytes: 8 })]) {
      const { messages, counters } = framed([
        0,
        Buffer.from('9f8d7c\n3\x01\x02\x80', 'latin1'),
        one,
        one,
      ]);
      assert.equal(messages.length, 2);
      assert.equal(counters.websocketStreams, 1);
    }
    assert.deepEqual(framed([0, frame('hello'), frame('x')]).messages, []);
  });

  test('the end of the stream', () => {
    const { messages, cut } = framed([GET, client.subarray(0, 36)]);
    assert.deepEqual(messages, latin1(REGISTER.subarray(0, 30)));
    assert.equal(cut.length, 1);
  });
});
