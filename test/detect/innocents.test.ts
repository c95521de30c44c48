import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PBX, Scene } from '../support/scene.js';
import { challenge, credentials, request } from '../support/sip-texts.js';

/** A phone, a trunk or a gateway: whoever stands at the address that others attack from. */
const HOST = '198.51.100.7';
const again = (nonce: string) => `401 Unauthorized\n${challenge(nonce)}`;

function registers(scene: Scene, user: string, host: string): void {
  scene.ask({ method: 'REGISTER', user, fromUser: user }, '200 OK', { from: host });
}

/** A carrier delivers sixty calls to different numbers; all end in the same way. */
function carrier(scene: Scene, status: string): void {
  for (let i = 0; i < 60; i++) {
    const call = { callId: `trunk${i}`, branch: `z9hG4bKtrunk${i}`, user: `+44163296${1000 + i}` };
    scene.ask({ ...call, method: 'INVITE' }, ['100 Trying', '180 Ringing', status]);
    scene.ask({ ...call, method: 'ACK', toTag: 's1' });
    scene.clock += 2;
  }
}

interface Case {
  name: string;
  play: (scene: Scene) => void;
}

const CASES: Case[] = [
  ...['302 Moved Temporarily', '480 Temporarily Unavailable', '486 Busy Here', '603 Decline'].map(
    (status) => ({
      name: `somebody who dials one number in six ways, each answered ${status}`,
      play(scene: Scene) {
        for (const prefix of ['', '0', '+44', '0044', '9', '90']) {
          scene.ask({ method: 'INVITE', user: `${prefix}1632960001` }, status);
        }
      },
    }),
  ),
  {
    name: 'a gateway on an ephemeral port whose peers answer to the port in Via',
    play(scene) {
      for (let i = 1; i <= 12; i++) {
        const to = `10.1.0.${i}`;
        const between = { from: '10.0.0.1:51234', to, replyTo: '10.0.0.1' };
        scene.ask({ host: to, via: 'SIP/2.0/UDP 10.0.0.1:5060' }, '200 OK', between);
      }
    },
  },
  {
    name: 'a phone with twenty BLF keys and a nonce that the restarted server does not know',
    play(scene) {
      const login = (nonce: string, i: number) => credentials('1001', nonce, `r${nonce}${i}`);
      scene.ask({ method: 'REGISTER', user: '1001', headers: [login('old', 0)] }, '200 OK');
      scene.clock += 100;
      scene.every = 0.01;
      const subscribes = (nonceOf: (i: number) => string, statusOf: (i: number) => string) => {
        for (let i = 0; i < 20; i++) {
          const headers = ['Event: dialog', login(nonceOf(i), i)];
          const user = `${2010 + i}`;
          const subscription = { method: 'SUBSCRIBE', user, fromUser: '1001', headers };
          scene.ask(subscription, statusOf(i), { from: HOST });
        }
      };
      subscribes(
        () => 'old',
        (i) => again(`new${i}`),
      );
      subscribes(
        (i) => `new${i}`,
        () => '200 OK',
      );
    },
  },
  {
    name: 'a trunk that logs in to a proxy (407) and behind it to a PBX of another realm (401)',
    play(scene) {
      const at = (realm: string, nonce: string) =>
        `Digest username="trunk", realm="${realm}", nonce="${nonce}", uri="sip:x", cnonce="c", qop=auth, nc=00000001, response="r${nonce}"`;
      for (let i = 0; i < 40; i++) {
        const call = { method: 'INVITE', user: `5${i}`, fromUser: 'trunk', callId: `call${i}` };
        const proxy = `Proxy-Authorization: ${at('proxy', `P${i}`)}`;
        const pbx = `Authorization: ${at('pbx', `W${i}`)}`;
        const asked = (header: string, realm: string, nonce: string) =>
          `${header}-Authenticate: Digest realm="${realm}", nonce="${nonce}"`;
        scene.ask(call, `407 Proxy Authentication Required\n${asked('Proxy', 'proxy', `P${i}`)}`);
        const second = { ...call, cseq: 2, headers: [proxy] };
        scene.ask(second, `401 Unauthorized\n${asked('WWW', 'pbx', `W${i}`)}`);
        scene.ask({ ...call, cseq: 3, headers: [proxy, pbx] }, '200 OK');
      }
    },
  },
  ...[
    '302 Moved Temporarily\nContact: <sip:n@10.0.0.9>',
    '480 Temporarily Unavailable',
    '486 Busy Here',
    '487 Request Terminated',
    '503 Service Unavailable',
    '603 Decline',
  ].map((status) => ({
    name: `a carrier whose calls all end with ${status.slice(0, 3)}`,
    play: (scene: Scene) => carrier(scene, status),
  })),
  {
    name: 'a session border controller whose trunks answer OPTIONS with errors',
    play(scene) {
      const statuses = ['404 Not Found', '405 Method Not Allowed', '483 Too Many Hops'];
      scene.every = 0.5;
      for (let i = 1; i <= 60; i++) {
        const to = `10.1.0.${i}`;
        const ping = { uri: `sip:ping@${to}`, user: 'ping', host: to };
        scene.ask(ping, statuses[i % 3]!, { from: '10.0.0.1', to });
      }
    },
  },
  {
    name: 'a PBX that qualifies twelve users through one edge proxy, where all answer',
    play(scene) {
      for (let i = 0; i < 60; i++) scene.ask({ user: `${1000 + i}` }, '200 OK');
    },
  },
  {
    name: 'a site of phones whose registrar is overloaded',
    play(scene) {
      for (let i = 0; i < 60; i++) {
        const phone = { method: 'REGISTER', user: `${1000 + i}` };
        const from = `${HOST}:${20000 + i}`;
        scene.ask(phone, '503 Service Unavailable', { from });
      }
    },
  },
  {
    name: 'a PBX that keeps the bindings of its registered phones open with empty datagrams',
    play(scene) {
      for (let i = 1; i <= 20; i++) registers(scene, `${1000 + i}`, `10.1.0.${i}`);
      for (let i = 1; i <= 20; i++) scene.send('', PBX, `10.1.0.${i}`);
    },
  },
  {
    name: 'a session border controller that passes the User-Agent of the callers on',
    play(scene) {
      const agents = ['Yealink SIP-T46S', 'PolycomVVX-VVX_410', 'Grandstream GXP2170'];
      agents.push('snom760/8.7', 'Cisco-CP8841', 'Zoiper rv2', 'Fanvil X4', 'MicroSIP/3.21');
      for (const [i, agent] of agents.entries()) {
        const call = { method: 'INVITE', user: `+4416329600${10 + i}` };
        scene.ask({ ...call, headers: [`User-Agent: ${agent}`] }, '200 OK');
      }
    },
  },
  {
    name: 'a phone with a stale password, once a minute, after a packet dated a day ahead',
    play(scene) {
      scene.udp(request(), 24 * 3600 + 1000, '10.8.8.8:5060', '10.9.9.9:5060');
      for (let i = 0; i < 60; i++) {
        const phone = { method: 'REGISTER', user: '1001' };
        scene.ask(phone, again(`n${i}`));
        scene.ask({ ...phone, headers: [credentials('1001', `n${i}`, `r${i}`)] }, again(`m${i}`));
        scene.clock += 60;
      }
      assert.equal(scene.counters.clockLeaps, 1);
    },
  },
];

describe('innocents that look like attackers', () => {
  for (const { name, play } of CASES) {
    test(name, () => {
      const scene = new Scene().twoWay();
      play(scene);
      const accused = scene.accused();
      assert.deepEqual([...accused], []);
      assert.ok(scene.counters.requests > 3, 'nothing was read');
    });
  }

  test('a PBX that qualifies its phones, on a mirror of one direction with one stray reply', () => {
    const scene = new Scene();
    scene.ask({}, '200 OK', { from: '10.8.8.8', to: '10.9.9.9' });
    scene.every = 1;
    for (let i = 1; i <= 60; i++) {
      const to = `10.1.0.${i}`;
      scene.ask({ user: `${i}`, host: to }, [], { from: PBX, to });
    }
    assert.deepEqual([...scene.accused()], []);
  });
});
