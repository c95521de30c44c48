import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MAX_MESSAGE } from '../../src/sip/message-outlet.js';
import { framed } from './framed-stream.js';
import { crlf } from './messages.js';

const text = (lines: string) => crlf(lines).toString('latin1');
const OPTIONS = text('OPTIONS sip:a SIP/2.0\nContent-Length: 4\n\nbody');
const REPLY = text('SIP/2.0 200 OK\nVia: SIP/2.0/TCP h\nl : 0\n\n');
const INVITE = text('INVITE sip:a SIP/2.0\nUser-Agent: x\nSubject: a\n b\nt : <sip:a>\n\n');
const ALL = [OPTIONS, REPLY, INVITE];
const FILLER = Array<string>(46).fill('z'.repeat(1420));

/** What makes a stream one that is not followed, as pieces; some of it tells a message of its own. */
const PREFIXES: Record<string, string[]> = {
  SSH: ['SSH-2.0-x\r\nContent-Length: 0\r\n\r\n'],
  RTSP: ['GET / RTSP/1.0\r\nContent-Length: 0\r\n\r\n'],
  MSRP: ['MSRP x SEND\r\n'],
  'HTTP/2': ['PRI * HTTP/2.0\r\n\r\n'],
  'HTTP in chunks': ['GET / HTTP/1.1\r\nTransfer-Encoding: x\r\nContent-Length: 0\r\n\r\n'],
  'HTTP again and again': ['GET / HTTP/1.1\r\n\r\n'.repeat(70)],
  'HTTP with a long body': ['GET / HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n', ...FILLER],
  'HTTP with a body of 2^40 bytes': [
    'GET / HTTP/1.1\r\nContent-Length: 1099511627776\r\n\r\n',
    ...FILLER,
  ],
  'junk in a framed body': [`X\r\nContent-Length: 5000\r\n\r\n${'z\n'.repeat(2500)}`],
  'a ClientHello': ['\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03abc'],
};

describe('a stream that is not followed comes back with a segment that begins with a message', () => {
  for (const [what, prefix] of Object.entries(PREFIXES)) {
    test(what, () => {
      for (const before of ['', '\r\n', ' ', '\t', '\0\0\r\n']) {
        const { messages, cut } = framed([...prefix, ...ALL.map((each) => before + each)]);
        assert.deepEqual(messages, ALL, JSON.stringify(before));
        assert.deepEqual(cut, []);
      }
    });

    test(`${what}: nothing is held before`, () => {
      const junk = Array<string>(20).fill('INVITE sip:a '.repeat(100));
      const [first = '', ...more] = prefix;
      const begun = framed([first, ...more]).held;
      assert.ok(framed([first, ...more, ...junk]).held <= Math.max(begun, 2000));
    });
  }

  test('one in search of a message, too', () => {
    for (const prefix of [
      '\x16\x03\x01\x00\x05\x01\r\nContent-Length: 0\r\n\r\n',
      'X\r\nContent-Length: 0\r\n\r\n',
    ]) {
      for (const before of ['', '\r\n', ' ', '\t', '\0\0\r\n']) {
        const { messages } = framed([prefix, ...ALL.map((each) => before + each)]);
        assert.deepEqual(messages, ALL, JSON.stringify(before));
      }
    }
  });

  test('the message may go on in other segments', () => {
    const begin = INVITE.indexOf('User-Agent');
    for (let at = begin; at < INVITE.length; at++) {
      const pieces = ['SSH-2.0-x\r\n', INVITE.slice(0, at), INVITE.slice(at), OPTIONS];
      assert.deepEqual(framed(pieces).messages, [INVITE, OPTIONS], String(at));
    }
  });

  test('and is counted once as a stream that is not SIP', () => {
    const { messages, counters } = framed([
      'SSH-2.0-x\r\n',
      OPTIONS,
      'GET / HTTP/1.1\r\nTransfer-Encoding: x\r\n\r\n',
      OPTIONS,
    ]);
    assert.deepEqual(messages, [OPTIONS, OPTIONS]);
    assert.equal(counters.streamsNotSip, 1);
  });
});

