import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Mark } from '../../src/detect/sources/marked-set.js';
import { SourceTable } from '../../src/detect/sources/sources.js';
import { Counters } from '../../src/telemetry/counters.js';
import { CLIENT, ObserverRun, SERVER } from '../support/observer-run.js';
import { answer, challenge, credentials, request } from '../support/sip-texts.js';

const DAY = 24 * 3600;

function registers(run: ObserverRun, phone: string, registrar: string, time: number): void {
  const text = run.send(request({ method: 'REGISTER' }), time, phone, registrar);
  run.send(answer(text, '200 OK'), time + 0.1, registrar, phone);
}

describe('the standing of a source', () => {
  test('a host where the target registers is its registrar', () => {
    const run = new ObserverRun();
    run.send(request(), 0, SERVER, CLIENT);
    assert.equal(run.said.at(-1)?.standing().servesTarget, false);
    registers(run, CLIENT, SERVER, 1);
    run.send(request(), 2, SERVER, CLIENT);
    assert.equal(run.said.at(-1)?.standing().servesTarget, true);
    run.send(request(), 3, SERVER, '198.51.100.9');
    assert.equal(run.said.at(-1)?.standing().servesTarget, false);
  });

  test('a registration and a call are acceptance; a reply to OPTIONS is none, whatever it carries', () => {
    const accepted: [method: string, headers: string[], accepted: boolean][] = [
      ['REGISTER', [], true],
      ['INVITE', [], true],
      ['OPTIONS', [], false],
      ['OPTIONS', [credentials('1001', 'n', 'r')], false],
    ];
    for (const [method, headers, expected] of accepted) {
      const run = new ObserverRun();
      run.reply(answer(run.send(request({ method, headers }), 0), '200 OK'), 0.1);
      run.send(request(), 1);
      assert.equal(run.said.at(-1)?.standing().accepted, expected, method);
      assert.equal(run.said.at(-1)?.standing().answeredShare, 1);
    }
  });

  test('credentials are accepted where the target had asked for them', () => {
    const run = new ObserverRun();
    run.reply(answer(run.send(request(), 0), '401 Unauthorized', [challenge('n')]), 0.1);
    const headers = [credentials('1001', 'n', 'r')];
    run.reply(answer(run.send(request({ headers }), 1), '200 OK'), 1.1);
    assert.equal(run.of('auth.accepted').length, 1);
    assert.equal(run.said.at(-1)?.standing().accepted, true);
  });

  test('the share of targets that answered tells a monitor from a sweep', () => {
    const run = new ObserverRun();
    for (let i = 1; i <= 10; i++) {
      const target = `203.0.113.${i}`;
      const text = run.send(request({ host: target }), i / 10, CLIENT, target);
      if (i <= 3) run.send(answer(text, '200 OK'), i / 10 + 0.01, target, CLIENT);
    }
    run.wait(20);
    const { targetsTried, answeredShare } = run.said.at(-1)!.standing();
    assert.deepEqual([targetsTried, answeredShare], [10, 0.3]);
  });

  test('accounts are marked by what the answers gave away', () => {
    const run = new ObserverRun();
    const ask = (user: string, status: string, headers: string[] = []) => {
      const text = run.send(request({ method: 'INVITE', user }), 0);
      run.reply(answer(text, status, headers), 0.1);
    };
    ask('unknown', '404 Not Found');
    ask('ringing', '180 Ringing');
    ask('challenged', '401 Unauthorized', [challenge('n')]);
    run.wait(30);
    const has = (user: string, mark: number) => (run.profile().accounts.get(user) & mark) !== 0;
    assert.deepEqual(
      ['unknown', 'ringing', 'challenged'].map((user) => [
        has(user, Mark.Unknown),
        has(user, Mark.Exists),
      ]),
      [
        [true, false],
        [false, true],
        [false, true],
      ],
    );
  });

  test('a story ends after a day, but who accepted the source is not forgotten', () => {
    const run = new ObserverRun();
    registers(run, CLIENT, SERVER, 0);
    for (let i = 0; i < 5; i++)
      run.send(request({ user: `u${i}` }), 10 + i, CLIENT, `203.0.113.1${i}`);
    assert.equal(run.profile().targets.size, 6);
    run.send(request({ user: 'today' }), 2 * DAY);
    const profile = run.profile();
    assert.deepEqual([profile.requests, profile.targets.size, profile.accounts.size], [1, 1, 1]);
    assert.equal(run.said.at(-1)?.standing().accepted, true);
  });

  test('while an incident is open its story goes on', () => {
    const run = new ObserverRun();
    run.send(request(), 0);
    run.profile().suspicion = 2;
    run.send(request(), 2 * DAY);
    assert.equal(run.profile().requests, 2);
  });
});

describe('the table of sources', () => {
  test('keeps to its limit, counts whom it forgets, and forgets who was idle longest', () => {
    const counters = new Counters();
    const table = new SourceTable(counters, [100, 100, 100]);
    for (let i = 0; i < 100; i++) table.touch(i, 100);
    table.touch(0, 100);
    for (let i = 1000; i < 1050; i++) table.touch(i, 101);
    assert.equal(counters.sourcesEvicted, 50);
    assert.ok(table.find(0), 'used again, so kept');
    assert.equal(table.find(1), undefined);
  });

  test('one source cannot fill memory: beyond a limit its targets are only counted', () => {
    const table = new SourceTable(new Counters());
    const profile = table.touch(1, 0);
    const fill = () => {
      for (let i = 0; i < 5000; i++) table.markTarget(profile, i, Mark.Tried);
      return [profile.targets.size, profile.targets.overflow];
    };
    assert.deepEqual(fill(), [128, 5000 - 128], 'it has shown nothing of itself');
    table.proveReturnPath(profile);
    profile.targets.overflow = 0;
    assert.deepEqual(fill(), [1024, 5000 - 1024]);
  });

  test('strangers who fill all the room leave some for those who are let in', () => {
    const counters = new Counters();
    const table = new SourceTable(counters);
    for (let source = 0; source < 5000; source++) {
      const stranger = table.touch(source, 0);
      for (let i = 0; i < 120; i++) table.markTarget(stranger, i, Mark.Tried);
    }
    assert.equal(counters.membersRefused, 5000 * 120 - 500_000);
    const phone = table.touch(9999, 1);
    table.markTarget(phone, 7, Mark.Registered);
    assert.equal(table.standing(table.touch(7, 1), 9999, 1).servesTarget, true);
  });

  test('long account names do not keep the messages alive that held them', () => {
    const run = new ObserverRun();
    const long = 'x'.repeat(7000);
    const before = heapUsed();
    for (let i = 0; i < 20_000; i++) {
      const text = request({ method: 'REGISTER', user: `${i}${long}`, fromUser: 'a' });
      run.send(text, i / 10_000, `10.0.${i >> 8}.${i & 255}`);
      run.said.length = 0;
    }
    assert.equal(run.profile('10.0.0.1').accounts.size, 1);
    const each = (heapUsed() - before) / 20_000;
    assert.ok(each < 4000, `${Math.round(each)} bytes for each source`);
  });
});

function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
