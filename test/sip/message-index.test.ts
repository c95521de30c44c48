import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { captureFiles } from '../../src/capture/capture-files.js';
import { readCapture } from '../../src/capture/read-capture.js';
import { kernel } from '../../src/kernel/kernel.js';
import { HeaderIndex, MAX_HEADERS, MAX_VALUE } from '../../src/sip/header-index.js';
import { MessageIndex } from '../../src/sip/message-index.js';
import { StartLine } from '../../src/sip/start-line.js';
import { HEADERS } from '../../src/sip/tokens.js';
import { Counters } from '../../src/telemetry/counters.js';
import { Decoded, FrameDecoder } from '../../src/wire/frame-decoder.js';
import { Packet } from '../../src/wire/packet.js';
import { mutateText } from '../fuzz/mutate-sip.js';
import { Random } from '../fuzz/random.js';
import { WORST_MESSAGES } from '../fuzz/worst-messages.js';
import { TOOL_MESSAGES } from './tool-messages.js';
import { TORTURE } from './torture-cases.js';

const fast = new MessageIndex(kernel);
const plain = new MessageIndex(undefined);
const ARRAYS = ['ids', 'lineFrom', 'nameTo', 'valueFrom', 'valueTo', 'lineTo'] as const;

/** Everything an index holds. */
function contents({ start, headers, ...own }: MessageIndex): Record<string, unknown> {
  const { length } = headers;
  // Only the kernel tells what is of ordinary form: ordinary-values.test.ts.
  const numbers = (from: object) =>
    Object.entries(from).filter(
      ([name, value]) => typeof value === 'number' && name !== 'ordinary',
    );
  return {
    own: numbers(own),
    start: numbers(start),
    headers: numbers(headers),
    arrays: ARRAYS.map((name) => [...headers[name].subarray(0, length)]),
    first: [...headers.first.subarray(0, HEADERS.length)],
    counts: [...headers.counts.subarray(0, HEADERS.length)],
  };
}

function compare(buf: Buffer, from = 0, to = buf.length): void {
  fast.read(buf, from, to);
  plain.read(buf, from, to);
  const [one, two] = [contents(fast), contents(plain)];
  if (JSON.stringify(one) === JSON.stringify(two)) return;
  assert.deepEqual(one, two, JSON.stringify(buf.toString('latin1', from, to)).slice(0, 2000));
}

const texts = (...parts: string[]) => Buffer.from(parts.join(''), 'latin1');
const REQUEST = 'INVITE sip:a@b SIP/2.0\r\n';

