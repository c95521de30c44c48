import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CLIENT, ObserverRun, SERVER } from '../support/observer-run.js';
import { answer, challenge, request } from '../support/sip-texts.js';

function outcomes(run: ObserverRun): (string | undefined)[] {
  return run.of('target.probed').map(({ outcome }) => outcome);
}

describe('what is waited for', () => {
  /** A challenge that is left lying, then requests that nobody answers. */
  function scene(steps: readonly number[]): string[] {
    const run = new ObserverRun();
    const text = run.send(request({ method: 'REGISTER', user: '100' }), 0);
    run.reply(answer(text, '401 Unauthorized', [challenge('n')]), 0.25);
    for (const time of [1, 3, 4]) run.send(request({ user: String(time) }), time);
    for (const time of steps) run.wait(time);
    return run
      .of('account.probed')
      .map(({ account, outcome, time }) => `${time} ${account} ${outcome}`);
  }

  test('is told in the order in which patience ends, in however many steps time passes', () => {
    const expected = ['3 1 silent', '5 3 silent', '5.25 100 challenged', '6 4 silent'];
    for (const steps of [[100], [4.5, 5.5, 7], [5, 5.25, 6], [4.1, 4.2, 5.26, 5.27, 50]]) {
      assert.deepEqual(scene(steps), expected);
    }
  });

  test('is not waited for until a time that was never to come, when the clock is set back', () => {
    const run = new ObserverRun();
    run.send(request({ user: 'late' }), 90_000);
    const text = run.send(request({ method: 'REGISTER', user: '100' }), 90_000);
    run.reply(answer(text, '401 Unauthorized', [challenge('n')]), 90_000.25);
    run.observer.setBack(10);
    run.send(request({ user: 'now' }), 11);
    run.wait(20);
    assert.deepEqual(
      run.of('account.probed').map(({ account, time }) => [account, time]),
      [
        ['late', 12],
        ['now', 13],
        ['100', 15],
      ],
    );
  });
});

