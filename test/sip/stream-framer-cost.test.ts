import assert from 'node:assert/strict';
import { describe, mock, test } from 'node:test';
import { StreamFramer } from '../../src/sip/stream-framer.js';
import { Counters } from '../../src/telemetry/counters.js';
import { Packet } from '../../src/wire/packet.js';

/** Looks at bytes that one byte of a stream may cost: comparisons with several values count each. */
const LOOKS = 64;
const SIZE = 8000;

let looks = 0;
const own = new WeakMap<object, Buffer>();

/** The same buffer, which counts each byte that is looked at, copied or searched. */
function counting(bytes: Buffer): Buffer {
  const proxy = new Proxy(bytes, {
    get(target, key) {
      if (typeof key === 'string' && /^\d+$/.test(key)) {
        looks++;
        return target[Number(key)];
      }
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        const plain = args.map((arg) => own.get(arg as object) ?? arg);
        if (key === 'copy') looks += Number(args[3]) - Number(args[2]);
        return (value as (...all: unknown[]) => unknown).apply(target, plain);
      };
    },
    set(target, key, value: number) {
      target[Number(key)] = value;
      return true;
    },
  });
  own.set(proxy, bytes);
  return proxy;
}

/** How often a byte of this stream is looked at, when it comes in pieces of this size. */
function looksPerByte(stream: Buffer, size: number): number {
  const allocate = Buffer.allocUnsafeSlow.bind(Buffer);
  const mocked = mock.method(Buffer, 'allocUnsafeSlow', (length: number) =>
    counting(allocate(length)),
  );
  const framer = new StreamFramer(new Counters(), { message() {}, encrypted() {} });
  const state = framer.begin();
  const packet = new Packet();
  const counted = counting(stream);
  looks = 0;
  let read = 0;
  try {
    while (read < stream.length) {
      const from = read;
      read = Math.min(from + size, stream.length);
      framer.turn();
      framer.bytes(state, packet, counted, from, read);
    }
  } finally {
    mocked.mock.restore();
  }
  return looks / read;
}

const fill = (size: number, piece: string) => piece.repeat(Math.floor(size / piece.length));
const REQUEST = 'INVITE sip:a@b SIP/2.0\r\n';
const FOREIGN = 'SSH-2.0-x\r\n';
const WEBSOCKET = 'HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\n\r\n';

const SHAPES: Record<string, (size: number) => string> = {
  'small messages': (size) => fill(size, 'ACK sip:a SIP/2.0\r\nl: 0\r\n\r\n'),
  'the smallest messages': (size) => fill(size, 'A b SIP/2.0\n\n'),
  'one message with a long body': (size) =>
    `${REQUEST}Content-Length: ${size}\r\n\r\n${fill(size, 'x')}`,
  'one long head': (size) => `${REQUEST}${fill(size, 'Subject: x\r\n')}`,
  'one long header field': (size) => `${REQUEST}Subject: ${fill(size, 'x')}`,
  'deep folding': (size) => `${REQUEST}Subject: x${fill(size, '\r\n y')}`,
  'Content-Length again and again': (size) => `${REQUEST}${fill(size, 'l: 0\r\n')}\r\n`,
  'lines of c': (size) => `${REQUEST}${fill(size, 'c\n')}\r\n`,
  'a start line without end': (size) => `INVITE ${fill(size, 'a')}`,
  'a start line of blanks': (size) => `INVITE ${fill(size, ' ')}`,
  'empty lines': (size) => fill(size, '\r\n'),
  'CR alone': (size) => `${REQUEST}${fill(size, '\r')}`,
  'junk lines': (size) => `${REQUEST}\r\n${fill(size, 'junk line\r\n')}`,
  'lines of one byte': (size) => `${REQUEST}\r\n${fill(size, 'a\n')}`,
  'lines that are nearly start lines': (size) =>
    `${REQUEST}\r\n${fill(size, 'INVITE sip:a SIP/\r\n')}`,
  'HTTP requests': (size) => fill(size, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'),
  'an HTTP head': (size) => `GET / HTTP/1.1\r\n${fill(size, 'Upgrade: a, b, c\r\n')}`,
  'a stream that is not followed': (size) => `${FOREIGN}${fill(size, 'a long line ')}`,
  'blanks where nothing is followed': (size) => `${FOREIGN}${fill(size, ' \0\r\n')}`,
  'start lines where nothing is followed': (size) =>
    `${FOREIGN}${fill(size, 'ACK sip:a SIP/2.0\r\nX: y\r\n\r\n')}`,
  'a body that is longer than servers wait for': (size) =>
    `${REQUEST}l: 900000\r\n\r\n${fill(size, 'INVITE sip:a')}`,
  'blanks before messages': (size) => fill(size, ' \t \0\r\n ACK sip:a SIP/2.0\r\n\r\n'),
  'WebSocket frames of one byte': (size) => `${WEBSOCKET}\x01\x01I${fill(size, '\x00\x01x')}`,
  'empty WebSocket frames': (size) => `${WEBSOCKET}\x01\x01I${fill(size, '\x00\x00')}`,
  'WebSocket pings': (size) => `${WEBSOCKET}${fill(size, '\x89\x00')}`,
  'small WebSocket messages': (size) => `${WEBSOCKET}${fill(size, '\x81\x0dA b SIP/2.0\n\n')}`,
  'masked WebSocket messages': (size) =>
    `${WEBSOCKET}${fill(size, '\x81\x8d\0\0\0\0A b SIP/2.0\n\n')}`,
};

describe('each byte costs a constant number of looks', () => {
  for (const [shape, shapeOf] of Object.entries(SHAPES)) {
    test(shape, () => {
      for (const size of [Number.POSITIVE_INFINITY, 500, 1]) {
        const short = looksPerByte(Buffer.from(shapeOf(SIZE / 2), 'latin1'), size);
        const long = looksPerByte(Buffer.from(shapeOf(SIZE), 'latin1'), size);
        assert.ok(short > 0 && short <= LOOKS, `in pieces of ${size}: ${short}`);
        assert.ok(long <= short * 1.2 + 1, `in pieces of ${size}: ${short}, twice as long ${long}`);
      }
    });
  }
});
