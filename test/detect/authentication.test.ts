import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Transport } from '../../src/wire/packet.js';
import { CLIENT, ObserverRun, SERVER } from '../support/observer-run.js';
import { answer, challenge, credentials, request } from '../support/sip-texts.js';

/** A login in steps; each advances packet time. */
class Login extends ObserverRun {
  time = 0;
  private serial = 0;

  /** A request without credentials, and the challenge to it. */
  challenged(nonce: string, user = '1001', method = 'REGISTER'): void {
    const text = this.send(request({ method, user }), this.tick());
    this.reply(answer(text, '401 Unauthorized', [challenge(nonce)]), this.tick());
  }

  /** A request with credentials for `nonce`; the server answers with `status`. */
  tries(
    nonce: string,
    status: string,
    headers: string[] = [],
    options: { user?: string; login?: string; method?: string } = {},
  ): void {
    const { user = '1001', login = user, method = 'REGISTER' } = options;
    const secret = credentials(login, nonce, `r${++this.serial}`);
    const text = this.send(request({ method, user, headers: [secret] }), this.tick());
    this.reply(answer(text, status, headers), this.tick());
  }

  rejected(): number {
    return this.of('auth.rejected').length;
  }

  private tick(): number {
    this.time += 0.1;
    return this.time;
  }
}

const AGAIN = '401 Unauthorized';

