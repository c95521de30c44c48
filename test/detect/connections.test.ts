import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TcpFlag, Transport } from '../../src/wire/packet.js';
import { CLIENT, ObserverRun, SERVER } from '../support/observer-run.js';
import { answer, request } from '../support/sip-texts.js';

const { Fin, Syn, Rst, Ack, Psh } = TcpFlag;
const V6_SERVER = '[2001:db8::5]';

/** Each outcome with its time and the frame that decided. */
function told(run: ObserverRun): string[] {
  return run
    .of('target.probed')
    .map(({ method, outcome, time, frameNumber }) => `${method} ${outcome} ${time} ${frameNumber}`);
}

describe('an attempt to connect', () => {
  interface Case {
    what: string;
    play: (run: ObserverRun) => void;
    tells: string[];
  }
  const open = (run: ObserverRun) => {
    run.syn(0);
    run.accept(0.5);
  };
  const cases: Case[] = [
    {
      what: 'that nothing answers is met by silence',
      play: (run) => run.syn(0),
      tells: ['SYN silent 4 0'],
    },
    {
      what: 'that is sent again after one and three seconds is one attempt',
      play(run) {
        for (const time of [0, 1, 3]) run.syn(time);
      },
      tells: ['SYN silent 4 0'],
    },
    {
      what: 'that the server refuses is unreachable',
      play(run) {
        run.syn(0);
        run.refuse(0.5);
      },
      tells: ['SYN unreachable 0.5 2'],
    },
    {
      what: 'is not refused by a RST that acknowledges something else',
      play(run) {
        run.syn(0);
        run.refuse(0.5, CLIENT, SERVER, 1002);
        run.segment({ flags: Rst, seq: 0 }, 0.6, SERVER, CLIENT);
      },
      tells: ['SYN silent 4 0'],
    },
    {
      what: 'that is mirrored twice, in whatever order, is one attempt',
      play(run) {
        for (const time of [0, 0.01]) {
          run.syn(time);
          run.accept(time + 0.001);
          run.segment({ flags: Rst, seq: 1001 }, time + 0.002);
        }
      },
      tells: ['SYN opened 0.002 3'],
    },
    {
      what: 'that is refused and sent again half a second later is one attempt',
      play(run) {
        for (const time of [0, 0.5, 1]) {
          run.syn(time);
          run.refuse(time + 0.001);
        }
      },
      tells: ['SYN unreachable 0.001 2'],
    },
    {
      what: 'anew with the same number, long after it was refused, is another one',
      play(run) {
        for (const time of [0, 8]) {
          run.syn(time);
          run.refuse(time + 0.5);
        }
      },
      tells: ['SYN unreachable 0.5 2', 'SYN unreachable 8.5 4'],
    },
    {
      what: 'that ICMP quotes is unreachable',
      play(run) {
        run.syn(0);
        run.unreachable(0.5, Transport.Tcp);
      },
      tells: ['SYN unreachable 0.5 2'],
    },
    {
      what: 'that is accepted, and then reset by the client, was opened',
      play(run) {
        open(run);
        run.segment({ flags: Rst, seq: 1001 }, 0.6);
      },
      tells: ['SYN opened 0.6 3'],
    },
    {
      what: 'that the client ends without a byte was opened',
      play(run) {
        open(run);
        run.client({}, 0.6);
        run.client({ flags: Fin | Ack }, 0.7);
      },
      tells: ['SYN opened 0.7 4'],
    },
    ...[Rst | Ack, Fin | Ack].map((flags) => ({
      what: `that the server ends (${flags}) without a byte from the client was opened`,
      play(run: ObserverRun) {
        open(run);
        run.client({}, 0.6);
        run.segment({ flags, seq: 5001, ack: 1001 }, 0.7, SERVER, CLIENT);
      },
      tells: ['SYN opened 0.7 4'],
    })),
    {
      what: 'that idles for ten seconds after it was accepted was opened',
      play(run) {
        open(run);
        run.client({}, 0.6);
      },
      tells: ['SYN opened 10.5 0'],
    },
    {
      what: 'is still idle when the client sends keep-alives without a byte of its own',
      play(run) {
        open(run);
        run.client({ seq: 1000, length: 1 }, 5);
        run.client({ seq: 1000 }, 6);
      },
      tells: ['SYN opened 10.5 0'],
    },
    {
      what: 'says nothing when the client sends bytes',
      play(run) {
        open(run);
        run.client({ flags: Psh | Ack, length: 2 }, 0.6);
        run.client({ flags: Fin | Ack, seq: 1003 }, 0.7);
      },
      tells: [],
    },
    {
      what: 'says nothing when the client has sent bytes that the mirror missed',
      play(run) {
        open(run);
        run.client({ flags: Fin | Ack, seq: 1400 }, 0.7);
      },
      tells: [],
    },
    {
      what: 'whose SYN carries bytes that the server takes says nothing',
      play(run) {
        run.segment({ flags: Syn, seq: 1000, length: 300 }, 0);
        run.accept(0.1, CLIENT, SERVER, 1301);
      },
      tells: [],
    },
    {
      what: 'whose SYN carries bytes is refused for all of them',
      play(run) {
        run.segment({ flags: Syn, seq: 1000, length: 300 }, 0);
        run.refuse(0.1, CLIENT, SERVER, 1301);
      },
      tells: ['SYN unreachable 0.1 2'],
    },
    {
      what: 'that begins anew under the same ports is another one',
      play(run) {
        run.syn(0);
        run.syn(1, CLIENT, SERVER, 77_000);
        run.refuse(1.5, CLIENT, SERVER, 77_001);
      },
      tells: ['SYN silent 1 2', 'SYN unreachable 1.5 3'],
    },
    {
      what: 'whose sequence number wraps is followed',
      play(run) {
        run.syn(0, CLIENT, SERVER, 0xffffffff);
        run.accept(0.5, CLIENT, SERVER, 0);
        run.client({ seq: 0, length: 10 }, 0.6);
      },
      tells: [],
    },
    {
      what: 'is not ended by what the client alone says while nobody has answered',
      play(run) {
        run.syn(0);
        run.client({ flags: Psh | Ack, length: 400 }, 0.1);
        run.client({ flags: Rst, seq: 1001 }, 0.2);
      },
      tells: ['SYN silent 4 0'],
    },
    {
      what: 'is not answered by ICMP once it is accepted',
      play(run) {
        open(run);
        run.unreachable(0.6, Transport.Tcp);
        run.client({ length: 5 }, 0.7);
      },
      tells: [],
    },
  ];
  for (const { what, play, tells } of cases) {
    test(what, () => {
      const run = new ObserverRun();
      play(run);
      run.wait(60);
      assert.deepEqual(told(run), tells);
      const contacts = run.of('target.contacted');
      assert.ok(contacts.length === 1 || what.includes('anew'));
      const [first] = contacts;
      assert.deepEqual([first?.method, first?.transport, first?.time], ['SYN', Transport.Tcp, 0]);
      assert.equal(run.observer.tables().find(({ table }) => table === 'connections')?.entries, 0);
    });
  }

  test('over IPv6, and between the same ports of two hosts, is told apart', () => {
    const run = new ObserverRun();
    const hosts = ['2001:db8::1', '2001:db8::2', '2001:db8::9'];
    for (const host of hosts) run.syn(0, `[${host}]`, V6_SERVER);
    run.refuse(0.5, `[${hosts[1]}]`, V6_SERVER);
    run.wait(60);
    assert.deepEqual(
      run.of('target.probed').map(({ outcome }) => outcome),
      ['unreachable', 'silent', 'silent'],
    );
  });

  test('is told in the order of time, between requests and challenges', () => {
    const outcomesIn = (steps: number[]) => {
      const run = new ObserverRun();
      run.syn(0);
      run.syn(0.25, `${CLIENT}:5061`);
      run.accept(0.5, `${CLIENT}:5061`);
      run.send(request(), 1);
      run.send(request(), 2.5);
      run.syn(6, `${CLIENT}:5062`);
      for (const time of steps) run.wait(time);
      assert.deepEqual(
        run.said.map(({ time }) => time),
        run.said.map(({ time }) => time).sort((a, b) => a - b),
      );
      return told(run);
    };
    const expected = [
      'OPTIONS silent 3 0',
      'SYN silent 4 0',
      'OPTIONS silent 4.5 0',
      'SYN silent 10 0',
      'SYN opened 10.5 0',
    ];
    for (const steps of [[100], [7, 8, 9, 10, 11], [6.1, 10.2, 10.4, 10.5, 10.6]]) {
      assert.deepEqual(outcomesIn(steps), expected);
    }
  });

  test('is not waited for until a time that was never to come, when the clock is set back', () => {
    const run = new ObserverRun();
    run.syn(90_000);
    run.syn(90_001, `${CLIENT}:5061`);
    run.accept(90_001.5, `${CLIENT}:5061`);
    run.observer.setBack(10);
    run.syn(11, `${CLIENT}:5062`);
    run.wait(60);
    assert.deepEqual(told(run), ['SYN silent 14 0', 'SYN silent 15 0', 'SYN opened 20 0']);
  });
});

