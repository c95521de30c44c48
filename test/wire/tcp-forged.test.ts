import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TcpFlag } from '../../src/wire/packet.js';
import { SERVER, TcpScene } from './tcp-scene.js';

const { Syn, Rst, Ack } = TcpFlag;
const SERVED = { from: SERVER };

describe('who is not on the path', () => {
  /** A connection that goes on both ways; what it brings shows whether it was disturbed. */
  function talking(): TcpScene {
    return new TcpScene()
      .open(100, 900)
      .segment(101, 'ab')
      .segment(901, 'x', { from: SERVER, ack: 103 });
  }

  function goesOn(scene: TcpScene): void {
    scene.segment(103, 'cd', { ack: 902 }).segment(902, 'y', { from: SERVER, ack: 105 });
    scene.segment(105, 'ef', { ack: 903 });
    scene.advance(scene.now + 10);
    assert.equal(scene.read().join('|').replaceAll('[0]', ''), 'abcdef');
    assert.equal(scene.read(SERVER).join('|').replaceAll('[0]', ''), 'xy');
  }

  test('sends bytes out of the window', () => {
    const scene = talking().segment(0x7000_0000, 'forged').segment(0x2000_0000, 'forged', SERVED);
    assert.equal(scene.counters.tcpOutsideWindow, 2);
    goesOn(scene);
  });

  test('sends RST with any number but one', () => {
    const scene = talking();
    for (const sequence of [0, 101, 102, 104, 50_000, 0xffff_ffff]) scene.rst(sequence);
    for (const sequence of [0, 900, 903, 0x7fff_ffff])
      scene.rst(sequence, { from: SERVER, flags: Rst | Ack });
    assert.equal(scene.counters.tcpOutsideWindow, 10);
    goesOn(scene);
  });

  test('sends FIN with any number but one', () => {
    goesOn(talking().fin(50_000).fin(104).fin(90).fin(0x7000_0000));
  });

  test('sends SYN, and even an answer to it that nobody asked for', () => {
    const scene = talking().segment(0x7000_0000, '', { flags: Syn });
    scene.segment(0x2000_0000, '', { from: SERVER, flags: Syn | Ack, ack: 0x1234 });
    goesOn(scene);
  });

  test('acknowledges what was never sent', () => {
    const scene = talking().segment(110, 'later');
    scene.segment(0x2000_0000, '', { from: SERVER, ack: 115, at: 1000.5 });
    scene.segment(700, '', { from: SERVER, ack: 115, at: 1000.5 });
    assert.deepEqual(scene.read(), ['ab']);
  });

  test('sends a SYN before the real one', () => {
    const scene = new TcpScene().segment(0x7000_0000, '', { flags: Syn });
    scene.open(100, 900).segment(101, 'ab').segment(901, 'x', { from: SERVER, ack: 103 });
    goesOn(scene);
  });

  test('sends bytes within the window, ahead of the next: they hide nothing', () => {
    const scene = talking().segment(50_000, 'forged').advance(1010);
    scene.segment(103, 'cd', { ack: 902 }).segment(105, 'ef', { ack: 902 });
    assert.match(scene.read().join(), /^ab\[\d+\]forged\[0\]cdef$/);
  });

  test('sends bytes within the window, and the other end says that it waits', () => {
    const scene = talking().segment(50_000, 'forged', { at: 1000 });
    scene.segment(902, '', { from: SERVER, ack: 103, at: 1000.1 }).advance(1010);
    scene.segment(103, 'cd', { ack: 902 });
    scene.segment(902, 'y', { from: SERVER, ack: 105, at: 1010.1 }).advance(1020);
    assert.deepEqual(scene.read(), ['abcd']);
  });

  test('sends several segments that follow each other', () => {
    const scene = talking();
    scene.segment(0x7000_0000, 'forged').segment(0x7000_0006, 'forged').segment(0x7000_000c, '!');
    assert.equal(scene.counters.tcpOutsideWindow, 3);
    goesOn(scene);
  });

  test('does so for both ends, and they acknowledge each other', () => {
    const scene = talking();
    for (const at of [0, 6, 12]) {
      scene.segment(0x7000_0000 + at, 'forged', { ack: 0x2000_0000 + at });
      scene.segment(0x2000_0000 + at, 'forged', { from: SERVER, ack: 0x7000_0006 + at });
    }
    goesOn(scene);
  });

  test('sends the first bytes of a connection that was never opened: it stays a stranger', () => {
    const scene = new TcpScene().segment(1000, '', { flags: Syn });
    scene.segment(9000, '', { from: SERVER, flags: Syn | Ack, ack: 1001 });
    scene.segment(90_000_000, 'zz', { ack: 5 }).segment(1001, 'zz', { ack: 5 });
    scene.segment(9001, '', { from: SERVER, ack: 1001 });
    assert.equal(scene.streams.tables()[1]?.entries, 0);
    assert.deepEqual(scene.read(), []);
    scene.segment(1001, '', { ack: 9001 });
    assert.equal(scene.streams.tables()[1]?.entries, 1);
  });
});
