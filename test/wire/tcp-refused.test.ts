import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TcpFlag } from '../../src/wire/packet.js';
import { bytesKept, SERVER, TcpScene } from './tcp-scene.js';

const { Syn, Fin, Rst, Ack, Psh } = TcpFlag;

/** Each of these is sent by an end of the connection itself, and its receiver does not take it. */
describe('what the receiver does not take is not read', () => {
  function talking(): TcpScene {
    const scene = new TcpScene().open(100, 900).segment(101, 'ab');
    return scene.segment(901, 'x', { from: SERVER, ack: 103 }).segment(103, '', { ack: 902 });
  }

  function goesOn(scene: TcpScene): void {
    scene.segment(103, 'cd', { ack: 902 }).segment(902, '', { from: SERVER, ack: 105 });
    scene.segment(105, 'ef', { ack: 902 }).segment(902, 'y', { from: SERVER, ack: 107 });
    scene.advance(scene.now + 10);
    assert.deepEqual(scene.read(), ['abcdef']);
    assert.deepEqual(scene.read(SERVER), ['xy']);
    assert.equal(bytesKept(scene), 0);
  }

  test('bytes and FIN without ACK', () => {
    const scene = talking().segment(103, 'ju', { flags: Psh }).segment(103, '', { flags: Fin });
    assert.equal(scene.counters.tcpOutsideWindow, 2);
    goesOn(scene);
  });

  test('bytes and FIN that acknowledge what was never sent', () => {
    const scene = talking()
      .segment(103, 'ju', { ack: 903 })
      .segment(103, 'ju', { ack: 0x7000_0000 });
    scene.segment(103, '', { flags: Fin | Ack, ack: 950 });
    assert.equal(scene.counters.tcpOutsideWindow, 3);
    goesOn(scene);
  });

  test('bytes that acknowledge less than the SYN', () => {
    goesOn(talking().segment(103, 'ju', { ack: 900 }));
  });

  test('RST with the number that was acknowledged last', () => {
    const scene = talking().segment(103, 'cd', { ack: 902 }).rst(103);
    assert.equal(scene.counters.tcpOutsideWindow, 1);
    goesOn(scene);
  });

  test('bytes far ahead, and bytes behind a SYN that is not answered', () => {
    const scene = talking();
    for (let i = 1; i < 20; i++) {
      const far = 103 + i * 100_000_000;
      scene.segment(far, '', { flags: Syn }).segment(far + 1, 'junk', { ack: 902 });
      scene.segment(902, '', { from: SERVER, ack: 103 });
      scene.segment(103 + 4_000_000 + i * 1000, 'junk', { ack: 902 });
    }
    assert.equal(scene.counters.tcpOutsideWindow, 57);
    scene.segment(103, 'cd', { ack: 902 }).segment(902, '', { from: SERVER, ack: 105 });
    scene.segment(105, 'ef', { ack: 902 }).segment(902, 'y', { from: SERVER, ack: 107 });
    assert.deepEqual(scene.read(), ['abcdef']);
    scene.streams.finish();
    assert.equal(bytesKept(scene), 0);
  });

  test('a SYN within the window whose number is acknowledged in the course of things', () => {
    const scene = talking().segment(104, '', { flags: Syn });
    goesOn(scene);
  });
});

describe('what the other end acknowledges is read', () => {
  test('bytes that acknowledge what this mirror did not show', () => {
    const scene = new TcpScene().open(100, 900).segment(101, 'ab', { ack: 901 });
    // The reply (901 to 905) was lost on its way here.
    scene.segment(103, 'cd', { ack: 906 });
    assert.deepEqual(scene.read(), ['ab']);
    scene.segment(906, 'more', { from: SERVER, ack: 105 });
    assert.deepEqual(scene.read(), ['abcd']);
    scene.segment(105, 'ef', { ack: 910 }).advance(1010);
    assert.deepEqual(scene.read(), ['abcdef']);
    assert.deepEqual(scene.read(SERVER), ['[5]more']);
  });

  test('bytes of which some before them were lost here', () => {
    const scene = new TcpScene().open(100, 900).segment(101, 'ab', { ack: 901 });
    scene.segment(901, 'reply', { from: SERVER, ack: 300 });
    assert.deepEqual(scene.read(SERVER), []);
    scene.segment(300, '', { ack: 906 });
    assert.deepEqual(scene.read(SERVER), ['reply']);
  });

  test('bytes far ahead of what was seen', () => {
    const scene = new TcpScene().open(100, 900).segment(101, 'ab', { ack: 901 });
    scene.segment(8_000_000, 'far', { ack: 901 });
    scene.segment(901, '', { from: SERVER, ack: 8_000_003 });
    assert.deepEqual(scene.read(), ['ab[0]far']);
    scene.segment(8_000_003, 'ther', { ack: 901 });
    assert.deepEqual(scene.read(), ['ab[0]farther']);
  });

  test('bytes behind a FIN that came early and was not believed', () => {
    const scene = new TcpScene().open(100, 900).fin(104, { ack: 901 });
    scene.segment(101, 'abc', { ack: 901 }).segment(104, 'def', { ack: 901 });
    scene.segment(901, '', { from: SERVER, ack: 107 }).segment(107, 'ghi', { ack: 901 });
    assert.deepEqual(scene.read(), ['abc$', '[0]defghi']);
  });

  test('another connection of the same ends, after minutes of nothing else', () => {
    const scene = new TcpScene().open(100, 900).segment(101, 'ab', { ack: 901 });
    for (let i = 0; i < 100; i++) {
      scene.now += 10;
      scene.segment(0x4000_0000 + i * 2, 'cd', { ack: 0x5000_0000 + i });
      scene.segment(0x5000_0000 + i, 'x', { from: SERVER, ack: 0x4000_0002 + i * 2 });
    }
    assert.equal(scene.read()[0], 'ab$');
    assert.match(scene.read()[1] ?? '', /^\[0\](cd){60,}$/);
    assert.match(scene.read(SERVER)[0] ?? '', /^\[0\]x{60,}$/);
  });

  test('a RST where bytes before it were not seen', () => {
    const scene = new TcpScene().open(100, 900).segment(101, 'ab');
    scene.segment(901, '', { from: SERVER, ack: 120 }).segment(120, '', { flags: Rst });
    assert.deepEqual(scene.read(), ['ab$']);
  });
});

