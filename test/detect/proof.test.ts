import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseAddress } from '../../src/wire/address.js';
import { Transport } from '../../src/wire/packet.js';
import { CLIENT, ObserverRun, SERVER } from '../support/observer-run.js';
import { answer, challenge, credentials, request } from '../support/sip-texts.js';

const ADDRESS = parseAddress(CLIENT)!;

describe('proof by flow', () => {
  test('a nonce that comes back proves the request, its address and its port, and no other', () => {
    const run = new ObserverRun();
    run.reply(answer(run.send(request(), 0), '401 Unauthorized', [challenge('n')]), 0.1);
    assert.equal(run.said[0]?.proof.given, false);
    run.send(request({ headers: [credentials('1001', 'n', 'r')] }), 1);
    assert.equal(run.said.at(-1)?.proof.given, true);
    const { sources } = run.observer;
    assert.deepEqual(
      [sources.isProved(ADDRESS, 5060), sources.isProved(ADDRESS, 5061)],
      [true, false],
    );
  });

  test('a datagram that is forged from a proven phone proves nothing', () => {
    const run = new ObserverRun();
    run.reply(answer(run.send(request(), 0), '401 Unauthorized', [challenge('n')]), 0.1);
    run.send(request({ headers: [credentials('1001', 'n', 'r')] }), 1);
    run.send(request({ user: '100', callId: 'forged' }), 2);
    assert.equal(run.said.at(-1)?.proof.given, false);
  });

  test('the ACK of a refusal proves the INVITE afterwards, and only that one', () => {
    const run = new ObserverRun();
    const call = { method: 'INVITE', callId: 'c' };
    run.reply(answer(run.send(request(call), 0), '404 Not Found'), 0.1);
    const [probed] = run.of('account.probed');
    const other = run.send(request({ ...call, callId: 'd' }), 0.2);
    run.reply(answer(other, '404 Not Found'), 0.3);
    assert.equal(probed?.proof.given, false);
    run.send(request({ ...call, method: 'ACK', toTag: 's1' }), 0.4);
    assert.equal(probed?.proof.given, true);
    assert.equal(run.of('account.probed')[1]?.proof.given, false);
  });

  test('a TCP connection that stands proves what comes over it', () => {
    const run = new ObserverRun();
    run.syn(0, `${CLIENT}:4000`);
    run.accept(0.1, `${CLIENT}:4000`);
    run.client({}, 0.2, `${CLIENT}:4000`);
    run.send(request(), 0.3, `${CLIENT}:4000`, undefined, Transport.Tcp);
    assert.equal(run.said.at(-1)?.proof.given, true);
    run.send(request({ callId: 'x' }), 0.4, `${CLIENT}:4001`, undefined, Transport.Tcp);
    assert.equal(run.said.at(-1)?.proof.given, false);
  });
});

describe('the devices of a site', () => {
  function site(): ObserverRun {
    const run = new ObserverRun();
    for (const port of [4001, 4002, 4003]) {
      const text = request({ method: 'REGISTER', user: `u${port}`, callId: `r${port}` });
      run.send(text, 0, `${CLIENT}:${port}`);
      run.send(answer(text, '200 OK'), 0.1, SERVER, `${CLIENT}:${port}`);
    }
    return run;
  }

  test('are told apart once three accounts were accepted from three ports', () => {
    const run = site();
    assert.equal(run.profile().isSite, true);
    const { sources } = run.observer;
    assert.equal(sources.handset(ADDRESS, 4001), undefined);
    for (const user of ['100', '101']) {
      const text = request({ method: 'REGISTER', user, callId: user });
      run.send(text, 1, `${CLIENT}:4009`);
      run.send(answer(text, '404 Not Found'), 1.1, SERVER, `${CLIENT}:4009`);
    }
    const handset = sources.handset(ADDRESS, 4009);
    assert.deepEqual([handset?.requests, handset?.accounts.size], [2, 2]);
    const { isSite, handsetAccepted } = run.said.at(-1)!.standing();
    assert.deepEqual([isSite, handsetAccepted], [true, 0]);
  });

  test('are none where many accounts come from one port: a trunk', () => {
    const run = new ObserverRun();
    for (let i = 0; i < 10; i++) {
      const text = request({ method: 'REGISTER', user: `u${i}`, callId: `r${i}` });
      run.reply(answer(run.send(text, 0), '200 OK'), 0.1);
    }
    assert.equal(run.profile().isSite, false);
    assert.equal(run.said.at(-1)!.standing().handsetAccepted, undefined);
  });

  test('outlast a restart', () => {
    const run = site();
    run.send(request({ callId: 'more' }), 1, `${CLIENT}:4009`);
    const other = new ObserverRun();
    for (const entry of run.observer.sources.save()) {
      assert.equal(other.observer.restore(JSON.parse(JSON.stringify(entry))), true);
    }
    assert.equal(other.profile().isSite, true);
    assert.equal(other.observer.sources.handset(ADDRESS, 4009)?.requests, 1);
    assert.deepEqual([...other.observer.sources.save()], [...run.observer.sources.save()]);
  });
});
