import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ATTACKER, PBX, Scene } from '../support/scene.js';
import { request } from '../support/sip-texts.js';

/** What the shipped signatures say, all together, of calls to telephones. */

const RINGS = ['100 Trying', '180 Ringing'];

function registers(scene: Scene, phone: string, user: string, registrar = PBX): void {
  const headers = [`Contact: <sip:${user}@${phone}:5060>`];
  const to = { from: phone, to: registrar };
  scene.ask({ method: 'REGISTER', user, headers }, `200 OK\n${headers[0]}`, to);
}

function calls(scene: Scene, from: string, phone: string, caller: string, user: string): void {
  const id = `${from}${phone}${user}${scene.clock}`;
  const own = { callId: id, branch: `z9hG4bK${id}`, user, fromUser: caller, host: phone };
  scene.ask({ ...own, method: 'INVITE' }, RINGS, { from, to: phone });
  scene.clock += 3;
  scene.send(request({ ...own, method: 'CANCEL' }), from, phone);
  scene.clock += 1;
}

interface Case {
  name: string;
  play: (scene: Scene) => void;
  ghost: boolean;
}

const CASES: Case[] = [
  {
    name: 'a stranger rings one telephone once',
    play(scene) {
      registers(scene, '192.0.2.20', '1001');
      calls(scene, ATTACKER, '192.0.2.20', '5550100', '1001');
    },
    ghost: true,
  },
  {
    name: 'a stranger rings telephones that were never seen to register, as 100',
    play(scene) {
      for (let i = 20; i < 26; i++) calls(scene, ATTACKER, `192.0.2.${i}`, '100', '100');
    },
    ghost: true,
  },
  {
    name: 'a PBX rings a group of telephones whose registration was before our time',
    play(scene) {
      for (let i = 20; i < 26; i++) calls(scene, PBX, `192.0.2.${i}`, '+441632960018', `2${i}`);
    },
    ghost: false,
  },
  {
    name: 'a PBX rings a group of its telephones as 100',
    play(scene) {
      for (let i = 20; i < 26; i++) registers(scene, `192.0.2.${i}`, `2${i}`);
      for (let i = 20; i < 26; i++) calls(scene, PBX, `192.0.2.${i}`, '100', `2${i}`);
    },
    ghost: false,
  },
  {
    name: 'door stations call telephones of their site',
    play(scene) {
      for (let i = 20; i < 26; i++) registers(scene, `10.1.2.${i}`, `2${i}`, '10.1.0.5');
      for (let i = 20; i < 26; i++) calls(scene, '10.1.9.9', `10.1.2.${i}`, '100', '100');
    },
    ghost: false,
  },
  {
    name: 'a carrier calls PBXes that do not register, and some callers give up at once',
    play(scene) {
      for (let i = 20; i < 26; i++) {
        calls(scene, '203.0.113.129', `192.0.2.${i}`, `+4420794600${i}`, `+4416329600${i}`);
      }
    },
    ghost: false,
  },
];

describe('calls to telephones', () => {
  for (const { name, play, ghost } of CASES) {
    test(name, () => {
      const scene = new Scene();
      play(scene);
      const accused = scene.accused();
      const isGhost = [...accused.values()].flat().some((id) => id.startsWith('SIP-BEHAV-05'));
      assert.equal(isGhost, ghost, JSON.stringify([...accused]));
      if (!ghost) assert.equal(accused.size, 0, JSON.stringify([...accused]));
    });
  }
});
