import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  BYTES_EACH,
  MAX_COUNTED,
  MAX_MESSAGE,
  MAX_MESSAGES,
} from '../../src/sip/message-outlet.js';
import { StreamFramer } from '../../src/sip/stream-framer.js';
import { Counters } from '../../src/telemetry/counters.js';
import { Packet } from '../../src/wire/packet.js';
import { framed, type Piece } from './framed-stream.js';
import { crlf } from './messages.js';
import { TORTURE } from './torture-cases.js';

const text = (lines: string) => crlf(lines).toString('latin1');
const OPTIONS = text('OPTIONS sip:a SIP/2.0\nContent-Length: 4\n\nbody');
const REPLY = text('SIP/2.0 200 OK\nl : 0\n\n');
const OTHER = text('ACK sip:a SIP/2.0\nVia: SIP/2.0/TCP h\n\n');

/** The same bytes cut at each place into two, and into single bytes. */
function splits(stream: string): string[][] {
  const all = [...stream].length === stream.length ? [stream.split('')] : [];
  for (let at = 1; at < stream.length; at++) all.push([stream.slice(0, at), stream.slice(at)]);
  return all;
}

describe('messages in a stream', () => {
  test('several in one segment, and each cut anywhere', () => {
    const all = [OPTIONS, REPLY, OTHER, OPTIONS];
    const { messages, cut, counters } = framed([all.join('')]);
    assert.deepEqual(messages, all);
    assert.deepEqual(cut, []);
    assert.equal(counters.streamBytesSkipped, 0);
    for (const pieces of splits(all.join(''))) assert.deepEqual(framed(pieces).messages, all);
  });

  test('the torture messages, one behind the other, cut at each third byte', () => {
    for (const { name, bytes } of TORTURE) {
      const whole = framed([bytes, OPTIONS]);
      for (let at = 1; at < bytes.length; at += 3) {
        const pieces = [bytes.subarray(0, at), bytes.subarray(at), OPTIONS];
        assert.deepEqual(framed(pieces).messages, whole.messages, `${name} at ${at}`);
      }
    }
  });

  test('empty lines between them are pings when they come alone', () => {
    const ping = '\r\n\r\n';
    const { messages, counters } = framed([
      ping,
      OPTIONS,
      ping,
      ping + REPLY,
      REPLY + ping,
      '\r\n',
    ]);
    assert.deepEqual(messages, [OPTIONS, REPLY, REPLY]);
    assert.equal(counters.keepAlives, 3);
    assert.equal(framed(['\0\0\0\0', OPTIONS]).counters.keepAlives, 1);
    for (const pieces of splits(`\0\0\0\0${OPTIONS}\0\r\n\0${REPLY}`)) {
      assert.deepEqual(framed(pieces).messages, [OPTIONS, REPLY]);
    }
  });

  test('a folded Content-Length is read, one inside another header field is not', () => {
    const folded = text('OPTIONS sip:a SIP/2.0\nContent-Length:\n 4\n\nbody');
    const inside = text('OPTIONS sip:a SIP/2.0\nSubject: x\n Content-Length: 4\n\n');
    for (const pieces of splits(folded + inside + REPLY)) {
      assert.deepEqual(framed(pieces).messages, [folded, inside, REPLY]);
    }
  });

  test('lines that end in LF alone', () => {
    const bare = 'OPTIONS sip:a SIP/2.0\nContent-Length: 2\n\n\r\n';
    assert.deepEqual(framed([bare + OPTIONS]).messages, [bare, OPTIONS]);
  });

  test('a body that quotes a message is a body', () => {
    const quoting = `NOTIFY sip:a SIP/2.0\r\nContent-Length: ${REPLY.length}\r\n\r\n${REPLY}`;
    for (const pieces of splits(quoting + OPTIONS)) {
      assert.deepEqual(framed(pieces).messages, [quoting, OPTIONS]);
    }
  });

  test('nothing is told of a stream that ends in a start line', () => {
    assert.deepEqual(framed(['OPTIONS sip:a SIP/2.0\r\nVia']).messages, []);
    const begun = 'OPTIONS sip:a SIP/2.0\r\nVia: x\r\nTo';
    assert.deepEqual(framed([begun]).cut, [begun]);
    assert.deepEqual(framed([OPTIONS.slice(0, -1)]).cut, [OPTIONS.slice(0, -1)]);
    assert.equal(framed([begun]).counters.streamMessagesCut, 1);
  });
});