describe('what counts as a wrong password', () => {
  test('the first challenge is free', () => {
    const run = new Login();
    run.challenged('n1');
    run.tries('n1', '200 OK');
    assert.deepEqual(
      run.names().filter((name) => name.startsWith('auth')),
      ['auth.challenged', 'auth.accepted'],
    );
  });

  test('fresh credentials answered with a new challenge count', () => {
    const run = new Login();
    run.challenged('n1');
    run.tries('n1', AGAIN, [challenge('n2')]);
    run.tries('n2', AGAIN, [challenge('n3')]);
    assert.equal(run.rejected(), 2);
    assert.deepEqual(
      run.of('auth.rejected').map(({ rejectedBefore }) => rejectedBefore),
      [1, 2],
    );
  });

  test('a refusal of REGISTER with 403 counts, of a call it does not', () => {
    const run = new Login();
    run.challenged('n1');
    run.tries('n1', '403 Forbidden');
    assert.equal(run.rejected(), 1);
    const call = new Login();
    call.challenged('n1', '2000', 'INVITE');
    call.tries('n1', '403 Forbidden', [], { user: '2000', login: '1001', method: 'INVITE' });
    assert.equal(call.rejected(), 0);
  });

  test('the server says stale=true: free, however often', () => {
    const run = new Login();
    run.challenged('n0');
    for (let i = 0; i < 20; i++)
      run.tries(`n${i}`, AGAIN, [challenge(`n${i + 1}`, ', stale=TRUE')]);
    assert.equal(run.rejected(), 0);
  });

  test('a nonce that was never seen issued is free once', () => {
    const run = new Login();
    run.tries('old', AGAIN, [challenge('n1')]);
    assert.equal(run.rejected(), 0);
    run.tries('old', AGAIN, [challenge('n2')]);
    assert.equal(run.rejected(), 1);
  });

  test('a nonce that was accepted before is free when it runs out', () => {
    const run = new Login();
    run.challenged('n1');
    run.tries('n1', '200 OK');
    run.tries('n1', AGAIN, [challenge('n2')]);
    assert.equal(run.rejected(), 0);
    run.tries('n2', '200 OK');
    run.tries('n2', AGAIN, [challenge('n3')]);
    assert.equal(run.rejected(), 0, 'each success gives it again');
  });

  test('many guesses against one nonce all count', () => {
    const run = new Login();
    run.challenged('n1');
    for (let i = 0; i < 10; i++) run.tries('n1', AGAIN, [challenge('n1')]);
    assert.equal(run.rejected(), 10);
    assert.equal(new Set(run.of('auth.rejected').map(({ guess }) => guess)).size, 10);
  });

  test('a retransmitted guess is one guess', () => {
    const run = new Login();
    run.challenged('n1');
    const text = request({
      method: 'REGISTER',
      user: '1001',
      headers: [credentials('1001', 'n1', 'x')],
    });
    for (const time of [5, 5.5, 6]) run.send(text, time);
    for (const time of [6.1, 6.2]) run.reply(answer(text, AGAIN, [challenge('n2')]), time);
    assert.equal(run.rejected(), 1);
  });

  test('credentials without a nonce are none', () => {
    const run = new Login();
    const text = run.send(
      request({ method: 'REGISTER', headers: ['Authorization: Basic eDp5'] }),
      1,
    );
    run.reply(answer(text, AGAIN, [challenge('n1')]), 1.1);
    assert.deepEqual([run.rejected(), run.of('auth.challenged').length], [0, 1]);
  });

  test('a call is told by who logs in, not by who is called', () => {
    const run = new Login();
    run.challenged('n1', '00442079460123', 'INVITE');
    run.tries('n1', AGAIN, [challenge('n2')], {
      user: '00442079460123',
      login: '1001',
      method: 'INVITE',
    });
    assert.equal(run.of('auth.rejected')[0]?.account, '1001');
  });

  test('rejections are forgotten after an hour without one, and at success', () => {
    const run = new Login();
    run.challenged('n0');
    for (let i = 0; i < 3; i++) run.tries(`n${i}`, AGAIN, [challenge(`n${i + 1}`)]);
    run.time += 3700;
    run.tries('n3', AGAIN, [challenge('n4')]);
    assert.equal(run.of('auth.rejected').at(-1)?.rejectedBefore, 1);
    run.tries('n4', '200 OK');
    assert.equal(run.of('auth.accepted')[0]?.rejectedBefore, 1);
    run.tries('n5', '200 OK');
    assert.equal(run.of('auth.accepted')[1]?.rejectedBefore, 0);
  });

  test('the peak tells a program from a phone with a stale password', () => {
    const phone = new Login();
    phone.challenged('n0');
    for (let i = 0; i < 30; i++) {
      phone.tries(`n${i}`, AGAIN, [challenge(`n${i + 1}`)]);
      phone.time += 30;
    }
    assert.ok(phone.of('auth.rejected').every(({ rejectedPeak }) => (rejectedPeak ?? 0) <= 2));
    const program = new Login();
    program.challenged('n0');
    for (let i = 0; i < 30; i++) program.tries('n0', AGAIN, [challenge('n0')]);
    assert.equal(program.of('auth.rejected').at(-1)?.rejectedPeak, 30);
  });

  test('a challenge that nobody takes up is an account that was only probed', () => {
    const run = new Login();
    run.challenged('n1', '1001');
    run.challenged('n2', '1002');
    run.tries('n2', '200 OK', [], { user: '1002' });
    run.wait(60);
    const left = run.of('account.probed').filter(({ outcome }) => outcome === 'challenged');
    assert.deepEqual(
      left.map(({ account }) => account),
      ['1001'],
    );
  });

  test('but not of who sent credentials for it before: this time they may have been lost', () => {
    const run = new Login();
    run.challenged('n1');
    run.tries('n1', AGAIN, [challenge('n2')]);
    run.time += 60;
    run.challenged('n3');
    run.challenged('n4', '1002');
    run.wait(300);
    assert.deepEqual(
      run.of('account.probed').map(({ account, outcome }) => [account, outcome]),
      [['1002', 'challenged']],
    );
  });
});

