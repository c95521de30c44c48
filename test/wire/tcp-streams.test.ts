import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TcpFlag } from '../../src/wire/packet.js';
import { bytesKept, SERVER, TcpScene } from './tcp-scene.js';

const { Syn, Fin, Rst, Ack } = TcpFlag;
const SERVED = { from: SERVER };

describe('bytes in order', () => {
  test('both directions of a connection, from SYN to FIN', () => {
    const scene = new TcpScene();
    scene.open(100, 900).segment(101, 'hello ').segment(107, 'world');
    scene.segment(901, 'fine', { from: SERVER, ack: 112 }).segment(112, '!', { ack: 905 });
    scene.fin(113).fin(905, SERVED);
    assert.deepEqual(scene.read(), ['hello world!$']);
    assert.deepEqual(scene.read(SERVER), ['fine$']);
    assert.equal(scene.counters.tcpOutOfOrder + scene.counters.tcpRetransmitted, 0);
  });

  test('IPv6, and ends that differ only by port', () => {
    const scene = new TcpScene();
    const [one, two] = ['[2001:db8::1]:5060', '[2001:db8::1]:5062'];
    scene.segment(1, 'there', { from: one, to: two }).segment(1, 'back', { from: two, to: one });
    assert.deepEqual(scene.read(one), ['[0]there']);
    assert.deepEqual(scene.read(two), ['[0]back']);
  });

  test('the same ends in another tunnel are another connection; its replies come back through it', () => {
    const scene = new TcpScene();
    scene.open(100, 900);
    scene.segment(101, 'plain');
    scene.segment(101, 'tunnelled', { tunnel: [7, 8] });
    scene.segment(5000, 'reply', { from: SERVER, tunnel: [8, 7] });
    scene.segment(110, ' on', { tunnel: [7, 8] });
    assert.deepEqual(scene.read(), ['plain', '[0]tunnelled on']);
    assert.deepEqual(scene.read(SERVER), ['[0]reply']);
  });

  test('segments that come before their turn', () => {
    const scene = new TcpScene();
    scene.open(100, 900);
    scene.segment(109, 'gh').segment(103, 'cd').segment(107, 'ef').segment(101, 'ab');
    assert.deepEqual(scene.read(), ['abcd']);
    scene.segment(105, '..');
    assert.deepEqual(scene.read(), ['abcd..efgh']);
    assert.equal(scene.counters.tcpOutOfOrder, 3);
    assert.equal(scene.counters.tcpGaps, 0);
  });

  test('what comes again is trimmed: what was handed on first stands', () => {
    const scene = new TcpScene();
    scene.open(100, 900);
    scene.segment(101, 'abcd').segment(101, 'ABCD').segment(103, 'CDef').segment(99, '..ABCDEFgh');
    assert.deepEqual(scene.read(), ['abcdefgh']);
    assert.equal(scene.counters.tcpRetransmitted, 1);
  });

  test('of segments that wait and overlap, the one that begins earlier stands', () => {
    const scene = new TcpScene();
    scene.open(100, 900);
    scene.segment(105, 'EFGH').segment(103, 'cdef').segment(103, 'XX').segment(108, 'hi');
    scene.segment(101, 'abC');
    assert.deepEqual(scene.read(), ['abCdefGHi']);
    assert.equal(scene.counters.tcpRetransmitted, 1);
  });

  test('sequence numbers wrap', () => {
    const scene = new TcpScene();
    scene.open(0xffff_fffd, 900);
    scene.segment(2, 'ef').segment(0xffff_fffe, 'ab').segment(4, 'gh').segment(0, 'cd');
    scene.segment(0xffff_ffff, 'BCDEFGHi');
    assert.deepEqual(scene.read(), ['abcdefghi']);
  });

  test('keep-alive probes and probes of a closed window bring nothing twice', () => {
    const scene = new TcpScene();
    scene.open(100, 900).segment(101, 'abc');
    // A probe repeats the last byte; one into a closed window is the next byte.
    scene.segment(103, '\0').segment(103, '').segment(104, 'd').segment(104, 'def');
    assert.deepEqual(scene.read(), ['abcdef']);
    assert.equal(scene.counters.tcpRetransmitted, 0);
  });

  test('bytes on a SYN are read, and not twice', () => {
    const scene = new TcpScene();
    scene.segment(100, 'ab', { flags: Syn }).segment(100, 'ab', { flags: Syn });
    scene.segment(900, 'xy', { from: SERVER, flags: Syn | Ack, ack: 103 });
    scene.segment(101, 'abcd').segment(903, 'z', SERVED);
    assert.deepEqual(scene.read(), ['abcd']);
    assert.deepEqual(scene.read(SERVER), ['xyz']);
  });

  test('a segment captured short is its bytes and a gap', () => {
    const scene = new TcpScene();
    scene.open(100, 900);
    scene.segment(101, 'ab', { length: 5 }).segment(106, 'fg');
    scene.segment(110, 'jk', { length: 4 }).segment(108, 'hi').segment(114, 'no');
    assert.deepEqual(scene.read(), ['ab[3]fghijk[2]no']);
    assert.equal(scene.counters.tcpGaps, 0);
  });
});

