import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { countryCodes } from '../../src/detect/numbers/country-codes.js';
import type { NumberFacts } from '../../src/detect/numbers/number-facts.js';
import type { SavedEntry } from '../../src/telemetry/saved-entry.js';
import { CLIENT, ObserverRun, SERVER } from '../support/observer-run.js';
import {
  answer,
  challenge,
  credentials,
  type RequestOptions,
  request,
} from '../support/sip-texts.js';

const DAY = 86_400;
const GB = '+441632960001';
const US = '+12025550123';
const SE = '+46812300001';

/** Calls of one caller after the other, and what is said of their numbers. */
class CallerRun extends ObserverRun {
  private calls = 0;

  /** A call that ends in some way; gives what was said of its number. */
  call(
    user: string,
    time: number,
    status = '200 OK',
    options: RequestOptions = {},
    from = CLIENT,
  ): NumberFacts {
    this.calls++;
    const call = { method: 'INVITE', user, fromUser: '1001', callId: `call${this.calls}` };
    const text = this.send(request({ ...call, ...options }), time, from);
    if (status !== '') this.send(answer(text, status), time, SERVER, from);
    else this.wait(time + 3);
    return this.said.findLast(({ name }) => name === 'number.dialled')!.number!;
  }

  hangUp(callId: string, time: number): void {
    const text = request({ method: 'BYE', callId, toTag: 's1', cseq: 2 });
    this.reply(answer(this.send(text, time), '200 OK'), time);
  }

  register(time: number, from: string): void {
    const text = request({
      method: 'REGISTER',
      user: '1001',
      headers: [`Contact: <sip:1001@${from}:5060>;expires=86400`],
    });
    this.send(text, time, from);
    const contact = `Contact: <sip:1001@${from}:5060>;expires=86400`;
    this.send(answer(text, '200 OK', [contact]), time, SERVER, from);
  }
}

describe('what is known of who dials', () => {
  test('a country is new until a call to it was put through', () => {
    const run = new CallerRun();
    const refused = run.call(GB, 0, '403 Forbidden');
    const first = run.call(GB, 10);
    const second = run.call('00441632960002', 20, '486 Busy Here');
    assert.deepEqual(
      [refused, first, second].map(({ newCountry, countryKnownFor, callerCalls }) => ({
        newCountry,
        countryKnownFor,
        callerCalls,
      })),
      [
        { newCountry: true, countryKnownFor: 0, callerCalls: 0 },
        { newCountry: true, countryKnownFor: 0, callerCalls: 0 },
        { newCountry: false, countryKnownFor: 10, callerCalls: 1 },
      ],
    );
  });

  test('countries of long ago and of today are told apart', () => {
    const run = new CallerRun();
    run.call(GB, 0);
    run.call(US, 10);
    const facts = run.call(SE, 2 * DAY);
    assert.equal(facts.callerCountries, 2);
    assert.equal(facts.newCountries, 1);
    assert.equal(facts.callerKnownFor, 2 * DAY);
    assert.equal(facts.callerCalls, 2);
  });

  test('calls to extensions make a caller known as well', () => {
    const run = new CallerRun();
    const text = run.send(request({ method: 'INVITE', user: '1002', fromUser: '1001' }), 0);
    run.reply(answer(text, '200 OK'), 0);
    const { callerCalls, callerKnownFor } = run.call(GB, 500);
    assert.deepEqual([callerCalls, callerKnownFor], [1, 500]);
  });

  test('who logs in is not who only says the same name', () => {
    const run = new CallerRun();
    run.call(GB, 0);
    const login = { headers: [credentials('1001', 'n1', 'r1')] };
    const known = run.call(GB, 10, '200 OK', login);
    assert.equal(known.caller, '1001');
    assert.equal(known.callerCalls, 0);
    assert.equal(run.call(GB, 20, '200 OK', login).callerCalls, 1);
  });

  test('what a server refuses makes nobody known', () => {
    const run = new CallerRun();
    for (let i = 0; i < 20; i++) run.call(`+44163296${1000 + i}`, i, '403 Forbidden');
    assert.equal(run.observer.tables().find(({ table }) => table === 'callers_names')?.entries, 0);
  });

  test('the login is the caller, and From where there is none', () => {
    const run = new CallerRun();
    assert.equal(run.call(GB, 0).caller, '1001');
    const trunk = { headers: [credentials('trunk', 'n1', 'r1')] };
    assert.equal(run.call(GB, 1, '200 OK', trunk).caller, 'trunk');
  });
});