describe('calls with credentials of which no answer is seen', () => {
  /** `n1+` is a call with that nonce, refused; without +, it is not; `-` one without credentials. */
  function calls(steps: string): number | undefined {
    const run = new ObserverRun();
    for (const [at, step] of steps.split(' ').entries()) {
      const [, nonce = '', refused] = /^([^+]*)(\+?)$/.exec(step)!;
      const headers = nonce === '-' ? [] : [credentials('1001', nonce, `r${at}`)];
      const invite = { user: '1002', fromUser: '1001', branch: `z9hG4bK${at}`, headers };
      run.send(request({ ...invite, method: 'INVITE' }), at);
      const branch = refused === '' ? 'z9hG4bKnew' : invite.branch;
      run.send(request({ ...invite, method: 'ACK', toTag: 's', branch, headers: [] }), at + 0.1);
    }
    return run.wait(100).of('auth.unanswered').at(-1)?.rejectedBefore;
  }

  const CASES: [name: string, steps: string, wrong: number][] = [
    ['each refusal brings the next nonce', 'n1+ n2+ n3+ n4+', 2],
    ['the first nonce may be an old one', 'n1+ n2+ n3+', 1],
    ['the calls are answered', 'n1 n2 n3 n4', 0],
    ['each call is challenged, and refused', '- n1+ - n2+ - n3+ - n4+', 0],
    ['calls that begin at the same time', 'n0 - - - n1+ n2+ n3+', 0],
    ['one nonce serves all calls', 'n1+ n1+ n1+ n1+', 0],
    ['a nonce serves once: the next call brings another', 'n1+ n2+ n2+ n3+ n3+ n4+ n4+ n5', 0],
  ];
  for (const [name, steps, wrong] of CASES) {
    test(`${name}: ${wrong} wrong passwords`, () => {
      assert.equal(calls(steps), wrong);
    });
  }
});

describe('403 to a request that is no REGISTER', () => {
  const INVITE = { method: 'INVITE' };

  test('says nothing of the password: the call may be forbidden', () => {
    const run = new Login();
    run.challenged('n1', '1001', 'INVITE');
    run.tries('n1', '403 Forbidden', [], INVITE);
    run.challenged('n2', '1001', 'INVITE');
    run.tries('n2', '403 Forbidden', [], INVITE);
    assert.equal(run.rejected(), 0);
    assert.equal(run.of('account.probed').at(-1)?.outcome, 'forbidden');
  });

  for (const reason of [
    '403 Forbidden (Bad auth)',
    '403 Wrong password',
    '403 Authentication Failed',
  ]) {
    test(`${reason} counts`, () => {
      const run = new Login();
      run.challenged('n1', '1001', 'INVITE');
      run.tries('n1', reason, [], INVITE);
      const [rejected] = run.of('auth.rejected');
      assert.equal(rejected?.status, 403);
      assert.equal(rejected?.account, '1001');
    });
  }

  test('a second response to the same challenge counts: one of both was wrong', () => {
    const run = new Login();
    run.challenged('n1', '1001', 'INVITE');
    for (let i = 0; i < 3; i++) run.tries('n1', '403 Forbidden', [], INVITE);
    assert.equal(run.rejected(), 2);
    assert.equal(run.of('auth.rejected').at(-1)?.rejectedOneNonce, 3);
  });
});

describe('passwords that were certainly different', () => {
  /** Sends the responses in turn for one nonce, `pause` seconds apart; gives the last count. */
  function different(responses: readonly string[], pause: number, more = ''): number | undefined {
    const run = new Login();
    run.challenged('n0');
    for (const response of responses) {
      run.time += pause;
      const secret = `${credentials('1001', 'n0', response)}${more}`;
      const text = run.send(
        request({ method: 'REGISTER', user: '1001', headers: [secret] }),
        run.time,
      );
      run.reply(answer(text, AGAIN, [challenge('n0')]), run.time);
    }
    return run.of('auth.rejected').at(-1)?.rejectedOneNonce;
  }
  const FIVE = ['a', 'b', 'c', 'd', 'e'];

  test('counted once each, though two clients take turns', () => {
    assert.equal(different(['a', 'b', 'a', 'b', 'a', 'b'], 60), 2);
    assert.equal(different(FIVE, 60), 5);
  });

  test('remembered for a day, longer than the count of rejections', () => {
    assert.equal(different(FIVE, 7200), 5);
    assert.equal(different(FIVE, 25 * 3600), 1);
  });

  test('with a client nonce too, where it stays the same', () => {
    assert.equal(different(FIVE, 1, ', cnonce="k", nc=00000001, qop=auth'), 5);
  });

  test('not where the body is part of the response', () => {
    assert.equal(different(FIVE, 1, ', cnonce="k", nc=00000001, qop=auth-int'), 0);
  });

  test('outlast a restart', () => {
    const run = new Login();
    run.challenged('n0');
    for (let i = 0; i < 3; i++) run.tries('n0', AGAIN, [challenge('n0')]);
    const after = new Login();
    after.time = run.time;
    for (const entry of run.observer.save())
      assert.ok(after.observer.restore(entry), String(entry[0]));
    after.tries('n0', AGAIN, [challenge('n0')], { login: '1001' });
    const [rejected] = after.of('auth.rejected');
    assert.equal(rejected?.rejectedBefore, 4);
    assert.equal(rejected.rejectedOneNonce, 3); // the first response once more
  });
});

