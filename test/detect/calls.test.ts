import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CallFacts } from '../../src/detect/calls/call-facts.js';
import { CallRun, only, PHONE, REGISTRAR, registers, STRANGER } from '../support/call-run.js';
import { ObserverRun } from '../support/observer-run.js';
import { answer, request } from '../support/sip-texts.js';

interface EndCase {
  name: string;
  play: (call: CallRun) => void;
  rang: number | undefined;
  talked: number | undefined;
  by: CallFacts['endedBy'];
}

const ENDS: EndCase[] = [
  {
    name: 'rings and is cancelled',
    play: (call) =>
      call.begin(1).says('180 Ringing', 2).cancel(5).says('487 Request Terminated', 5.1),
    rang: 3,
    talked: undefined,
    by: 'caller',
  },
  {
    name: 'rings and is cancelled, and the 487 is lost',
    play: (call) => call.begin(1).says('180 Ringing', 2).cancel(5).run.wait(30),
    rang: 3,
    talked: undefined,
    by: 'caller',
  },
  {
    name: 'rings and is declined',
    play: (call) => call.begin(1).says('180 Ringing', 2).says('603 Decline', 6),
    rang: 4,
    talked: undefined,
    by: 'callee',
  },
  {
    name: 'rings until the server has enough',
    play: (call) => call.begin(1).says('180 Ringing', 2).says('408 Request Timeout', 32),
    rang: 30,
    talked: undefined,
    by: 'nobody',
  },
  {
    name: 'rings, and the caller is gone',
    play: (call) => call.begin(1).says('180 Ringing', 2).run.wait(400),
    rang: 180,
    talked: undefined,
    by: 'nobody',
  },
  {
    name: 'is answered at once; the caller hangs up',
    play: (call) => call.begin(1).says('200 OK', 1.5).ack(1.6).bye('caller', 31.5),
    rang: 0,
    talked: 30,
    by: 'caller',
  },
  {
    name: 'is answered; the callee hangs up',
    play: (call) =>
      call.begin(1).says('180 Ringing', 2).says('200 OK', 4).ack(4.1).bye('callee', 7),
    rang: 2,
    talked: 3,
    by: 'callee',
  },
  {
    name: 'is answered though it was cancelled at the same moment',
    play: (call) =>
      call.begin(1).says('180 Ringing', 2).cancel(3).says('200 OK', 3.1).bye('caller', 3.3),
    rang: 1.1,
    talked: 0.2,
    by: 'caller',
  },
  {
    name: 'is asked for again with everything sent twice',
    play(call) {
      call.begin(1).begin(1.5).says('180 Ringing', 2).says('180 Ringing', 2.5);
      call.says('200 OK', 4).says('200 OK', 4.5).ack(4.6).ack(4.7);
      call.bye('callee', 10).bye('callee', 10.5);
    },
    rang: 2,
    talked: 6,
    by: 'callee',
  },
  {
    name: 'is changed under way by a re-INVITE of either side',
    play(call) {
      call.begin(1).says('180 Ringing', 2).says('200 OK', 4).ack(4.1);
      const { run, from, to } = call;
      const own = { callId: /Call-ID: (.*)\r/.exec(call.invite)![1]!, method: 'INVITE' };
      run.send(request({ ...own, cseq: 2, toTag: 's1' }), 10, from, to);
      const back = request({ ...own, cseq: 7, fromTag: 's1', toTag: 'f1' });
      run.send(back, 20, to, from);
      run.send(answer(back, '200 OK'), 20.1, from, to);
      call.bye('caller', 34);
    },
    rang: 2,
    talked: 30,
    by: 'caller',
  },
  {
    name: 'lost its BYE',
    play: (call) => call.begin(1).says('200 OK', 2).ack(2.1).run.wait(10_000),
    rang: 0,
    talked: 7200,
    by: 'nobody',
  },
];