describe('lost framing', () => {
  for (const value of ['-1', 'a', '', '4 4', '4,4', '9999999', '99999999999999999999']) {
    test(`a Content-Length of "${value}": the head is told, and the next start line believed`, () => {
      const odd = text(`INVITE sip:a SIP/2.0\nContent-Length: ${value}\n\n`);
      const { messages, cut, counters } = framed([`${odd}v=0\r\no=x\r\n${REPLY}${OPTIONS}`]);
      assert.deepEqual(messages, [odd, REPLY, OPTIONS]);
      assert.deepEqual(cut, [odd]);
      assert.equal(counters.streamBytesSkipped, 'v=0\r\no=x\r\n'.length);
    });
  }

  test('several Content-Lengths that differ; several that do not', () => {
    const differ = text('INVITE sip:a SIP/2.0\nl: 4\nContent-Length: 5\n\n');
    assert.deepEqual(framed([`${differ}bodyxyz\r\n${REPLY}`]).messages, [differ, REPLY]);
    const agree = text('INVITE sip:a SIP/2.0\nl: 4\nContent-Length: 4\n\nbody');
    assert.deepEqual(framed([agree + REPLY]).messages, [agree, REPLY]);
  });

  test('without Content-Length, a body is passed over', () => {
    const head = text('INVITE sip:a SIP/2.0\nCSeq: 1 INVITE\n\n');
    const { messages, counters } = framed([`${head}v=0\r\ns=-\r\n${REPLY}`]);
    assert.deepEqual(messages, [head, REPLY]);
    assert.equal(counters.streamBytesSkipped, 10);
  });

  test('in search of a message, only a full start line at the beginning of a line counts', () => {
    const noise = [
      'x INVITE sip:a SIP/2.0 x',
      ' INVITE sip:a SIP/2.0',
      'INVITE',
      'INVITE sip:a',
      'SIP/2.0',
      'SIP/2.0 20 OK',
      'SIP/2.0 2000 OK',
      'INVITE SIP/2.0',
      'INVITE sip:a SIP/',
      'INVITE sip:a HTTP/1.1',
    ];
    for (const line of noise) {
      const { messages, cut } = framed([`${REPLY}junk\r\n${line}\r\n${OPTIONS}`]);
      assert.deepEqual(messages, [REPLY, OPTIONS], line);
      assert.deepEqual(cut, []);
    }
  });
});

describe('missing bytes', () => {
  const first = OPTIONS.slice(0, -2);

  test('in a body of known length: told as cut, and the place of the next is known', () => {
    const { messages, cut } = framed([first, 2, REPLY + OPTIONS]);
    assert.deepEqual(messages, [first, REPLY, OPTIONS]);
    assert.deepEqual(cut, [first]);
    assert.deepEqual(framed([first.slice(0, -1), 1, `dy${REPLY}`]).messages, [
      first.slice(0, -1),
      REPLY,
    ]);
    // The next message is malformed, and still told: one must begin there.
    const odd = 'INVITE\r\nVia: x\r\n\r\n';
    assert.deepEqual(framed([first, 2, odd]).messages, [first, odd]);
  });

  test('beyond the body, in a head, or unknown: a start line is searched for', () => {
    for (const pieces of [
      [first, 3, `\r\nrest\r\n${REPLY}`],
      [first, 0, `dy\r\n${REPLY}`],
      [OPTIONS.slice(0, 30), 5, `rest\r\n\r\nbody\r\n${REPLY}`],
    ] satisfies Piece[][]) {
      const { messages, cut } = framed(pieces);
      assert.deepEqual(messages.at(-1), REPLY);
      assert.deepEqual(cut.length, messages.length - 1);
    }
  });

  test('in a long body that is not kept', () => {
    const long = `MESSAGE sip:a SIP/2.0\r\nl: 100000\r\n\r\n${'x'.repeat(80_000)}`;
    assert.deepEqual(framed([long, 20_000, OPTIONS]).messages, [
      long.slice(0, MAX_MESSAGE),
      OPTIONS,
    ]);
  });

  test('the rest of a method is none', () => {
    const rest = text('STER sip:a SIP/2.0\nVia: x\n\n');
    assert.deepEqual(framed([OPTIONS, 0, rest + REPLY]).messages, [OPTIONS, REPLY]);
    const own = text('FROBNICATE sip:a SIP/2.0\nVia: x\n\n');
    assert.deepEqual(framed([OPTIONS, 0, own + REPLY]).messages, [OPTIONS, own, REPLY]);
    assert.deepEqual(framed([OPTIONS, 0, `x\r\n${rest}`]).messages, [OPTIONS, rest]);
  });

  test('a stream joined in its middle', () => {
    const { messages, counters } = framed([0, `ia: x\r\n\r\nbody\r\n${OPTIONS}`, REPLY]);
    assert.deepEqual(messages, [OPTIONS, REPLY]);
    assert.equal(counters.streamBytesSkipped, 15);
    assert.deepEqual(framed([0, OPTIONS]).messages, [OPTIONS]);
  });
});

