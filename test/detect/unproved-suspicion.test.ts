import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Scene } from '../support/scene.js';
import { challenge, credentials } from '../support/sip-texts.js';

const PHONE = '203.0.113.50';
const ELSEWHERE = '198.18.9.9';
const TOOL = ['User-Agent: friendly-scanner'];

function registers(scene: Scene, from: string, agent: string): void {
  const headers = [`Contact: <sip:50@${from}:5062>;expires=3600`, `User-Agent: ${agent}`];
  const options = { method: 'REGISTER', user: '50', callId: `r${from}` };
  const nonce = `n${from}`;
  scene.ask({ ...options, headers }, `401 Unauthorized\n${challenge(nonce)}`, { from });
  const login = credentials('50', nonce, '0123456789abcdef0123456789abcdef');
  const granted = `200 OK\n${headers[0]}`;
  scene.ask({ ...options, cseq: 2, headers: [...headers, login] }, granted, { from });
}

describe('one forged packet of a known tool does not make a crime', () => {
  test('of a call that a registered telephone makes', () => {
    const scene = new Scene().twoWay();
    registers(scene, PHONE, 'phone');
    scene.ask({ headers: TOOL }, [], { from: PHONE, to: '192.0.2.200' });
    const call = { method: 'INVITE', user: '0044123456789', fromUser: '50', callId: 'own' };
    scene.ask(call, ['100 Trying', '180 Ringing', '200 OK'], { from: PHONE });
    scene.ask({ ...call, method: 'ACK', toTag: 's1' }, [], { from: PHONE });
    assert.deepEqual(scene.accused().get(PHONE), ['SIP-TOOL-070']);
  });

  test('of a telephone that is taken along to another network', () => {
    const scene = new Scene().twoWay();
    registers(scene, PHONE, 'desk phone');
    scene.ask({ headers: TOOL }, [], { from: ELSEWHERE, to: '192.0.2.200' });
    registers(scene, ELSEWHERE, 'softphone');
    assert.ok(!scene.accused().get(ELSEWHERE)?.includes('SIP-BEHAV-031'));
  });

  test('but who has shown that he is there is under suspicion', () => {
    const scene = new Scene().twoWay();
    registers(scene, PHONE, 'desk phone');
    for (const callId of ['a', 'b']) {
      const call = { method: 'INVITE', callId, user: '1' };
      scene.ask({ ...call, headers: TOOL }, '404 Not Found', { from: ELSEWHERE });
      scene.ask({ ...call, method: 'ACK', toTag: 's1' }, [], { from: ELSEWHERE });
    }
    registers(scene, ELSEWHERE, 'softphone');
    assert.ok(scene.accused().get(ELSEWHERE)?.includes('SIP-BEHAV-031'));
  });
});

test('who names himself as a survey is told of as one, and not accused of the sweep', () => {
  const scene = new Scene().twoWay();
  for (let i = 1; i < 100; i++) {
    scene.ask({ fromUser: 'censysinspect' }, [], { to: `203.0.113.${i}` });
  }
  assert.deepEqual([...scene.accused()], []);
  assert.ok(scene.alerts.some(({ rules }) => rules.includes('SIP-TOOL-035')));
});

test('after a restart, who may call a telephone is still known', () => {
  const before = new Scene().twoWay();
  registers(before, PHONE, 'phone');
  const call = { method: 'INVITE', user: 'door', callId: 'out' };
  before.ask(call, ['180 Ringing', '200 OK'], { from: PHONE, to: ELSEWHERE });
  const after = new Scene();
  after.sensor.restore(JSON.parse(JSON.stringify([...before.sensor.save()])));
  after.clock = 100;
  const back = { method: 'INVITE', user: '50', fromUser: 'door', callId: 'back' };
  after.ask(back, ['180 Ringing', '200 OK'], { from: ELSEWHERE, to: PHONE });
  const stranger = { ...back, callId: 'x' };
  after.ask(stranger, ['180 Ringing', '200 OK'], { from: '198.18.5.5', to: PHONE });
  assert.deepEqual([...after.accused().keys()], ['198.18.5.5']);
});