describe('a call', () => {
  for (const { name, play, rang, talked, by } of ENDS) {
    test(name, () => {
      const run = new ObserverRun();
      play(new CallRun(run));
      run.wait(20_000);
      const { call } = only(run.of('call.ended'));
      const round = (value: number | undefined) =>
        value === undefined ? undefined : Math.round(value * 1000) / 1000;
      assert.deepEqual(
        [round(call?.rangFor), round(call?.talkedFor), call?.endedBy],
        [rang, talked, by],
      );
      assert.equal(run.of('endpoint.rung').length, 1);
      assert.equal(run.of('call.answered').length, talked === undefined ? 0 : 1);
    });
  }

  test('that never rings is told by none', () => {
    for (const status of ['404 Not Found', '486 Busy Here', '401 Unauthorized', '100 Trying']) {
      const run = new ObserverRun();
      new CallRun(run).begin(1).says(status, 1.1);
      run.wait(1000);
      for (const name of ['endpoint.rung', 'call.answered', 'call.ended'] as const) {
        assert.equal(run.of(name).length, 0, status);
      }
    }
  });

  test('that is cancelled before it rings, or ends without a CANCEL, is no doing of the caller', () => {
    const run = new ObserverRun();
    new CallRun(run).begin(1).cancel(1.1).says('487 Request Terminated', 1.2);
    run.wait(10);
    assert.equal(run.of('call.ended').length, 0);
    new CallRun(run).begin(11).says('180 Ringing', 11.1).says('487 Request Terminated', 12);
    assert.equal(only(run.of('call.ended')).call?.endedBy, 'nobody');
  });

  test('to a group: each telephone rings, and those cancelled are known to ring along', () => {
    const run = new ObserverRun();
    const calls = [1, 2, 3].map(
      (i) => new CallRun(run, { to: `192.0.2.${i}`, caller: '+441632960018' }),
    );
    for (const call of calls) call.begin(1).says('180 Ringing', 1.1);
    calls[0]!.says('200 OK', 4);
    for (const call of calls.slice(1)) call.cancel(4.1).says('487 Request Terminated', 4.2);
    assert.equal(run.of('endpoint.rung').length, 3);
    assert.equal(run.of('call.ended').at(-1)?.call?.recent?.abandonedShare, undefined);
  });

  test('of a tool that has one Call-ID and tag for all: each telephone has a call of its own', () => {
    const run = new ObserverRun();
    const calls = [1, 2, 3].map((i) => new CallRun(run, { to: `192.0.2.${i}`, callId: 'same' }));
    for (const call of calls) call.begin(1).says('180 Ringing', 1.1);
    for (const call of calls) call.cancel(3).says('487 Request Terminated', 3.1);
    assert.equal(run.of('endpoint.rung').length, 3);
    assert.deepEqual(
      run.of('call.ended').map(({ call }) => call?.endedBy),
      ['caller', 'caller', 'caller'],
    );
  });

  test('that forks: two telephones ring behind one address with tags of their own', () => {
    const run = new ObserverRun();
    const call = new CallRun(run).begin(1);
    for (const tag of ['s1', 's2']) {
      const ringing = answer(call.invite, '180 Ringing').replace('tag=s1', `tag=${tag}`);
      run.send(ringing, 2, PHONE, STRANGER);
    }
    call.says('200 OK', 3).ack(3.1).bye('caller', 20);
    assert.equal(run.of('endpoint.rung').length, 1);
    assert.equal(only(run.of('call.ended')).call?.talkedFor, 17);
  });
});

describe('a mirror that shows one direction', () => {
  test('requests only: a CANCEL says that it rang, an ACK of its own branch that it was answered', () => {
    const run = new ObserverRun();
    new CallRun(run).begin(1).cancel(4);
    run.wait(10);
    assert.equal(only(run.of('endpoint.rung')).call?.seen, 'requests');
    assert.equal(only(run.of('call.ended')).call?.endedBy, 'caller');
    new CallRun(run).begin(20).ack(24).bye('callee', 30);
    assert.equal(run.of('call.answered').length, 1);
    assert.equal(run.of('call.ended').at(-1)?.call?.talkedFor, 6);
  });

  test('requests only: an INVITE to a telephone that registers is taken to ring it', () => {
    const run = new ObserverRun();
    run.send(request({ method: 'REGISTER' }), 0, PHONE, REGISTRAR);
    run.wait(5);
    new CallRun(run).begin(10);
    new CallRun(run, { from: REGISTRAR }).begin(10);
    run.wait(20);
    assert.deepEqual(
      run.of('endpoint.rung').map(({ call }) => [call?.seen, call?.expected]),
      [
        ['requests', undefined],
        ['requests', 'registrar'],
      ],
    );
  });

  test('replies only: a telephone that says 180 rings for whom it says so to', () => {
    const run = new ObserverRun();
    new CallRun(run).says('180 Ringing', 1).says('487 Request Terminated', 4);
    const { call, source, target } = only(run.of('call.ended'));
    assert.deepEqual([call?.seen, call?.rangFor, call?.endedBy], ['replies', 3, 'caller']);
    assert.notEqual(source, target);
    assert.equal(run.said.at(-1)?.source, run.of('endpoint.rung')[0]?.source);
  });

  test('a reply that nobody asked for makes no caller of a host whose packets are seen', () => {
    const run = new ObserverRun();
    registers(run);
    const unasked = { from: PHONE, to: STRANGER };
    new CallRun(run, unasked).says('180 Ringing', 1).says('200 OK', 2);
    run.wait(5);
    assert.deepEqual(run.of('endpoint.rung'), []);
    new CallRun(run, { from: STRANGER, to: PHONE }).begin(10).says('180 Ringing', 11);
    assert.equal(only(run.of('endpoint.rung')).call?.expected, undefined); // no friend of the phone
  });

  test('where replies are to be seen, a CANCEL without one proves nothing', () => {
    const run = new ObserverRun();
    for (const i of [1, 2, 3]) {
      const asked = run.send(request(), 0, `192.0.2.10${i}`, REGISTRAR);
      run.send(answer(asked, '200 OK'), 0.1, REGISTRAR, `192.0.2.10${i}`);
    }
    new CallRun(run).begin(1).cancel(4);
    run.wait(100);
    assert.equal(run.of('endpoint.rung').length, 0);
  });
});