describe('bytes as the receiver sees them', () => {
  test('of two that wait and begin alike, the longer', () => {
    const scene = new TcpScene().open(100, 900);
    scene.segment(103, 'junk').segment(103, 'message').segment(104, 'UNK').segment(101, 'ab');
    assert.deepEqual(scene.read(), ['abmessage']);
    assert.equal(scene.counters.tcpContradictions, 2);
    assert.equal(scene.counters.tcpRetransmitted, 1);
  });

  test('those that a longer one covers make room', () => {
    const scene = new TcpScene({ streamSegments: 4 }).open(100, 900);
    scene.segment(103, 'c').segment(105, 'e').segment(107, 'g');
    scene.segment(103, 'cdefgh').segment(110, 'j').segment(112, 'l').segment(101, 'ab');
    assert.deepEqual(scene.read(), ['abcdefgh']);
    assert.equal(scene.counters.tcpGaps, 0);
  });

  test('without the urgent byte, wherever it lies', () => {
    const scene = new TcpScene().open(100, 900).segment(101, 'ab!cd', { urgent: 3 });
    scene.segment(106, 'ef', { urgent: 4 }).segment(110, 'ij').segment(108, 'g!');
    scene.segment(112, '!kl', { urgent: 0 }).segment(115, 'mn!', { urgent: 3 });
    scene.segment(118, 'op', { urgent: 60_000 });
    assert.deepEqual(scene.read(), ['abcdefgijklmnop']);
    assert.equal(scene.counters.tcpUrgent, 5);
    assert.equal(scene.counters.tcpGaps, 0);
  });

  test('byte by byte, joined where no letter stands', () => {
    const scene = new TcpScene();
    [...'> 12\r\nabc'].forEach((byte, i) => {
      scene.segment(500 + i, byte);
    });
    assert.deepEqual(scene.read(), ['[0]> 12\r\nabc']);
  });
});

test('what is thrown away is counted', () => {
  const restarted = new TcpScene().segment(100, '', { flags: Syn }).segment(105, 'waits');
  restarted.segment(0x4000_0000, '', { flags: Syn }).segment(0x4000_0001, 'next');
  assert.equal(restarted.counters.tcpBytesEvicted, 5);
  const refuted = new TcpScene().open(100, 900).segment(105, 'waits');
  refuted.segment(901, '', { from: SERVER, ack: 101, at: 1001 }).streams.finish();
  assert.equal(refuted.counters.tcpBytesEvicted, 5);
});

test('what idle strangers held is not told, and in an hour they are others', () => {
  const scene = new TcpScene();
  scene.reader.holds = true;
  scene.segment(500, 'begin');
  assert.equal(scene.streams.dueAt(), Number.POSITIVE_INFINITY);
  scene.advance(4700).segment(505, 'again').streams.finish();
  assert.deepEqual(scene.read(), ['[0]begin', '[0]again$']);
  assert.equal(scene.counters.tcpBytesEvicted, '[0]begin'.length);
  assert.equal(bytesKept(scene), 0);
});

test('of idle connections, so many are told in a second', () => {
  const scene = new TcpScene();
  for (let i = 0; i < 100; i++) {
    const from = `198.51.100.1:${1000 + i}`;
    scene.open(100, 900, from).segment(101, 'a', { from });
  }
  scene.advance(5000);
  const told = scene.reader.streams.filter(({ text }) => text === 'a$').length;
  assert.equal(told, 64);
  assert.equal(scene.streams.tables()[1]?.entries, 0);
});