describe('what a connection shows of its client', () => {
  test('a handshake proves the return path, and nothing less does', () => {
    const run = new ObserverRun();
    run.syn(0);
    run.accept(0.1);
    run.client({ ack: 5000 }, 0.2);
    run.client({ ack: 5002 }, 0.2);
    run.segment({ flags: Rst, seq: 1001 }, 0.3);
    assert.equal(run.profile().returnPath, false);
    run.syn(1, CLIENT, SERVER, 77_000);
    run.accept(1.1, CLIENT, SERVER, 77_001);
    run.client({ seq: 77_001, length: 400 }, 1.2);
    assert.equal(run.profile().returnPath, true);
  });

  test('a refusal with RST and ACK proves nothing: firewalls answer an uninvited SYN-ACK so', () => {
    const run = new ObserverRun();
    run.syn(0);
    run.accept(0.1);
    run.segment({ flags: Rst | Ack, seq: 1001, ack: 5001 }, 0.2);
    assert.equal(run.profile().returnPath, false);
  });

  test('a client that nobody answered proves nothing by the end of a handshake', () => {
    const run = new ObserverRun();
    run.syn(0);
    run.client({ ack: 5001 }, 0.1);
    assert.equal(run.profile().returnPath, false);
  });

  test('an accepted connection is an answer to connections, and not to messages', () => {
    const run = new ObserverRun();
    run.syn(0);
    run.accept(0.1);
    const { openShare, answeredShare, twoWay } = run.said.at(-1)!.standing();
    assert.deepEqual([openShare, answeredShare, twoWay], [1, 0, true]);
    run.send(answer(run.send(request(), 1), '200 OK'), 1.1, SERVER, CLIENT);
    const after = run.said.at(-1)!.standing();
    assert.deepEqual([after.openShare, after.answeredShare], [1, 1]);
    assert.equal(run.profile().openTargets, 1);
  });

  test('connections without a byte are counted as long as they are', () => {
    const run = new ObserverRun();
    for (const port of [5061, 5062, 5063]) run.syn(0, `${CLIENT}:${port}`);
    run.accept(0.1, `${CLIENT}:5062`);
    run.client({ length: 4 }, 0.2, `${CLIENT}:5062`);
    assert.equal(run.profile().bareConnections, 2);
  });

  test('TLS is a contact, and an answer where a connection was accepted', () => {
    const run = new ObserverRun();
    const other = '203.0.113.6';
    run.syn(0, `${CLIENT}:4000`, `${SERVER}:5061`);
    run.accept(0.1, `${CLIENT}:4000`, `${SERVER}:5061`);
    run.encrypted(0.3, `${CLIENT}:4000`, `${SERVER}:5061`);
    run.encrypted(0.4, CLIENT, other);
    assert.deepEqual(
      run.said.map(({ name, method, targetPort }) => `${name} ${method} ${targetPort}`),
      ['target.contacted SYN 5061', 'target.contacted TLS 5061', 'target.contacted TLS 5060'],
    );
    assert.equal(run.profile().tlsConnections, 2);
    const { answeredShare, targetsTried } = run.said.at(-1)!.standing();
    assert.deepEqual([targetsTried, answeredShare], [2, 0.5]);
    run.send(request(), 1, SERVER, CLIENT);
    assert.equal(run.said.at(-1)!.standing().servesTargetTls, true);
    run.send(request(), 1, other, CLIENT);
    assert.equal(run.said.at(-1)!.standing().servesTargetTls, false);
  });
});

describe('a flood of SYNs from forged addresses', () => {
  test('fills its own table and no more, proves nothing, and leaves the settled alone', () => {
    const run = new ObserverRun();
    run.syn(0, `${CLIENT}:4000`);
    run.accept(0.1, `${CLIENT}:4000`);
    run.client({ length: 4 }, 0.2, `${CLIENT}:4000`);
    for (let i = 0; i < 70_000; i++) {
      const from = `20.${i >> 16}.${(i >> 8) & 255}.${i & 255}:1024`;
      run.syn(1, from);
      if (i % 2 === 0) run.accept(1, from);
      run.said.length = 0;
    }
    assert.equal(run.counters.connectionsEvicted, 70_000 - 65_536);
    assert.equal(run.counters.sourcesEvicted, 70_000 - 32_768);
    assert.ok(run.profile().returnPath, 'the client from before is still known');
    run.wait(20);
    assert.equal(run.observer.tables().find(({ table }) => table === 'connections')?.entries, 0);
    assert.equal(run.profile('20.1.0.0').returnPath, false);
    assert.equal(run.counters.membersRefused, 0);
  });
});
