import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Transport } from '../../src/wire/packet.js';
import { CLIENT, ObserverRun, SERVER } from '../support/observer-run.js';
import { answer, challenge, credentials, request } from '../support/sip-texts.js';

type Tunnel = ObserverRun['tunnel'];
/** Addresses of the ends of a tunnel. */
const STRANGER = 0xc0000201;
const GATEWAY = 0xc0000202;
const NO_TUNNEL: Tunnel = [0, 0];
const FORTH: Tunnel = [STRANGER, GATEWAY];
const BACK: Tunnel = [GATEWAY, STRANGER];

/** A handshake, a registration with a challenge, and a call: all that proves or grants something. */
function converse(forth: Tunnel, back: Tunnel): ObserverRun {
  const run = new ObserverRun();
  const client = `${CLIENT}:4000`;
  const through = (tunnel: Tunnel, play: () => void) => {
    run.tunnel = tunnel;
    play();
  };
  through(forth, () => run.syn(0, client));
  through(back, () => run.accept(0.1, client));
  through(forth, () => run.client({}, 0.2, client));
  const ask = (text: string, status: string, headers: string[], time: number) => {
    through(forth, () => run.send(text, time));
    through(back, () => run.reply(answer(text, status, headers), time + 0.1));
  };
  const phone = { method: 'REGISTER', user: '1001' };
  ask(request(phone), '401 Unauthorized', [challenge('n')], 1);
  const headers = [credentials('1001', 'n', 'r')];
  ask(request({ ...phone, headers }), '200 OK', [], 2);
  const call = { method: 'INVITE', user: '1002', callId: 'call' };
  ask(request(call), '200 OK', [], 3);
  through(forth, () => run.send(request({ ...call, method: 'ACK', toTag: 's1' }), 3.5));
  run.send(request(), 4);
  return run;
}

function shown(run: ObserverRun): object {
  const profile = run.profile();
  const { accepted, answeredShare, openShare, twoWay } = run.said.at(-1)!.standing();
  const { returnPath, replies, settled } = profile;
  return { returnPath, replies, settled, accepted, answeredShare, openShare, twoWay };
}

const ALL = {
  returnPath: true,
  replies: 3,
  settled: true,
  accepted: true,
  answeredShare: 1,
  openShare: 1,
  twoWay: true,
};
const NOTHING = {
  returnPath: false,
  replies: 0,
  settled: false,
  accepted: false,
  answeredShare: 0,
  openShare: 0,
  twoWay: false,
};

describe('a conversation', () => {
  const ways: [what: string, forth: Tunnel, back: Tunnel, shows: object][] = [
    ['in no tunnel, or mirrored between trusted ends', NO_TUNNEL, NO_TUNNEL, ALL],
    ['that goes through a tunnel and back', FORTH, BACK, ALL],
    ['of which a stranger writes both sides into his end of a tunnel', FORTH, FORTH, NOTHING],
    ['that goes through a tunnel, with answers in none', FORTH, NO_TUNNEL, NOTHING],
    ['in no tunnel, with answers out of one', NO_TUNNEL, BACK, NOTHING],
    ['with answers through another tunnel', FORTH, [GATEWAY, GATEWAY], NOTHING],
    ['in a tunnel that ends where it begins', [GATEWAY, GATEWAY], [GATEWAY, GATEWAY], NOTHING],
  ];
  for (const [what, forth, back, shows] of ways) {
    test(`${what} shows ${shows === ALL ? 'what it says' : 'nothing'}`, () => {
      const run = converse(forth, back);
      assert.deepEqual(shown(run), shows);
      assert.equal(run.counters.repliesUnmatched, shows === ALL ? 0 : 3);
    });
  }

  test('between tunnel ends of IPv6 counts as well', () => {
    const [a, b] = ['\u0020\u0001'.padEnd(16, 'a'), '\u0020\u0001'.padEnd(16, 'b')];
    assert.deepEqual(shown(converse([a, b], [b, a])), ALL);
    assert.deepEqual(shown(converse([a, b], [a, b])), NOTHING);
  });

  test('in the open lends no proof to whoever repeats its To tag out of a tunnel', () => {
    const run = new ObserverRun();
    const call = { method: 'INVITE', callId: 'call' };
    run.reply(answer(run.send(request(call), 0), '404 Not Found'), 0.1);
    const ack = request({ ...call, method: 'ACK', toTag: 's1' });
    run.tunnel = FORTH;
    run.send(ack, 0.2);
    assert.equal(run.profile().returnPath, false);
    run.tunnel = NO_TUNNEL;
    run.send(ack, 0.3);
    assert.equal(run.profile().returnPath, true);
  });
});

describe('an ICMP error', () => {
  const ways: [what: string, forth: Tunnel, error: Tunnel, outcome: string][] = [
    ['counts out of the tunnel that the packet went through', FORTH, BACK, 'unreachable'],
    ['counts for nothing in the direction of the packet', FORTH, FORTH, 'silent'],
    ['counts for nothing in no tunnel', FORTH, NO_TUNNEL, 'silent'],
  ];
  for (const [what, forth, error, outcome] of ways) {
    test(what, () => {
      const run = new ObserverRun();
      run.tunnel = forth;
      run.send(request(), 0);
      run.syn(0);
      run.tunnel = error;
      run.unreachable(0.1, Transport.Udp);
      run.unreachable(0.1, Transport.Tcp, CLIENT, SERVER);
      run.wait(60);
      const outcomes = run.of('target.probed').map((probe) => probe.outcome);
      assert.deepEqual(outcomes, [outcome, outcome]);
    });
  }
});