describe('where streams begin', () => {
  test('in their middle, when the SYN was not seen', () => {
    const scene = new TcpScene();
    scene.segment(500, '').segment(499, '\0').segment(500, 'abc').segment(503, 'd');
    assert.deepEqual(scene.read(), ['[0]abcd']);
  });

  test('behind a SYN-ACK, when only that was seen', () => {
    const scene = new TcpScene();
    scene.segment(900, '', { from: SERVER, flags: Syn | Ack, ack: 101 });
    scene.segment(103, 'cd').segment(101, 'ab');
    assert.deepEqual(scene.read(), ['abcd']);
  });

  test('one direction alone', () => {
    const scene = new TcpScene();
    scene.segment(100, '', { flags: Syn }).segment(101, 'ab', { ack: 901 }).fin(103);
    assert.deepEqual(scene.read(), ['ab$']);
  });

  test('the next connection on the same ports', () => {
    const scene = new TcpScene();
    scene.open(100, 900).segment(101, 'one').fin(104).fin(901, SERVED);
    scene.segment(101, 'one').fin(104);
    scene.open(7000, 8000).segment(7001, 'two').segment(8001, 'fine', SERVED);
    assert.deepEqual(scene.read(), ['one$', 'two']);
    assert.deepEqual(scene.read(SERVER), ['fine']);
    assert.equal(scene.counters.tcpRetransmitted, 1);
  });

  test('the next connection, when the end of the last was not seen', () => {
    const scene = new TcpScene();
    scene.open(100, 900).segment(101, 'one').segment(901, 'yes', SERVED);
    scene.open(0x9000_0000, 0xa000_0000);
    scene.segment(0x9000_0001, 'two').segment(0xa000_0001, 'fine', SERVED);
    assert.deepEqual(scene.read(), ['one$', 'two']);
    assert.deepEqual(scene.read(SERVER), ['yes$', 'fine']);
  });

  test('the next connection, one way', () => {
    const scene = new TcpScene();
    scene.segment(100, '', { flags: Syn }).segment(101, 'one');
    scene.segment(0x9000_0000, '', { flags: Syn }).segment(0x9000_0001, 'two');
    assert.deepEqual(scene.read(), ['one$', 'two']);
  });

  test('after FIN, new bytes need a SYN or more that follow them', () => {
    const scene = new TcpScene();
    scene.open(100, 900).segment(101, 'one').fin(104).fin(901, SERVED);
    scene.segment(0x9000_0000, 'lost');
    assert.deepEqual(scene.read(), ['one$']);
    scene.segment(0x9000_0004, 'next').segment(0x9000_0008, '.');
    assert.deepEqual(scene.read(), ['one$', '[0]next.']);
  });
});