interface GroundCase {
  name: string;
  prepare?: (run: ObserverRun) => void;
  from?: string;
  to?: string;
  callee?: string;
  headers?: readonly string[];
  expected: CallFacts['expected'];
  registers?: boolean;
  toContact?: boolean;
}

const GROUNDS: GroundCase[] = [
  {
    name: 'a stranger who tries extensions',
    prepare: (run) => registers(run),
    callee: '100',
    expected: undefined,
    registers: true,
  },
  {
    name: 'a stranger who hit the extension: it is no secret',
    prepare: (run) => registers(run),
    expected: undefined,
    registers: true,
    toContact: true,
  },
  {
    name: 'a standby proxy elsewhere, by an extension that is no secret',
    prepare: (run) => registers(run),
    headers: ['Record-Route: <sip:192.0.2.99;lr>'],
    expected: 'contact',
    registers: true,
    toContact: true,
  },
  { name: 'a stranger, to a telephone that was never seen to register', expected: undefined },
  {
    name: 'where it registers',
    prepare: (run) => registers(run),
    from: REGISTRAR,
    expected: 'registrar',
    registers: true,
    toContact: true,
  },
  {
    name: 'the host beside its registrar',
    prepare: (run) => registers(run),
    from: '203.0.113.77',
    expected: 'proxy',
    registers: true,
    toContact: true,
  },
  {
    name: 'a registrar of three others',
    prepare(run) {
      registers(run);
      for (const i of [1, 2, 3]) {
        registers(run, 0.2, { phone: `192.0.2.10${i}`, registrar: '198.51.100.99' });
      }
    },
    from: '198.51.100.99',
    expected: 'proxy',
    registers: true,
    toContact: true,
  },
  {
    name: 'a standby proxy elsewhere that has the contact',
    prepare: (run) => registers(run, 0, { contact: `sip:k3x9q2zw@${PHONE}:5060` }),
    callee: 'k3x9q2zw',
    expected: 'contact',
    registers: true,
    toContact: true,
  },
  {
    name: 'a stranger who guesses the user, not the contact',
    prepare: (run) => registers(run, 0, { contact: `sip:k3x9q2zw@${PHONE}:5060` }),
    expected: undefined,
    registers: true,
  },
  {
    name: 'whom the telephone has called',
    prepare(run) {
      registers(run);
      const back = new CallRun(run, { from: PHONE, to: STRANGER }).begin(0.3);
      back.says('200 OK', 0.4).bye('caller', 0.5);
    },
    expected: 'peer',
    registers: true,
    toContact: true,
  },
  {
    name: 'with whom it has talked for a minute',
    prepare(run) {
      new CallRun(run)
        .begin(0.1)
        .says('200 OK', 0.2)
        .bye('callee', 0.3 + 60);
      run.said.length = 0;
    },
    expected: 'peer',
  },
  {
    name: 'a door station on the same site',
    from: '10.1.9.9',
    to: '10.1.2.3',
    expected: 'network',
  },
  {
    name: 'a private address of another site',
    from: '10.2.0.1',
    to: '10.1.2.3',
    expected: undefined,
  },
  {
    name: 'IPv6, within one site',
    from: '[fd00:1:2:3::1]:5060',
    to: '[fd00:1:2:4::1]:5060',
    expected: 'network',
  },
];

describe('the ground on which somebody calls', () => {
  for (const { name, prepare, from, to, callee = '1001', headers = [], ...facts } of GROUNDS) {
    test(name, () => {
      const run = new ObserverRun();
      prepare?.(run);
      run.said.length = 0;
      const ends = { ...(from && { from }), ...(to && { to }), callee, headers };
      new CallRun(run, { ...ends, caller: '555' }).begin(100).says('180 Ringing', 101);
      const { call } = only(run.of('endpoint.rung'));
      assert.equal(call?.expected, facts.expected);
      assert.equal(call?.endpointRegisters, facts.registers ?? false);
      assert.equal(call?.toContact, facts.toContact ?? false);
    });
  }

  test('a server is no telephone: that it rings is no event of its own', () => {
    const run = new ObserverRun();
    registers(run);
    new CallRun(run, { to: REGISTRAR }).begin(1).says('180 Ringing', 2).says('200 OK', 3);
    assert.equal(run.of('endpoint.rung').length, 0);
    assert.equal(only(run.of('call.answered')).call?.toEndpoint, false);
  });

  test('who calls itself by its own name, and over which way, is known', () => {
    const run = new ObserverRun();
    const headers = ['Record-Route: <sip:203.0.113.9;lr>'];
    new CallRun(run, { caller: '1001', headers }).begin(1).says('180 Ringing', 2);
    const { call } = only(run.of('endpoint.rung'));
    assert.deepEqual([call?.sameUser, call?.hasRecordRoute], [true, true]);
  });
});
