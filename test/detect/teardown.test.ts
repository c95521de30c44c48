import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CallParties } from '../../src/detect/calls/call-parties.js';
import { Transaction } from '../../src/detect/transactions/transaction.js';
import { SipMessage } from '../../src/sip/message.js';
import { Counters } from '../../src/telemetry/counters.js';
import { addressText } from '../../src/wire/address.js';
import { Packet } from '../../src/wire/packet.js';
import { CLIENT, ObserverRun, SERVER } from '../support/observer-run.js';
import { answer, challenge, credentials, request } from '../support/sip-texts.js';

const CALLER = '192.0.2.10';
const PHONE = '192.0.2.20';
const INVITE = { method: 'INVITE', user: '1002', fromUser: '1001', callId: 'call', fromTag: 'a' };

/** A call from the caller to the server, which answers with the tag `s1`. */
function called(run: ObserverRun, contact = '192.0.2.20:5060'): void {
  const text = run.send(request(INVITE), 0, CALLER);
  const headers = [`Contact: <sip:1002@${contact}>`];
  run.send(answer(text, '200 OK', headers), 0, SERVER, CALLER);
}

interface Meddling {
  method?: string;
  callId?: string;
  fromTag?: string;
  toTag?: string;
  from?: string;
  status?: string;
}

function meddle(run: ObserverRun, time: number, meddling: Meddling = {}): void {
  const { method = 'BYE', callId = 'call', from = CLIENT, status } = meddling;
  const { fromTag = 'x', toTag = 'y' } = meddling;
  const text = request({ method, user: '1002', callId, fromTag, toTag, cseq: 9 });
  run.send(text, time, from);
  if (status !== undefined) run.send(answer(text, status), time, SERVER, from);
  run.wait(time + 3);
}

function intrusions(run: ObserverRun) {
  return run.of('dialog.intruded').map(({ source, method, status, outcome, dialog }) => ({
    source: addressText(source),
    method,
    status,
    outcome,
    known: dialog?.known,
    knowsTag: dialog?.knowsTag,
  }));
}

describe('who meddles with a call', () => {
  for (const method of ['BYE', 'CANCEL', 'REFER', 'UPDATE', 'INVITE']) {
    test(`${method} of a stranger without the tags`, () => {
      const run = new ObserverRun();
      called(run);
      meddle(run, 5, { method, status: '481 Call Does Not Exist' });
      assert.deepEqual(intrusions(run), [
        { source: CLIENT, method, status: 481, outcome: 'refused', known: true, knowsTag: false },
      ]);
    });
  }

  test('it is told as well where no answer comes, or where he is let in', () => {
    const run = new ObserverRun();
    called(run);
    meddle(run, 5);
    meddle(run, 10, { status: '200 OK' });
    assert.deepEqual(
      intrusions(run).map(({ outcome }) => outcome),
      ['silent', 'accepted'],
    );
  });

  test('who knows a tag is told so, and takes part once he was let in', () => {
    const run = new ObserverRun();
    called(run);
    meddle(run, 5, { method: 'UPDATE', fromTag: 'a', toTag: 's1', status: '200 OK' });
    meddle(run, 10, { fromTag: 'a', toTag: 's1', status: '200 OK' });
    assert.deepEqual(
      intrusions(run).map(({ method, knowsTag }) => [method, knowsTag]),
      [['UPDATE', true]],
    );
  });

  test('a call that nobody knows is told where the server says so', () => {
    const run = new ObserverRun();
    meddle(run, 5, { status: '481 Call Does Not Exist' });
    meddle(run, 10, { callId: 'other', status: '200 OK' }); // began before the sensor did
    meddle(run, 15, { callId: 'third' });
    const [first, ...more] = intrusions(run);
    assert.deepEqual([first?.known, first?.status, more], [false, 481, []]);
  });

  test('different calls have different marks', () => {
    const run = new ObserverRun();
    for (let i = 0; i < 5; i++) {
      meddle(run, 5 * i, { callId: `c${i}`, status: '481 Call Does Not Exist' });
    }
    const calls = run.of('dialog.intruded').map(({ dialog }) => dialog?.call);
    assert.equal(new Set(calls).size, 5);
  });
});

interface Innocent {
  name: string;
  play: (run: ObserverRun) => void;
}

