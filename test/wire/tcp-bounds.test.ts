import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TcpFlag } from '../../src/wire/packet.js';
import { bytesKept, SERVER, TcpScene } from './tcp-scene.js';

const { Syn, Ack } = TcpFlag;

describe('bounds', () => {
  test('a flood of SYNs pushes out no connection that is in use', () => {
    const scene = new TcpScene({ connections: 10 });
    scene.open(100, 900);
    const quiet = '192.0.2.9:1234';
    scene.segment(1, 'one', { from: quiet }).segment(1, 'two', { from: SERVER, to: quiet });
    for (let i = 0; i < 1000; i++) {
      scene.segment(i, i % 2 === 0 ? '' : 'data', {
        from: `198.51.100.${i % 250}:${i}`,
        flags: i % 2 === 0 ? Syn : Ack,
      });
    }
    scene.segment(101, 'ab').segment(4, 'x', { from: quiet });
    assert.deepEqual(scene.read(), ['ab']);
    assert.deepEqual(scene.read(quiet), ['[0]onex']);
    const [strangers, settled] = scene.streams.tables();
    assert.equal(strangers?.entries, 10);
    assert.equal(settled?.entries, 2);
    assert.ok(scene.counters.tcpStreamsEvicted > 400);
  });

  test('closed connections push out none that is open', () => {
    const scene = new TcpScene({ connections: 5 });
    const quiet = '192.0.2.9:1234';
    scene.open(100, 900, quiet).segment(101, 'a', { from: quiet });
    for (let i = 0; i < 100; i++) {
      const from = `198.51.100.1:${1000 + i}`;
      scene.open(100, 900, from).segment(101, 'b', { from }).fin(102, { from });
      scene.fin(901, { from: SERVER, to: from });
    }
    scene.segment(102, 'c', { from: quiet });
    assert.deepEqual(scene.read(quiet), ['ac']);
    assert.equal(scene.counters.tcpStreamsEvicted, 0);
  });

  test('bytes that wait, and those that the reader holds, in all', () => {
    const scene = new TcpScene({ bytes: 10_000 });
    scene.reader.holds = true;
    for (let i = 0; i < 200; i++) {
      const from = `198.51.100.1:${1000 + i}`;
      scene.open(100, 900, from).segment(101, 'x'.repeat(100), { from });
      scene.segment(300, 'y'.repeat(100), { from });
      assert.ok(bytesKept(scene) <= 10_000);
    }
    assert.ok(scene.counters.tcpBytesEvicted > 50_000);
    // The last are as they were; the first lost what waited, and go on behind it.
    assert.equal(scene.read('198.51.100.1:1199')[0], 'x'.repeat(100));
    scene.segment(400, 'on', { from: '198.51.100.1:1000' });
    assert.equal(scene.read('198.51.100.1:1000')[0], `${'x'.repeat(100)}[0]on`);
  });

  test('time set back: holes are waited for from then on', () => {
    const scene = new TcpScene();
    scene.open(100, 900).advance(4000).segment(105, 'ef');
    scene.streams.setBack(2000);
    assert.equal(scene.streams.dueAt(), 2002);
    scene.advance(2002);
    assert.deepEqual(scene.read(), ['[4]ef']);
  });
});