describe('requests and their answers', () => {
  test('a first request is a contact, its answer an outcome', () => {
    const run = new ObserverRun();
    const text = run.send(request({ method: 'INVITE', user: '2000' }), 0);
    assert.deepEqual(run.names(), ['target.contacted']);
    run.reply(answer(text, '404 Not Found'), 0.1);
    assert.deepEqual(run.names(), ['target.contacted', 'target.probed', 'account.probed']);
    const [probe] = run.of('account.probed');
    assert.deepEqual(
      [probe?.account, probe?.outcome, probe?.status, probe?.method, probe?.time],
      ['2000', 'unknown', 404, 'INVITE', 0.1],
    );
  });

  const statuses: [status: string, outcome: string][] = [
    ['200 OK', 'accepted'],
    ['302 Moved Temporarily', 'redirected'],
    ['404 Not Found', 'unknown'],
    ['410 Gone', 'unknown'],
    ['484 Address Incomplete', 'refused'],
    ['604 Does Not Exist Anywhere', 'unknown'],
    ['403 Forbidden', 'forbidden'],
    ['480 Temporarily Unavailable', 'busy'],
    ['486 Busy Here', 'busy'],
    ['487 Request Terminated', 'busy'],
    ['600 Busy Everywhere', 'busy'],
    ['603 Decline', 'busy'],
    ['405 Method Not Allowed', 'refused'],
    ['483 Too Many Hops', 'refused'],
    ['503 Service Unavailable', 'refused'],
  ];
  for (const [status, outcome] of statuses) {
    test(`${status} is ${outcome}`, () => {
      const run = new ObserverRun();
      run.reply(answer(run.send(request({ method: 'INVITE' }), 0), status), 0.1);
      assert.deepEqual(outcomes(run), [outcome]);
    });
  }

  test('a retransmission is the same request, its answer the same answer', () => {
    const run = new ObserverRun();
    const text = request({ method: 'REGISTER' });
    for (const time of [0, 0.5, 1.5]) run.send(text, time);
    for (const time of [1.6, 1.7]) run.reply(answer(text, '404 Not Found'), time);
    run.send(text, 1.8);
    assert.deepEqual(run.names(), ['target.contacted', 'target.probed', 'account.probed']);
    assert.equal(run.profile().requests, 1);
  });

  test('another account under the same branch, Call-ID and CSeq is another request', () => {
    const run = new ObserverRun();
    const same = { method: 'REGISTER', branch: 'z9hG4bKx', callId: 'c', cseq: 1 };
    for (const [i, user] of ['100', '101', '102'].entries()) {
      run.reply(answer(run.send(request({ ...same, user }), i), '404 Not Found'), i + 0.1);
    }
    assert.deepEqual(
      run.of('account.probed').map(({ account }) => account),
      ['100', '101', '102'],
    );
    assert.equal(run.profile().requests, 3);
  });

  test('another guess under the same branch, Call-ID and CSeq is another request', () => {
    const run = new ObserverRun();
    const same = { method: 'REGISTER', branch: 'z9hG4bKx', callId: 'c', cseq: 1, user: '100' };
    for (const guess of ['a', 'b', 'c']) {
      const login = `Authorization: Digest username="100", nonce="n", response="${guess}"`;
      run.send(request({ ...same, headers: [login] }), 0);
    }
    assert.equal(run.profile().requests, 3);
  });

  test('the same branch in another Call-ID or CSeq, or between other hosts, is another request', () => {
    const same = { branch: 'z9hG4bKx', callId: 'c', user: '100' };
    const run = new ObserverRun();
    run.send(request(same), 0);
    run.send(request({ ...same, callId: 'd' }), 0);
    run.send(request({ ...same, cseq: 2 }), 0);
    run.send(request(same), 0, '198.51.100.8');
    run.send(request(same), 0, CLIENT, '203.0.113.6');
    run.send(request({ ...same, method: 'REGISTER' }), 0);
    run.send(request({ ...same, via: 'SIP/2.0/UDP other.example' }), 0);
    assert.equal(run.of('target.contacted').length, 7);
  });

  test('ACK and CANCEL belong to their INVITE: they contact nobody', () => {
    const run = new ObserverRun();
    const call = { branch: 'z9hG4bKx', callId: 'c', user: '2000' };
    const invite = run.send(request({ ...call, method: 'INVITE' }), 0);
    const cancel = run.send(request({ ...call, method: 'CANCEL' }), 0.1);
    run.reply(answer(cancel, '200 OK'), 0.15);
    run.reply(answer(invite, '487 Request Terminated'), 0.2);
    run.send(request({ ...call, method: 'ACK', toTag: 's1' }), 0.3);
    run.wait(10);
    assert.deepEqual(run.names(), ['target.contacted', 'target.probed', 'account.probed']);
    assert.deepEqual(outcomes(run), ['busy'], 'the 200 is to the CANCEL, not to the INVITE');
    assert.equal(run.profile().acceptedAccounts, 0);
    assert.equal(run.counters.repliesUnmatched, 0);
  });

  test('a provisional answer ends the silence, and the final one still comes', () => {
    const run = new ObserverRun();
    const text = run.send(request({ method: 'INVITE' }), 0);
    run.reply(answer(text, '100 Trying'), 0.1);
    run.wait(60);
    assert.deepEqual(outcomes(run), []);
    run.reply(answer(text, '486 Busy Here'), 120);
    assert.deepEqual(outcomes(run), ['busy']);
  });

  test('two seconds of packet time without an answer are silence, told at that moment', () => {
    const run = new ObserverRun();
    run.send(request({ user: '300' }), 10);
    run.wait(11.999);
    assert.deepEqual(outcomes(run), []);
    run.wait(500);
    assert.deepEqual(outcomes(run), ['silent']);
    const [probe] = run.of('target.probed');
    assert.deepEqual([probe?.time, probe?.frameNumber], [12, 0]);
  });

  test('an answer after the silence is told as well', () => {
    const run = new ObserverRun();
    const text = run.send(request(), 0);
    run.wait(30);
    run.reply(answer(text, '200 OK'), 31);
    assert.deepEqual(outcomes(run), ['silent', 'accepted']);
  });

  test('an answer that comes minutes too late finds no request', () => {
    const run = new ObserverRun();
    const text = run.send(request(), 0);
    run.wait(201);
    run.reply(answer(text, '200 OK'), 202);
    assert.deepEqual(outcomes(run), ['silent']);
    assert.equal(run.counters.repliesUnmatched, 1);
  });

  test('an answer before its request, or from elsewhere, is unmatched and says nothing', () => {
    const run = new ObserverRun();
    const text = request();
    run.reply(answer(text, '200 OK'), 0);
    run.send(text, 1);
    run.send(answer(text, '200 OK'), 1.1, '203.0.113.99', CLIENT);
    assert.equal(run.counters.repliesUnmatched, 2);
    assert.deepEqual(run.names(), ['target.contacted']);
  });

  test('without rport the answer goes to the port in Via, and still finds its request', () => {
    const run = new ObserverRun();
    const text = request({ via: 'SIP/2.0/UDP 198.51.100.7:5070' });
    run.send(text, 0, `${CLIENT}:51234`);
    run.send(answer(text, '200 OK'), 0.1, SERVER, `${CLIENT}:5070`);
    assert.deepEqual(outcomes(run), ['accepted']);
    assert.equal(run.counters.repliesUnmatched, 0);
  });

  for (const method of ['REGISTER', 'register', 'OPTIONS', 'PUBLISH']) {
    test(`a To tag does not make ${method} part of a dialog`, () => {
      const run = new ObserverRun();
      run.reply(answer(run.send(request({ method, toTag: 'x' }), 0), '404 Not Found'), 0.1);
      assert.deepEqual(outcomes(run), ['unknown']);
      assert.equal(run.of('account.probed')[0]?.method, method.toUpperCase());
    });
  }

  test('a request within a dialog contacts nobody', () => {
    const run = new ObserverRun();
    const text = run.send(request({ method: 'BYE', toTag: 's1' }), 0);
    run.reply(answer(text, '200 OK'), 0.1);
    run.wait(10);
    assert.deepEqual(run.names(), []);
    assert.equal(run.profile().requests, 1);
  });

  test('an empty datagram contacts, and waits for nothing', () => {
    const run = new ObserverRun();
    run.empty(0);
    run.wait(10);
    assert.deepEqual(
      run.said.map(({ name, method }) => [name, method]),
      [['target.contacted', 'empty']],
    );
    assert.equal(run.profile().emptyDatagrams, 1);
  });

  test('an answer may come from another port of the server', () => {
    const run = new ObserverRun();
    run.send(answer(run.send(request(), 0), '200 OK'), 0.1, `${SERVER}:5080`, CLIENT);
    assert.deepEqual(outcomes(run), ['accepted']);
  });

  test('a flood of requests pushes out the oldest, counted, and is told as no silence', () => {
    const run = new ObserverRun();
    for (let i = 0; i < 70_000; i++) run.send(request({ callId: `flood${i}` }), 0);
    assert.equal(run.counters.transactionsEvicted, 70_000 - 65_536);
  });
});