describe('where streams end', () => {
  test('FIN before its bytes', () => {
    const scene = new TcpScene();
    scene
      .open(100, 900)
      .segment(103, 'cd', { flags: Fin | Ack })
      .segment(101, 'ab');
    assert.deepEqual(scene.read(), ['abcd$']);
  });

  test('RST with the number that is expected, from either end', () => {
    const scene = new TcpScene();
    scene.open(100, 900).segment(101, 'ab').segment(901, 'x', SERVED).rst(902, SERVED);
    assert.deepEqual(scene.read(), ['ab$']);
    assert.deepEqual(scene.read(SERVER), ['x$']);
  });

  test('RST with the number that the other end acknowledged, where bytes were not seen', () => {
    const scene = new TcpScene();
    scene.open(100, 900).segment(101, 'ab').segment(901, 'x', { from: SERVER, ack: 120 }).rst(120);
    assert.deepEqual(scene.read(), ['ab$']);
  });

  test('a RST that answers a SYN', () => {
    const scene = new TcpScene();
    scene.segment(100, 'ab', { flags: Syn }).rst(0, { from: SERVER, flags: Rst | Ack, ack: 103 });
    assert.deepEqual(scene.read(), ['ab$']);
  });

  test('the end of the input hands on what waits', () => {
    const scene = new TcpScene();
    scene.open(100, 900).segment(101, 'ab').segment(105, 'ef').segment(901, 'x', SERVED);
    scene.streams.finish();
    assert.deepEqual(scene.read(), ['ab[2]ef$']);
    assert.deepEqual(scene.read(SERVER), ['x$']);
    assert.equal(bytesKept(scene), 0);
  });

  test('an hour without a segment; pings keep a connection for days', () => {
    const scene = new TcpScene();
    scene.open(100, 900).segment(101, 'a');
    let sequence = 102;
    for (let minutes = 1; minutes < 3000; minutes++) {
      scene.advance(1000 + minutes * 60).segment(sequence++, '\n');
    }
    assert.equal(scene.read().length, 1);
    const due = scene.streams.dueAt();
    scene.advance(due - 1);
    assert.ok(!scene.read()[0]?.endsWith('$'));
    scene.advance(due);
    assert.ok(scene.read()[0]?.endsWith('$'));
    assert.equal(scene.streams.dueAt(), Number.POSITIVE_INFINITY);
    scene.segment(sequence, 'back');
    assert.deepEqual(scene.read()[1], '[0]back');
  });
});

describe('holes', () => {
  test('are waited for two seconds, and told with the time when that ended', () => {
    const scene = new TcpScene();
    scene.open(100, 900).segment(101, 'ab').segment(106, 'fg');
    assert.equal(scene.streams.dueAt(), scene.now + 2);
    scene.advance(1001.9);
    assert.deepEqual(scene.read(), ['ab']);
    scene.advance(1500);
    assert.deepEqual(scene.read(), ['ab[3]fg']);
    assert.equal(scene.reader.times.at(-1), 1002);
    assert.equal(scene.counters.tcpGaps, 1);
    assert.equal(bytesKept(scene), 0);
  });

  test('each waits for itself', () => {
    const scene = new TcpScene();
    scene.open(100, 900).segment(103, 'cd').advance(1001).segment(107, 'gh').segment(101, 'ab');
    scene.advance(1002.5);
    assert.deepEqual(scene.read(), ['abcd']);
    scene.advance(1003);
    assert.deepEqual(scene.read(), ['abcd[2]gh']);
  });

  test('are given up when the other end has what comes behind them', () => {
    const scene = new TcpScene();
    scene.open(100, 900).segment(101, 'ab').segment(106, 'fg');
    // Acknowledgements may overtake bytes on their way to the mirror.
    scene.segment(901, '', { from: SERVER, ack: 108, at: 1000.01 });
    assert.deepEqual(scene.read(), ['ab']);
    scene.segment(901, '', { from: SERVER, ack: 108, at: 1000.03 });
    assert.deepEqual(scene.read(), ['ab[3]fg']);
  });

  test('are not given up while the other end waits for them, too', () => {
    const scene = new TcpScene();
    scene.open(100, 900).segment(101, 'ab').segment(106, 'fg');
    scene.segment(901, '', { from: SERVER, ack: 103, at: 1000.1 }).advance(1500);
    assert.deepEqual(scene.read(), ['ab']);
    scene.segment(103, 'cde');
    assert.deepEqual(scene.read(), ['abcdefg']);
  });

  test('are given up when no more may be kept', () => {
    const scene = new TcpScene({ streamSegments: 3, streamBytes: 10 });
    scene.open(100, 900);
    scene.segment(102, 'b').segment(104, 'd').segment(106, 'f').segment(108, 'h');
    assert.deepEqual(scene.read(), ['[1]b']);
    scene.segment(110, '0123456789');
    assert.deepEqual(scene.read(), ['[1]b[1]d[1]f[1]h']);
    scene.segment(130, 'more than may be kept');
    assert.ok(scene.read()[0]?.startsWith('[1]b[1]d[1]f[1]h[1]0123456789['));
    assert.ok(scene.read()[0]?.endsWith('[10]more than may be kept'));
  });

  test('late bytes for a hole given up are read, in their own order', () => {
    const scene = new TcpScene();
    scene.open(100, 900).segment(101, 'ab').segment(109, 'ij').advance(1002);
    scene.segment(103, 'cd').segment(103, 'CD').segment(105, 'efghIJkl').segment(113, 'mn');
    assert.deepEqual(scene.read(), ['ab[6]ij[0]cdefgh[0]klmn']);
  });
});