describe('proof of the return path', () => {
  test('a source that only sends has none', () => {
    const run = new Login();
    run.challenged('n1');
    run.tries('another', AGAIN, [challenge('n2')]);
    assert.equal(run.profile().returnPath, false);
  });

  test('the nonce sent back proves it', () => {
    const run = new Login();
    run.challenged('n1');
    run.tries('n1', AGAIN, [challenge('n2')]);
    assert.equal(run.profile().returnPath, true);
  });

  test('an answer over UDP to what was asked over TCP as well proves nothing', () => {
    const run = new ObserverRun();
    const text = request();
    run.send(text, 0, CLIENT, SERVER, Transport.Tcp);
    run.reply(answer(text, '200 OK'), 0.1);
    assert.deepEqual([run.profile().returnPath, run.counters.repliesUnmatched], [false, 1]);
    run.reply(answer(text, '200 OK'), 0.2, Transport.Tcp);
    assert.equal(run.profile().returnPath, true);
  });

  test('the nonce of another source proves nothing', () => {
    const run = new Login();
    run.challenged('n1');
    const text = request({
      method: 'REGISTER',
      user: '1001',
      headers: [credentials('1001', 'n1', 'x')],
    });
    run.send(text, 5, '198.51.100.99');
    assert.equal(run.profile('198.51.100.99').returnPath, false);
  });

  const repeats: [method: string, status: string, branch: string, tag: string, proves: boolean][] =
    [
      ['ACK', '486 Busy Here', 'z9hG4bKx', 's1', true],
      ['ACK', '200 OK', 'z9hG4bKy', 's1', true],
      ['BYE', '200 OK', 'z9hG4bKy', 's1', true],
      ['ACK', '486 Busy Here', 'z9hG4bKx', 'guessed', false],
      ['ACK', '200 OK', 'z9hG4bKy', 'guessed', false],
      ['BYE', '200 OK', 'z9hG4bKy', 'guessed', false],
      ['ACK', '180 Ringing', 'z9hG4bKx', 's1', false],
    ];
  for (const [method, status, branch, toTag, proves] of repeats) {
    const what = `${method} after ${status} with the To tag "${toTag}"`;
    test(`${what} ${proves ? 'proves' : 'does not prove'} it`, () => {
      const run = new ObserverRun();
      const call = { callId: 'c', user: '2000' };
      const invite = run.send(request({ ...call, method: 'INVITE', branch: 'z9hG4bKx' }), 0);
      run.reply(answer(invite, status), 0.1);
      run.send(request({ ...call, method, branch, toTag, cseq: 2 }), 0.2);
      assert.equal(run.profile().returnPath, proves);
    });
  }

  test('the To tag of an answer to somebody else proves nothing', () => {
    const run = new ObserverRun();
    const call = { callId: 'c', user: '2000' };
    run.reply(answer(run.send(request({ ...call, method: 'INVITE' }), 0), '200 OK'), 0.1);
    run.send(request({ ...call, method: 'BYE', toTag: 's1' }), 0.2, '198.51.100.99');
    assert.notEqual(run.profile('198.51.100.99')?.returnPath, true);
  });

  test('an answer over TCP proves it', () => {
    const run = new ObserverRun();
    const text = run.send(request(), 0, CLIENT, SERVER, 6);
    assert.equal(run.profile().returnPath, false);
    run.reply(answer(text, '200 OK'), 0.1, 6);
    assert.equal(run.profile().returnPath, true);
  });
});