describe('open calls to a country', () => {
  test('are counted until they end', () => {
    const run = new CallerRun();
    const concurrent = [run.call(GB, 0), run.call(GB, 1), run.call(US, 2), run.call(GB, 3)];
    assert.deepEqual(
      concurrent.map((facts) => facts.concurrent),
      [1, 2, 1, 3],
    );
    run.hangUp('call1', 10);
    run.hangUp('call1', 11);
    run.hangUp('call2', 12);
    assert.equal(run.call(GB, 20).concurrent, 2);
  });

  test('go on when a BYE is refused, and are many under one Call-ID', () => {
    const run = new CallerRun();
    for (let i = 0; i < 4; i++) {
      const concurrent = run.call(GB, i, '200 OK', { callId: 'same', fromTag: `t${i}` }).concurrent;
      assert.equal(concurrent, i + 1);
      const bye = request({
        method: 'BYE',
        callId: 'same',
        fromTag: `t${i}`,
        toTag: 's1',
        cseq: 0,
      });
      run.reply(answer(run.send(bye, i), '500 Server Internal Error'), i);
    }
  });

  test('are forgotten after four hours', () => {
    const run = new CallerRun();
    run.call(GB, 0);
    run.call(GB, 1);
    run.call(US, 5 * 3600); // makes room
    assert.equal(run.call(GB, 5 * 3600 + 1).concurrent, 1);
  });

  test('one that is not answered is none', () => {
    const run = new CallerRun();
    run.call(GB, 0);
    assert.equal(run.call(GB, 1, '486 Busy Here').concurrent, 1);
  });
});

describe('prefixes that failed', () => {
  const hunt = (run: CallerRun, prefix: string, time: number, status: string, from?: string) =>
    run.call(`${prefix}441632960001`, time, status, {}, from).prefixes;

  test('count once each, for all strangers together', () => {
    const run = new CallerRun();
    assert.equal(hunt(run, '00', 0, '403 Forbidden', '198.51.100.1'), 1);
    assert.equal(hunt(run, '00', 1, '403 Forbidden', '198.51.100.2'), 1);
    assert.equal(hunt(run, '900', 2, '404 Not Found', '198.51.100.3'), 2);
    assert.equal(hunt(run, '9011', 3, '', '198.51.100.4'), 3);
    assert.equal(hunt(run, '+', 10, '200 OK', '198.51.100.5'), 3);
  });

  test('of an accepted user are his own', () => {
    const run = new CallerRun();
    run.register(0, '198.51.100.9');
    for (const [i, prefix] of ['00', '900', '9011', '011'].entries()) {
      hunt(run, prefix, 10 + i, '403 Forbidden', '198.51.100.1');
    }
    assert.equal(hunt(run, '+', 20, '200 OK', '198.51.100.9'), 0);
    assert.equal(hunt(run, '0', 21, '404 Not Found', '198.51.100.9'), 1);
  });

  test('are forgotten after two days', () => {
    const run = new CallerRun();
    hunt(run, '00', 0, '403 Forbidden');
    hunt(run, '900', DAY, '403 Forbidden');
    assert.equal(hunt(run, '9011', 2.5 * DAY, '403 Forbidden'), 2);
  });

  test('a busy number is no failure, and a challenge only where it is left lying', () => {
    const run = new CallerRun();
    assert.equal(hunt(run, '00', 0, '486 Busy Here'), 0);
    const text = run.send(request({ method: 'INVITE', user: '900441632960001' }), 1);
    run.reply(answer(text, '401 Unauthorized', [challenge('n1')]), 1);
    run.wait(10);
    assert.equal(run.of('number.dialled').at(-1)?.outcome, 'challenged');
    assert.equal(run.of('number.dialled').at(-1)?.number?.prefixes, 1);
  });
});

describe('calls from a strange network', () => {
  const HOME = '192.0.2.10';

  test('tell how long the account is registered there', () => {
    const run = new CallerRun();
    run.register(0, HOME);
    run.register(1000, CLIENT);
    assert.equal(run.call(GB, 1060).foreignFor, 60);
  });

  test('the telephone at home is not strange', () => {
    const run = new CallerRun();
    run.register(0, HOME);
    run.register(1000, CLIENT);
    assert.equal(run.call(GB, 1060, '200 OK', {}, HOME).foreignFor, undefined);
  });
});