describe('long messages', () => {
  test('the first 64 KiB are told, the rest is skipped and not kept', () => {
    const head = 'MESSAGE sip:a SIP/2.0\r\nContent-Length: 300000\r\n\r\n';
    const long = head + 'x'.repeat(300_000);
    const pieces: string[] = [];
    for (let at = 0; at < long.length; at += 1460) pieces.push(long.slice(at, at + 1460));
    for (const each of [pieces, [long], [head, long.slice(head.length)]]) {
      const { messages, cut, held } = framed([...each, OPTIONS]);
      assert.deepEqual(messages, [long.slice(0, MAX_MESSAGE), OPTIONS]);
      assert.deepEqual(cut, [long.slice(0, MAX_MESSAGE)]);
      assert.ok(held <= 2 * MAX_MESSAGE, String(held));
    }
  });

  test('a message of exactly 64 KiB is whole', () => {
    const head = 'MESSAGE sip:a SIP/2.0\r\nContent-Length: ';
    const whole = `${head}${MAX_MESSAGE - head.length - 9}\r\n\r\n`.padEnd(MAX_MESSAGE, 'x');
    for (const pieces of [
      [whole],
      [whole.slice(0, 50), whole.slice(50)],
      [whole.slice(0, -1), 'x'],
    ]) {
      const { messages, cut } = framed([...pieces, REPLY]);
      assert.deepEqual(messages, [whole, REPLY]);
      assert.deepEqual(cut, []);
    }
  });

  test('a head without end is given up', () => {
    const head = `INVITE sip:a SIP/2.0\r\n${'X: y\r\n'.repeat(20_000)}`;
    const pieces: string[] = [];
    for (let at = 0; at < head.length; at += 1000) pieces.push(head.slice(at, at + 1000));
    for (const each of [pieces, [head]]) {
      const { messages, cut, held } = framed([...each, `\r\n${OPTIONS}`]);
      assert.deepEqual(messages, [head.slice(0, MAX_MESSAGE), OPTIONS]);
      assert.equal(cut.length, 1);
      assert.ok(held <= 2 * MAX_MESSAGE, String(held));
    }
  });

  test('a start line without end is thrown away', () => {
    const { messages, held, counters } = framed([
      OPTIONS,
      `INVITE ${'a'.repeat(40_000)}`,
      'a'.repeat(40_000),
      `\r\n${REPLY}`,
    ]);
    assert.deepEqual(messages, [OPTIONS, REPLY]);
    assert.ok(held <= 2 * MAX_MESSAGE, String(held));
    assert.equal(counters.streamBytesSkipped, 80_009);
  });
});

describe('of one segment, so many messages are told and the others counted', () => {
  const sized = (length: number) => {
    const head = 'ACK sip:a SIP/2.0\r\nX: ';
    return `${head}${'x'.repeat(length - head.length - 4)}\r\n\r\n`;
  };

  test(`tiny ones: ${MAX_MESSAGES}, and one more for each ${BYTES_EACH} bytes of them`, () => {
    const tiny = sized(32);
    const { messages, counters } = framed([tiny.repeat(1000), REPLY]);
    const told = messages.length - 1;
    assert.equal(told, Math.ceil(MAX_MESSAGES + (told * tiny.length) / BYTES_EACH));
    assert.equal(counters.messagesCrowded, 1000 - told);
  });

  test('of the usual size: all that 64 KB hold', () => {
    for (const length of [360, 512, 700, 1400]) {
      const count = Math.floor(65_535 / length);
      const { messages, counters } = framed([sized(length).repeat(count)]);
      assert.equal(messages.length, count, `${length} bytes`);
      assert.equal(counters.messagesCrowded, 0);
    }
  });

  test('behind a crowd of tiny ones, those of the usual size', () => {
    const usual = sized(600);
    const { messages } = framed([sized(32).repeat(500) + usual.repeat(50)]);
    assert.equal(messages.filter((message) => message === usual).length, 50);
  });

  test('the same in whatever pieces a flush comes, for it is one turn', () => {
    const crowd = sized(40).repeat(300);
    const whole = framed([crowd]).messages.length;
    const told: string[] = [];
    const framer = new StreamFramer(new Counters(), {
      message: (_, buf, from, to) => told.push(buf.toString('latin1', from, to)),
      encrypted() {},
    });
    const state = framer.begin();
    const bytes = Buffer.from(crowd, 'latin1');
    framer.turn();
    for (let at = 0; at < bytes.length; at += 333) {
      framer.bytes(state, new Packet(), bytes, at, Math.min(at + 333, bytes.length));
    }
    assert.equal(told.length, whole);
  });
});

