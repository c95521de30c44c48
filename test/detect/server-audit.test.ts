import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Observation, ObservationName } from '../../src/detect/observation.js';
import { ObserverRun } from '../support/observer-run.js';
import { answer, challenge, credentials, request } from '../support/sip-texts.js';

const UNKNOWN = '404 Not Found';
const AGAIN = '401 Unauthorized';

/** Questions to the server and its answers, half a second apart. */
class Audit extends ObserverRun {
  time = 0;

  ask(
    user: string,
    status: string,
    headers: string[] = [],
    options: { method?: string; own?: string[]; from?: string } = {},
  ): void {
    const { method = 'REGISTER', own = [], from = '198.51.100.7' } = options;
    this.time += 0.5;
    const text = this.send(request({ method, user, headers: own }), this.time, from);
    this.send(answer(text, status, headers), this.time + 0.1, '203.0.113.5', from);
  }

  facts(name: ObservationName): Observation['server'][] {
    return this.of(name).map(({ server }) => server);
  }

  challenges(nonces: readonly string[], pause = 0, more = ', qop="auth"'): void {
    for (const nonce of nonces) {
      this.ask('1001', AGAIN, [challenge(nonce, more)]);
      this.time += pause;
    }
  }
}

describe('accounts that a server shows to exist', () => {
  test('one stranger, one method, both kinds of answer', () => {
    const run = new Audit();
    run.ask('100', UNKNOWN);
    run.ask('101', AGAIN, [challenge('n1')]);
    run.ask('102', UNKNOWN);
    run.ask('103', AGAIN, [challenge('n2')]);
    const counts = run
      .facts('server.told_accounts')
      .map((server) => [server?.known, server?.unknown]);
    assert.deepEqual(counts, [
      [1, 1],
      [1, 2],
      [2, 2],
    ]);
  });

  test('the same account again adds nothing, and beyond four of a kind nothing more is told', () => {
    const run = new Audit();
    for (let i = 0; i < 9; i++) run.ask(`1${i % 2 === 0 ? 0 : i}`, UNKNOWN);
    for (let i = 0; i < 9; i++) run.ask(`2${i}`, AGAIN, [challenge(`n${i}`)]);
    const told = run.facts('server.told_accounts');
    assert.equal(told.length, 4);
    assert.deepEqual([told.at(-1)?.known, told.at(-1)?.unknown], [4, 4]);
  });

  test('to OPTIONS, 200 shows it', () => {
    const run = new Audit();
    run.ask('100', UNKNOWN, [], { method: 'OPTIONS' });
    run.ask('101', '200 OK', [], { method: 'OPTIONS' });
    assert.equal(run.of('server.told_accounts').length, 1);
    assert.equal(run.of('server.told_accounts')[0]?.method, 'OPTIONS');
  });

  test('another method or another stranger is another story', () => {
    const run = new Audit();
    run.ask('100', UNKNOWN);
    run.ask('101', AGAIN, [challenge('n1')], { method: 'INVITE' });
    run.ask('102', AGAIN, [challenge('n1')], { from: '198.51.100.8' });
    assert.equal(run.of('server.told_accounts').length, 0);
  });

  test('whom the server accepted is no stranger, nor who sends credentials', () => {
    const run = new Audit();
    run.ask('1001', '200 OK');
    run.ask('100', UNKNOWN, [], { method: 'INVITE' });
    run.ask('101', AGAIN, [challenge('n1')], { method: 'INVITE' });
    const own = [credentials('1001', 'n1', 'r1')];
    run.ask('102', UNKNOWN, [], { from: '198.51.100.8', own });
    run.ask('103', AGAIN, [challenge('n2')], { from: '198.51.100.8', own });
    assert.equal(run.of('server.told_accounts').length, 0);
  });
});

describe('a server that names itself', () => {
  test('Server, or User-Agent, in the answer to OPTIONS of a stranger; cut when long', () => {
    const run = new Audit();
    run.ask('100', '200 OK', ['Server: Kamailio (5.6.4)'], { method: 'OPTIONS' });
    run.ask('100', UNKNOWN, [`User-Agent: ${'x'.repeat(500)}`], { method: 'OPTIONS' });
    run.ask('100', '200 OK', [], { method: 'OPTIONS' });
    run.ask('100', UNKNOWN, ['Server: Kamailio (5.6.4)']);
    const versions = run.facts('server.told_version').map((server) => server?.version);
    assert.deepEqual(versions, ['Kamailio (5.6.4)', 'x'.repeat(128)]);
  });

  test('a phone that tells its registrar tells nobody new', () => {
    const run = new Audit();
    const [phone, registrar] = ['198.51.100.7', '203.0.113.5'];
    const register = run.send(request({ method: 'REGISTER' }), 1, phone, registrar);
    run.send(answer(register, '200 OK'), 1.1, registrar, phone);
    const ask = run.send(request({ method: 'OPTIONS' }), 2, registrar, phone);
    run.send(answer(ask, '200 OK', ['User-Agent: Phone 1.2']), 2.1, phone, registrar);
    assert.equal(run.of('server.told_version').length, 0);
  });
});

describe('challenges that are weak', () => {
  const weaknesses = (run: Audit) => run.facts('server.asked_weakly').map((s) => s?.weakness);

  for (const [more, weak] of [
    ['', true],
    [', algorithm=md5', true],
    [', qop="auth"', false],
    [', algorithm=SHA-256', false],
  ] as const) {
    test(`a challenge${more} is ${weak ? 'weak' : 'not'}`, () => {
      const run = new Audit();
      run.challenges(['n1'], 0, more);
      assert.deepEqual(weaknesses(run), weak ? ['no-qop'] : []);
    });
  }

  test('without qop: told once a day', () => {
    const run = new Audit();
    run.challenges(['n1', 'n2', 'n3'], 40_000, '');
    run.challenges(['n4'], 0, '');
    assert.deepEqual(weaknesses(run), ['no-qop', 'no-qop']);
  });

  test('one nonce: told at each doubling, with its age', () => {
    const run = new Audit();
    run.challenges(new Array<string>(9).fill('same'), 600);
    const told = run.facts('server.asked_weakly');
    assert.deepEqual(
      told.map((server) => [
        server?.weakness,
        server?.nonceUses,
        Math.round(server?.nonceAge ?? 0),
      ]),
      [
        ['same-nonce', 2, 601],
        ['same-nonce', 4, 1802],
        ['same-nonce', 8, 4204],
      ],
    );
  });

  test('a nonce that changes begins anew', () => {
    const run = new Audit();
    run.challenges(['a', 'b', 'a', 'b', 'c'], 3600);
    assert.deepEqual(weaknesses(run), []);
  });

  test('a clock that is set back does not let a nonce come from the future', () => {
    const run = new Audit();
    run.time = 10_000;
    run.challenges(['same']);
    run.time = 100;
    run.observer.setBack(run.time);
    run.challenges(['same']);
    const [told] = run.facts('server.asked_weakly');
    assert.ok(told?.nonceAge !== undefined && told.nonceAge >= 0 && told.nonceAge < 2);
  });
});

test('tables are bounded, and what they give up is counted', () => {
  const run = new Audit();
  const limit = run.observer.tables().find(({ table }) => table === 'servers')?.limit ?? 0;
  for (let i = 0; i <= limit; i++) {
    const server = `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`;
    const text = run.send(request({ method: 'REGISTER' }), i, '198.51.100.7', server);
    run.send(answer(text, AGAIN, [challenge(`n${i}`)]), i, server, '198.51.100.7');
  }
  assert.equal(run.counters.serversEvicted, 1);
});
