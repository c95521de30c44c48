import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Transport } from '../../src/wire/packet.js';
import { CLIENT, ObserverRun, SERVER } from '../support/observer-run.js';
import { answer, request } from '../support/sip-texts.js';

function told(run: ObserverRun): string[] {
  return run.of('target.probed').map(({ outcome, time }) => `${outcome} ${time}`);
}

describe('an ICMP error that quotes a datagram', () => {
  test('makes of silence that nobody is there, when the patience ends', () => {
    const run = new ObserverRun();
    run.send(request({ method: 'INVITE', user: '00441632960001' }), 0);
    run.unreachable(0.1, Transport.Udp);
    assert.deepEqual(told(run), []);
    run.wait(60);
    assert.deepEqual(told(run), ['unreachable 2']);
    for (const name of ['account.probed', 'number.dialled'] as const) {
      assert.equal(run.of(name)[0]?.outcome, 'unreachable');
    }
  });

  test('shows that the mirror sees both directions', () => {
    const run = new ObserverRun();
    run.send(request(), 0);
    run.send(request(), 0, '198.51.100.8');
    run.unreachable(0.1, Transport.Udp);
    run.wait(60);
    assert.deepEqual(
      run.of('target.probed').map((said) => said.standing().twoWay),
      [true, false],
    );
  });

  test('speaks of all that waits between the same ports, and was sent before', () => {
    const run = new ObserverRun();
    run.send(request(), 0);
    run.send(request(), 0.5);
    run.unreachable(0.6, Transport.Udp);
    run.send(request(), 0.7);
    run.wait(60);
    assert.deepEqual(told(run), ['unreachable 2', 'unreachable 2.5', 'silent 2.7']);
  });

  test('says nothing of another port, another host or another direction', () => {
    const run = new ObserverRun();
    run.send(request(), 0);
    run.unreachable(0.1, Transport.Udp, `${CLIENT}:5062`);
    run.unreachable(0.1, Transport.Udp, CLIENT, `${SERVER}:5062`);
    run.unreachable(0.1, Transport.Udp, '198.51.100.8');
    run.unreachable(0.1, Transport.Udp, SERVER, CLIENT);
    run.wait(60);
    assert.deepEqual(told(run), ['silent 2']);
  });

  test('says nothing of a request that is answered, nor of an empty datagram', () => {
    const run = new ObserverRun();
    const text = run.send(request(), 0);
    run.unreachable(0.1, Transport.Udp);
    run.reply(answer(text, '200 OK'), 0.2);
    run.empty(1);
    run.unreachable(1.1, Transport.Udp);
    run.wait(60);
    assert.deepEqual(told(run), ['accepted 0.2']);
  });

  test('makes no profile of whom it names, and is forgotten within seconds', () => {
    const run = new ObserverRun();
    const size = () =>
      run.observer.tables().find(({ table }) => table === 'unreachable_flows')?.entries;
    for (let port = 1; port <= 20_000; port++) {
      run.unreachable(0, Transport.Udp, `198.51.100.99:${port}`);
    }
    assert.equal(run.profile('198.51.100.99'), undefined);
    assert.deepEqual([size(), run.counters.unreachablesEvicted], [16_384, 20_000 - 16_384]);
    run.wait(5);
    assert.equal(size(), 0);
  });

  test('is not kept until a time that was never to come, when the clock is set back', () => {
    const run = new ObserverRun();
    run.unreachable(90_000, Transport.Udp);
    run.observer.setBack(10);
    run.wait(15);
    run.send(request(), 16);
    run.wait(60);
    assert.deepEqual(told(run), ['silent 18']);
  });
});
