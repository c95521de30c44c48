import type { Family } from '../family.js';
import { Host } from '../host.js';
import { contactOf } from '../sip-text.js';
import { Attack, challenge } from './attack.js';
import { background } from './background.js';

const ANSWER_UNSEEN = 'that a server says yes is seen in its answer alone';

export const compromises: readonly Family[] = [
  {
    name: 'guess-then-accepted',
    kind: 'attack',
    point: 4,
    description:
      'Sixty passwords for one account, four a second, each after a challenge of its own; the last one is right and binds a contact.',
    classes: ['compromise'],
    stage: 'access',
    without: { 'one-way': ANSWER_UNSEEN },
    build(stage, knobs) {
      const { pbx } = background(stage);
      const attack = new Attack(stage, knobs);
      const user = '203';
      for (let i = 0; i < 60; i++) {
        const host = attack.next();
        const nonce = stage.hex(20);
        const register = { method: 'REGISTER', user };
        const { callId, fromTag } = attack.ask(host, pbx, register, challenge(nonce));
        stage.wait(0.05);
        const guess = { user, password: `pass${i}`, nonce, callId, fromTag, cnonce: stage.hex(8) };
        const bound = `Contact: ${contactOf(host, user)};expires=3600`;
        const reply = i < 59 ? challenge(stage.hex(20)) : { status: '200 OK', headers: [bound] };
        attack.guess(host, pbx, guess, reply);
        attack.pause(0.2);
      }
      return attack.result();
    },
  },
  {
    name: 'foreign-contact-after-failures',
    kind: 'attack',
    point: 4,
    description:
      'An account is bound in the office; somewhere else five passwords are tried for it within ten minutes, and the sixth binds a second contact in a foreign network.',
    classes: ['compromise'],
    stage: 'access',
    without: { 'one-way': ANSWER_UNSEEN },
    build(stage, knobs) {
      const { pbx, phones } = background(stage);
      const attack = new Attack(stage, knobs);
      const user = '204';
      for (let i = 0; i < 5; i++) {
        const host = attack.next();
        stage.register(host, pbx, user, {
          result: 'wrong',
          password: `try${i}`,
          realm: 'asterisk',
        });
        attack.pause(120);
      }
      const others = [`${contactOf(phones[3]!, user)};expires=2800`];
      stage.register(attack.next(), pbx, user, { realm: 'asterisk', others });
      attack.pause(1);
      return attack.result();
    },
  },
  {
    name: 'gateway-answers-a-scanner',
    kind: 'attack',
    point: 4,
    description:
      'INVITE for an outside number to each address of a network, five a second; behind the ninetieth a gateway puts the call through.',
    classes: ['compromise', 'fraud'],
    stage: 'access',
    without: { 'one-way': ANSWER_UNSEEN },
    build(stage, knobs) {
      background(stage);
      const attack = new Attack(stage, knobs);
      const gateway = stage.server('198.19.30.90', { agent: 'Cisco-SIPGateway/IOS-15.4' });
      const number = '00441632960017';
      for (let i = 1; i <= 110; i++) {
        const host = attack.next();
        const options = { method: 'INVITE', user: number, fromUser: '1000' };
        if (i !== 90) attack.askNobody(host, new Host(`198.19.30.${i}`), options);
        else stage.call(host, gateway, { from: '1000', to: number, ring: 3, talk: 8 });
        attack.pause(0.2);
      }
      return attack.result();
    },
  },
];