describe('the kernel finds what the plain index finds', () => {
  test('it is there, and agrees on limits', () => {
    assert.ok(kernel, 'dist/kernel.wasm was built');
    assert.deepEqual([kernel.maxHeaders, kernel.maxValue], [MAX_HEADERS, MAX_VALUE]);
    assert.ok(new StartLine() && new HeaderIndex());
    compare(texts(REQUEST, 'l: 3\r\n\r\nabc'));
    assert.equal(fast.contentLength, 3);
    assert.notEqual(fast.headers.ids.buffer, plain.headers.ids.buffer);
  });

  test('in every payload of the captures', async () => {
    const { files } = await captureFiles(['pcaps', 'test/corpus']);
    const decoder = new FrameDecoder(new Counters());
    const packet = new Packet();
    let payloads = 0;
    for (const { path } of files) {
      await readCapture(path, {
        frame(buf, from, to, time, originalLength, linkType) {
          compare(buf, from, Math.min(to, from + 65_536));
          const found = decoder.decode(packet, buf, from, to, time, originalLength, linkType);
          if (found !== Decoded.Payload) return;
          payloads++;
          compare(packet.buf, packet.payloadFrom, packet.payloadTo);
        },
      });
    }
    assert.ok(payloads > 1000, `${payloads} payloads`);
  });

  test('in torture messages and those of tools, whole and cut anywhere', () => {
    const all = [...TORTURE.map(({ bytes }) => bytes), ...TOOL_MESSAGES.map(({ bytes }) => bytes)];
    for (const bytes of all) {
      for (let to = 0; to <= bytes.length; to += 1 + (to >> 7)) compare(bytes, 0, to);
      for (let from = 1; from < 80; from++) compare(bytes, from, bytes.length);
    }
  });

  test('in what costs most', () => {
    for (const text of Object.values(WORST_MESSAGES)) compare(texts(text));
  });

  test('in mutated messages', () => {
    const random = new Random(6);
    const seeds = TORTURE.map(({ bytes }) => bytes);
    for (let i = 0; i < 6_000; i++) {
      const [one, two] = [seeds[random.below(seeds.length)]!, seeds[random.below(seeds.length)]!];
      compare(mutateText(random, one, two));
    }
  });

  test('in any bytes that mean something to SIP, at any place of a buffer', () => {
    const parts = fc.array(
      fc.constantFrom(
        ...['INVITE', 'REGISTER', 'foo', 'sip:', 'SIP/2.0', 'sip/3.0', 'HTTP/1.1', 'tel:', 'sips:'],
        ...[' ', '\t', '\r\n', '\n', '\r', '\r\n ', '\n\t', '\0', '\\\0', ':', ' :', '\r:', '\xff'],
        ...['Via', 'v', 'CSeq', 'cSEQ', 'l', 'Content-Length', 'Proxy-Authorization', 'x', 'Other'],
        ...['P-Preferred-Identity: a', 'l: 5', 'CSeq: 7 INVITE', '9'.repeat(30), '123', '200', 'y'],
      ),
      { maxLength: 40 },
    );
    const begin = fc.constantFrom('', '\r\n', 'INVITE sip:a@b SIP/2.0\r\n', 'SIP/2.0 200 OK\r\n');
    const text = fc.tuple(begin, parts, fc.nat(40), fc.constantFrom(0, 10, 13, 32, 58));
    const property = fc.property(text, ([first, rest, margin, around]) => {
      const bytes = texts(first, ...rest);
      const within = Buffer.concat([Buffer.alloc(margin, around), bytes, Buffer.alloc(40, around)]);
      compare(within, margin, margin + bytes.length);
    });
    fc.assert(property, { numRuns: 6_000 });
  });

  test('for every known name in any case, and for names beside them', () => {
    for (const { name, compact } of HEADERS) {
      for (const one of [
        name,
        compact,
        name.toUpperCase(),
        `${name}x`,
        name.slice(1),
        `${name}\0`,
      ]) {
        compare(texts(REQUEST, one, ': 1\r\n', one, ' \t:2\n\r\n'));
      }
    }
    for (let length = 0; length < 80; length++) {
      compare(texts(REQUEST, 'n'.repeat(length), ': v\r\n\r\n'));
    }
  });

  test('at the limits: headers, lengths of values, and of messages', () => {
    for (const count of [0, 1, 255, 256, 257, 300]) {
      compare(texts(REQUEST, 'a: b\r\n'.repeat(count), '\r\n'));
      compare(texts(REQUEST, 'Via: b\r\n'.repeat(count), '\r\n'));
    }
    for (const length of [8190, 8191, 8192, 8193, 20_000]) {
      compare(texts(REQUEST, 'CSeq: ', '1'.repeat(length), '\r\n\r\n'));
      compare(texts(REQUEST, 'l:', ' '.repeat(length), '1\r\n', '\r\n'));
    }
    for (const length of [65_535, 65_536, 65_537, 200_000]) {
      const body = 'x'.repeat(length - REQUEST.length - 2);
      compare(texts(REQUEST, '\r\n', body));
      compare(texts(REQUEST, body, '\r\n'));
    }
  });

  test('what was found stays, whatever other messages are read', () => {
    const other = new MessageIndex(kernel);
    fast.read(texts(REQUEST, 'Via: a\r\nTo: b\r\n\r\n'), 0, 42);
    const before = contents(fast);
    other.read(texts('SIP/2.0 200 OK\r\nl: 0\r\n\r\n'), 0, 24);
    assert.deepEqual(contents(fast), before);
  });

  test('messages beyond those that have a place in its memory are read plainly', () => {
    const many = Array.from({ length: 40 }, () => new MessageIndex(kernel));
    const bytes = readFileSync('package.json');
    for (const index of many) index.read(bytes, 0, bytes.length);
    const invite = texts(REQUEST, 'Via: a\r\nTo: b\r\n\r\n');
    plain.read(invite, 0, invite.length);
    for (const index of many) {
      index.read(invite, 0, invite.length);
      assert.deepEqual(contents(index), contents(plain));
    }
  });
});