const INNOCENTS: Innocent[] = [
  {
    name: 'caller and server, whatever their tags are',
    play(run) {
      meddle(run, 5, { from: CALLER, status: '481 Call Does Not Exist' });
      const text = request({ method: 'BYE', callId: 'call', fromTag: 'z', toTag: 'z' });
      run.send(text, 9, SERVER, CALLER);
      run.send(answer(text, '481 Call Does Not Exist'), 9, CALLER, SERVER);
    },
  },
  {
    name: 'the called telephone, which Contact names',
    play: (run) => meddle(run, 5, { from: PHONE, status: '481 Call Does Not Exist' }),
  },
  {
    name: 'a telephone that is registered at the server',
    play(run) {
      const from = '192.0.2.30';
      const text = run.send(request({ method: 'REGISTER', user: '1003' }), 1, from);
      run.send(answer(text, '200 OK'), 1, SERVER, from);
      meddle(run, 5, { from, status: '481 Call Does Not Exist' });
    },
  },
  {
    name: 'the registrar of the host that it speaks to',
    play(run) {
      const from = '192.0.2.40';
      const text = run.send(request({ method: 'REGISTER', user: '1003' }), 1, SERVER, from);
      run.send(answer(text, '200 OK'), 1, from, SERVER);
      meddle(run, 5, { from, status: '481 Call Does Not Exist' });
    },
  },
  {
    name: 'a call with a Call-ID that was there before, and answered',
    play(run) {
      const text = run.send(request({ ...INVITE, fromTag: 'other' }), 1, CLIENT);
      run.reply(answer(text, '180 Ringing'), 1);
      meddle(run, 5, { status: '481 Call Does Not Exist' });
    },
  },
  {
    name: 'requests that begin something',
    play(run) {
      for (const method of ['REFER', 'UPDATE', 'NOTIFY', 'MESSAGE']) {
        const text = run.send(request({ method, callId: 'call' }), 5);
        run.reply(answer(text, '481 Call Does Not Exist'), 5);
      }
    },
  },
];

describe('who does not', () => {
  for (const { name, play } of INNOCENTS) {
    test(name, () => {
      const run = new ObserverRun();
      called(run);
      play(run);
      run.wait(20);
      assert.deepEqual(intrusions(run), []);
      assert.ok(run.said.length > 0);
    });
  }

  test('who asks in vain for a Call-ID of others is no party of it', () => {
    const run = new ObserverRun();
    called(run);
    const text = run.send(request({ ...INVITE, fromTag: 'other' }), 1, CLIENT);
    run.reply(answer(text, '403 Forbidden'), 1);
    meddle(run, 5, { status: '481 Call Does Not Exist' });
    assert.equal(intrusions(run).length, 1);
  });
});

/** The phone ends a call with a host, which asks it for credentials; it gives them. */
function leak(run: ObserverRun, host: string, phone: string, later = 1): void {
  const bye = { method: 'BYE', callId: 'leak', toTag: 'x', user: '100' };
  const first = run.send(request(bye), 10, phone, host);
  const status = '407 Proxy Authentication Required';
  const asks = challenge('1a2b').replace('WWW', 'Proxy');
  run.send(answer(first, status, [asks]), 10, host, phone);
  const login = credentials('1001', '1a2b', 'c0ffee').replace('Auth', 'Proxy-Auth');
  const again = run.send(request({ ...bye, cseq: 2, headers: [login] }), 10 + later, phone, host);
  run.send(answer(again, '200 OK'), 10 + later, host, phone);
}

function registered(run: ObserverRun, phone: string, server: string): void {
  const text = request({
    method: 'REGISTER',
    user: '1001',
    headers: [`Contact: <sip:1@${phone}>`],
  });
  run.send(text, 0, phone, server);
  run.send(answer(text, '200 OK', [`Contact: <sip:1@${phone}>;expires=3600`]), 0, server, phone);
}

/** A host calls the phone directly. */
function rung(run: ObserverRun, host: string, phone: string): void {
  run.send(request({ method: 'INVITE', user: '1001', callId: 'leak' }), 5, host, phone);
}