test('a segment of nothing but tiny messages is thrown away behind the first thousand', () => {
  const tiny = 'ACK\n\n'.repeat(5000);
  const { messages, counters } = framed([tiny, `\n\n${OPTIONS}`]);
  assert.deepEqual(messages.length, MAX_MESSAGES + 1 + 1);
  assert.equal(messages.at(-1), OPTIONS);
  assert.equal(counters.messagesCrowded, MAX_COUNTED - MAX_MESSAGES - 1);
  assert.equal(counters.streamBytesSkipped, tiny.length - 5 * MAX_COUNTED);
});

describe('what is not SIP', () => {
  const page = `<pre>\r\n${OPTIONS}</pre>\r\n`;

  for (const [what, stream] of Object.entries({
    'an HTTP reply that quotes SIP': `HTTP/1.1 200 OK\r\nContent-Length: ${page.length}\r\n\r\n${page}`,
    'an HTTP reply that ends with its connection': `HTTP/1.0 200 OK\r\n\r\n${page}`,
    'an HTTP reply in chunks': `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n30\r\n${page}`,
    'an HTTP request that quotes SIP': `POST / HTTP/1.1\r\nContent-Length: ${page.length}\r\n\r\n${page}`,
    'HTTP/2': `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${page}`,
    RTSP: `OPTIONS rtsp://a RTSP/1.0\r\nCSeq: 1\r\n\r\n${page}`,
    'an RTSP reply': `RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n${page}`,
    MSRP: `MSRP d93kswow SEND\r\nTo-Path: msrp://b\r\n\r\n${page}`,
    SSH: `SSH-2.0-OpenSSH_9.6\r\n${page}`,
  })) {
    test(what, () => {
      assert.deepEqual(framed([stream]).messages, []);
      assert.deepEqual(framed([0, stream]).messages, []);
      assert.deepEqual(framed(stream.split('')).messages, []);
    });
  }

  test('HTTP of known length, and then SIP: a server may speak both on one port', () => {
    const get = `GET / HTTP/1.1\r\nHost: a\r\n\r\n`;
    const post = `POST / HTTP/1.1\r\nContent-Length: ${page.length}\r\n\r\n${page}`;
    for (const pieces of splits(get + post + OPTIONS)) {
      assert.deepEqual(framed(pieces).messages, [OPTIONS]);
    }
    const replies = `HTTP/1.1 404 No\r\nContent-Length: ${page.length}\r\n\r\n${page}${REPLY}`;
    assert.deepEqual(framed([replies]).messages, [REPLY]);
  });

  test('a few lines of junk before the first message, but not many', () => {
    const junk = 'PROXY TCP4 192.0.2.1 192.0.2.2 5060 5060\r\n';
    assert.deepEqual(framed([junk + OPTIONS]).messages, [OPTIONS]);
    const { messages, counters } = framed([junk.repeat(100), junk + OPTIONS, OPTIONS]);
    assert.deepEqual(messages, [OPTIONS]);
    assert.equal(counters.streamsNotSip, 1);
  });

  test('a stream that shows no SIP in 64 KiB is not searched, and holds nothing', () => {
    for (const byte of ['\x80', 'a', '\n', ' ', '\0']) {
      const junk = Array<string>(66).fill(byte.repeat(1000));
      const { messages, held, counters } = framed([0, ...junk, `x\r\n${OPTIONS}`]);
      assert.deepEqual(messages, [], JSON.stringify(byte));
      assert.equal(counters.streamsNotSip, 1, JSON.stringify(byte));
      assert.ok(held <= 2000, JSON.stringify(byte));
    }
  });
});
