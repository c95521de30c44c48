import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { framed } from './framed-stream.js';

const OPTIONS = 'OPTIONS sip:a SIP/2.0\r\nContent-Length: 4\r\n\r\nbody';

describe('TLS', () => {
  const hello = Buffer.from('16030100c8010000c40303', 'hex');

  test('a ClientHello and a ServerHello, in any pieces', () => {
    for (let at = 1; at < hello.length; at++) {
      const client = framed([hello.subarray(0, at), hello.subarray(at), `\x17${OPTIONS}`]);
      assert.deepEqual(client.encrypted, [true]);
      assert.deepEqual(client.messages, []);
      assert.equal(client.counters.tlsStreams, 1);
    }
    const server = Buffer.from(hello);
    server[5] = 2;
    assert.deepEqual(framed([server]).encrypted, [false]);
  });

  test('records of a connection joined later are TLS of nobody', () => {
    const { encrypted, counters } = framed([0, Buffer.from('1703030020aabbccdd', 'hex')]);
    assert.deepEqual(encrypted, []);
    assert.equal(counters.tlsStreams, 1);
  });

  test('what only begins like it is not', () => {
    for (const [what, odd] of Object.entries({
      text: '160301\r\n',
      'a version that is none': '\x16\x03\x09xyz\r\n',
      'six bytes and a line': '\x16\x03\x01\x00\x05\x01\r\n',
      'an empty record': '\x16\x03\x01\x00\x00\x01\x00\x00\x26\r\n',
      'a record that is too long': '\x16\x03\x01\x48\x01\x01\x00\x00\x26\r\n',
      'a hello that is too short': '\x16\x03\x01\x00\xc8\x01\x00\x00\x25\r\n',
      'a hello longer than its record': '\x16\x03\x01\x00\x40\x01\x00\x00\x3d\r\n',
    })) {
      const stream = odd + OPTIONS;
      for (let at = 1; at < stream.length; at++) {
        const { encrypted, messages, counters } = framed([stream.slice(0, at), stream.slice(at)]);
        assert.deepEqual(encrypted, [], what);
        assert.deepEqual(messages, [OPTIONS], what);
        assert.equal(counters.tlsStreams, 0, what);
      }
    }
  });

  test('records of random bytes hold no message, however they are cut', () => {
    const records = fc.array(fc.uint8Array({ minLength: 1, maxLength: 2000 }), { maxLength: 20 });
    fc.assert(
      fc.property(records, (all) => {
        const { messages, held } = framed([hello, ...all.map((each) => Buffer.from(each))]);
        assert.deepEqual(messages, []);
        assert.ok(held <= 256);
      }),
      { numRuns: 300 },
    );
  });
});