describe('what is kept of callers', () => {
  const saved = (run: ObserverRun): SavedEntry[] =>
    [...run.observer.save()].filter(([section]) => section === 'caller' || section === 'hunted');

  function known(): CallerRun {
    const run = new CallerRun();
    run.call(GB, 0);
    run.call(US, 5, '200 OK', { headers: [credentials('1002', 'n', 'r')] });
    run.call(`00${SE.slice(1)}`, 10, '403 Forbidden', {}, '198.51.100.99');
    return run;
  }

  test('outlasts a restart', () => {
    const run = new CallerRun();
    const entries = JSON.parse(JSON.stringify(saved(known()))) as SavedEntry[];
    assert.equal(entries.length, 3);
    for (const entry of entries) assert.equal(run.observer.restore(entry), true);
    assert.deepEqual(saved(run), entries);
    const facts = run.call(GB, 100);
    assert.deepEqual([facts.newCountry, facts.countryKnownFor], [false, 100]);
    assert.equal(
      run.call(`+${SE.slice(1)}`, 200, '404 Not Found', {}, '198.51.100.98').prefixes,
      2,
    );
  });

  const DAMAGED: SavedEntry[] = [
    ['caller'],
    ['caller', 2, 5, 0, 1, []],
    ['caller', 1, -5, 0, 1, []],
    ['caller', 1, 5, 'x', 1, []],
    ['caller', 1, 5, 0, 1.5, []],
    ['caller', 1, 5, 0, 1, [['GB']]],
    ['caller', 1, 5, 0, 1, [['x'.repeat(99), 0]]],
    ['caller', 1, 5, 0, 1, Array.from({ length: 99 }, (_, i) => [`C${i}`, 0])],
    ['hunted', 5, [1, 2], [0]],
    ['hunted', 5, [1.5], [0]],
    ['hunted', 'x', [1], [0]],
  ];
  for (const entry of DAMAGED) {
    test(`not what is damaged: ${JSON.stringify(entry).slice(0, 60)}`, () => {
      const run = new CallerRun();
      assert.equal(run.observer.restore(entry), false);
      assert.deepEqual(saved(run), []);
    });
  }

  test('callers without credentials push out only their own kind', () => {
    const run = new CallerRun();
    run.call(GB, 0, '200 OK', { headers: [credentials('1002', 'n', 'r')] });
    for (let i = 0; i < 17_000; i++) {
      const text = run.send(request({ method: 'INVITE', user: '1002', fromUser: `n${i}` }), 1);
      run.reply(answer(text, '200 OK'), 1);
    }
    assert.ok(run.counters.callersEvicted > 0);
    assert.equal(
      run.call(GB, 2, '200 OK', { headers: [credentials('1002', 'n', 'r')] }).newCountry,
      false,
    );
  });

  test('sixty-four countries are told apart; who calls more is surprised by none', () => {
    const run = new CallerRun();
    const codes = countryCodes().filter(([code]) => !code.startsWith('1'));
    const facts = codes.slice(0, 80).map(([code], i) => run.call(`+${code}632960001`, i));
    assert.equal(facts[63]?.newCountry, true);
    assert.equal(facts[79]?.newCountry, false);
    assert.equal(facts[79]?.newCountries, 64);
  });

  test('a clock that is set back leaves no times to come', () => {
    const run = known();
    run.observer.setBack(-1000);
    assert.equal(run.call(GB, -900).countryKnownFor, 100);
  });
});

describe('a call that is passed on', () => {
  const leg = (run: ObserverRun, user: string, time: number, from: string, to: string) => {
    const text = request({ method: 'INVITE', user, fromUser: '1001' });
    run.send(text, time, from, to);
    run.send(answer(text, '404 Not Found'), time + 0.1, to, from);
    return run.of('number.dialled').at(-1)?.number;
  };

  test('is told from one that somebody makes himself, whatever comes before the number', () => {
    const run = new ObserverRun();
    assert.equal(leg(run, '9011441632960001', 0, CLIENT, SERVER)?.passedOn, false);
    assert.equal(leg(run, '+441632960001', 1, SERVER, '203.0.113.129')?.passedOn, true);
    assert.equal(leg(run, '+441632960002', 2, SERVER, '203.0.113.129')?.passedOn, false);
    assert.equal(leg(run, '+441632960001', 60, SERVER, '203.0.113.129')?.passedOn, false);
  });

  test('does not count as hunted', () => {
    const run = new ObserverRun();
    leg(run, '9011441632960001', 0, CLIENT, SERVER);
    assert.equal(leg(run, '+441632960001', 1, SERVER, '203.0.113.129')?.prefixes, 0);
  });
});