describe('a message longer than servers wait for', () => {
  const head = text('MESSAGE sip:a SIP/2.0\nl: 1000000\n\n');

  test('behind its first 64 KiB', () => {
    const { messages, cut, counters } = framed([head, ...FILLER, ...FILLER, ...ALL]);
    assert.deepEqual(messages.slice(1), ALL);
    assert.deepEqual(cut, messages.slice(0, 1));
    assert.equal(cut[0]?.length, MAX_MESSAGE);
    assert.equal(counters.streamsNotSip, 0);
  });

  test('and before: what there is of it is told as cut', () => {
    const begun = head + FILLER[0];
    const { messages, cut } = framed([head, begun.slice(head.length), ...ALL]);
    assert.deepEqual(messages, [begun, ...ALL]);
    assert.deepEqual(cut, [begun]);
  });

  test('one that servers do wait for is a body, whatever its segments begin with', () => {
    const short = text(`MESSAGE sip:a SIP/2.0\nl: ${OPTIONS.length}\n\n`);
    assert.deepEqual(framed([short, OPTIONS, REPLY]).messages, [short + OPTIONS, REPLY]);
  });
});

describe('blanks where a message must begin', () => {
  for (const before of [' ', '\t', ' \r\n ', '\0 \t\r\n']) {
    test(JSON.stringify(before), () => {
      const stream = ALL.map((each) => before + each);
      for (const pieces of [stream, [stream.join('')], stream.join('').split('')]) {
        const { messages, counters } = framed(pieces);
        assert.deepEqual(messages, ALL);
        assert.equal(counters.streamBytesSkipped, 0);
      }
    });
  }
});

describe('a segment of a stream that is not followed is no message', () => {
  for (const [what, segment] of Object.entries({
    'that quotes one within': `<pre>\r\n${OPTIONS}</pre>`,
    'that begins with a start line and no header': 'INVITE sip:a SIP/2.0\r\nis how it begins',
    'with a start line and HTML': 'INVITE sip:a SIP/2.0\r\n<br>Via: x\r\n',
    'with a start line alone': 'INVITE sip:a SIP/2.0\r\n\r\nVia: x\r\n',
    'with headers that are not of SIP': 'INVITE sip:a SIP/2.0\r\nHost: a\r\nX: y\r\n\r\n',
    'with a start line that is not whole': 'INVITE sip:a SIP/2.0',
    'with a status that is none': 'SIP/2.0 20 OK\r\nVia: x\r\n\r\n',
    'with the line of another protocol': 'OPTIONS rtsp://a RTSP/1.0\r\nCSeq: 1\r\n\r\n',
    'of nothing': ' \r\n\0',
  })) {
    test(what, () => {
      const { messages } = framed(['SSH-2.0-x\r\n', segment, segment]);
      assert.deepEqual(messages, []);
    });
  }

  test('an HTTP body that quotes SIP, in segments of any size', () => {
    const page = `<html><pre>\r\n${ALL.join('')}</pre></html>\r\n`;
    for (const head of [
      `HTTP/1.1 200 OK\r\nContent-Length: ${page.length}\r\n\r\n`,
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n`,
    ]) {
      const stream = head + page;
      const begins = new Set(ALL.map((each) => stream.indexOf(each)));
      for (let at = 1; at < stream.length; at++) {
        // A page that is cut just before what it quotes is the price of coming back.
        if (head.includes('chunked') && isBeforeMessage(begins, stream, at)) continue;
        const pieces = [stream.slice(0, at), stream.slice(at)];
        assert.deepEqual(framed(pieces).messages, [], String(at));
      }
    }
  });
});

/** Whether a segment that begins here begins with a message, behind line ends. */
function isBeforeMessage(begins: ReadonlySet<number>, stream: string, at: number): boolean {
  let begin = at;
  while (/\s/.test(stream.charAt(begin))) begin++;
  // A start line that lacks its first letters is still one of a method of its own.
  return [...begins].some((each) => begin >= each && begin < stream.indexOf(' ', each));
}