describe('who asks a telephone for its password', () => {
  test('a stranger is accused, not the telephone', () => {
    const run = new ObserverRun();
    registered(run, PHONE, SERVER);
    leak(run, CLIENT, PHONE);
    const [asked] = run.of('challenge.from_stranger');
    const [leaked] = run.of('credentials.leaked');
    for (const said of [asked!, leaked!]) {
      assert.equal(addressText(said.source), CLIENT);
      assert.equal(addressText(said.target), PHONE);
      assert.deepEqual([said.sourcePort, said.targetPort, said.method], [5060, 5060, 'BYE']);
    }
    assert.equal(asked?.status, 407);
    assert.equal(leaked?.account, '1001');
  });

  test('credentials that come much later have another reason', () => {
    const run = new ObserverRun();
    rung(run, CLIENT, PHONE);
    leak(run, CLIENT, PHONE, 100);
    assert.equal(run.of('challenge.from_stranger').length, 1);
    assert.deepEqual(run.of('credentials.leaked'), []);
  });

  const BYE = { method: 'BYE', callId: 'leak', toTag: 'x', user: '100' };
  const ASKS = challenge('1a2b').replace('WWW', 'Proxy');
  const LOGIN = credentials('1001', '1a2b', 'c0ffee').replace('Auth', 'Proxy-Auth');

  test('a challenge of which the BYE was not seen counts', () => {
    const run = new ObserverRun();
    rung(run, CLIENT, PHONE);
    const lost = request(BYE);
    run.send(answer(lost, '407 Proxy Authentication Required', [ASKS]), 10, CLIENT, PHONE);
    run.send(request({ ...BYE, cseq: 2, headers: [LOGIN] }), 11, PHONE, CLIENT);
    assert.deepEqual(run.of('challenge.from_stranger'), []);
    assert.equal(run.of('credentials.leaked').length, 1);
  });

  test('and so does a BYE with credentials of which the challenge was not seen', () => {
    const run = new ObserverRun();
    registered(run, PHONE, SERVER);
    run.send(request({ ...BYE, headers: [LOGIN] }), 11, PHONE, CLIENT);
    assert.equal(run.of('credentials.leaked').length, 1);
  });

  test('not where calls are to be seen and this one was not: one forged packet would tell', () => {
    const run = new ObserverRun();
    registered(run, PHONE, SERVER);
    for (const i of [1, 2, 3]) registered(run, `192.0.2.10${i}`, SERVER);
    run.send(request({ ...BYE, headers: [LOGIN] }), 11, PHONE, CLIENT);
    assert.deepEqual(run.of('credentials.leaked'), []);
  });

  test('a server that challenges the BYE of a call that nobody made is no thief', () => {
    const run = new ObserverRun();
    leak(run, SERVER, CLIENT);
    assert.deepEqual(run.of('challenge.from_stranger'), []);
    assert.deepEqual(run.of('credentials.leaked'), []);
  });

  test('a forged challenge does not make one of a server where the telephone logs in then', () => {
    const run = new ObserverRun();
    run.send(answer(request(BYE), '401 Unauthorized', [challenge('n')]), 10, SERVER, PHONE);
    const login = credentials('1001', '1a2b', 'c0ffee');
    run.send(request({ method: 'REGISTER', headers: [login] }), 11, PHONE, SERVER);
    assert.deepEqual(run.of('credentials.leaked'), []);
  });

  test('but not of a telephone of which nobody knows where it is registered', () => {
    const run = new ObserverRun();
    run.send(request({ ...BYE, headers: [LOGIN] }), 11, PHONE, CLIENT);
    assert.deepEqual(run.of('credentials.leaked'), []);
  });

  const KNOWN: [name: string, host: string, phone: string, play: (run: ObserverRun) => void][] = [
    ['the registrar', SERVER, PHONE, (run) => registered(run, PHONE, SERVER)],
    ['a proxy beside it', '203.0.113.77', PHONE, (run) => registered(run, PHONE, SERVER)],
    ['a neighbour in a private network', '10.0.0.1', '10.0.0.20', () => {}],
    [
      'a server that took a call of the telephone',
      SERVER,
      PHONE,
      (run) => {
        const text = run.send(request(INVITE), 0, PHONE);
        run.send(answer(text, '200 OK'), 0, SERVER, PHONE);
      },
    ],
  ];
  for (const [name, host, phone, play] of KNOWN) {
    test(`${name} may ask`, () => {
      const run = new ObserverRun();
      play(run);
      leak(run, host, phone);
      assert.deepEqual(run.of('challenge.from_stranger'), []);
      assert.deepEqual(run.of('credentials.leaked'), []);
    });
  }

  test('and so may anybody who is called, or asked for something', () => {
    const run = new ObserverRun();
    for (const method of ['INVITE', 'SUBSCRIBE', 'OPTIONS', 'REGISTER']) {
      const text = run.send(request({ method }), 1, PHONE, CLIENT);
      run.send(answer(text, '401 Unauthorized', [challenge('n')]), 1, CLIENT, PHONE);
    }
    assert.deepEqual(run.of('challenge.from_stranger'), []);
  });
});

describe('the table of calls', () => {
  test('forgets the one that was used longest ago, and says so', () => {
    const counters = new Counters();
    const parties = new CallParties(counters, 2);
    const keys = ['first', 'second', 'third'].map((callId) => {
      const buf = Buffer.from(request({ ...INVITE, callId }));
      const message = new SipMessage();
      message.reset(buf, 0, buf.length);
      parties.invited(new Transaction(new Packet(), 'INVITE'), message);
      return parties.keyOf(message);
    });
    assert.deepEqual(
      keys.map((key) => parties.isKnown(key)),
      [false, true, true],
    );
    assert.equal(counters.partiesEvicted, 1);
    assert.equal(parties.table().entries, 2);
  });
});
