import type { Family, VariationName } from '../family.js';
import { Host } from '../host.js';
import { Attack } from './attack.js';
import { background, PBX } from './background.js';

const SLOW = { slow: 'a flood at a tenth of the rate is none' } as const;
const FORGED: Partial<Record<VariationName, string>> = {
  ...SLOW,
  spread: 'it comes from everywhere already',
  scattered: 'it comes from everywhere already',
  tcp: 'a forged address cannot shake hands',
};

export const floods: readonly Family[] = [
  {
    name: 'invite-flood',
    kind: 'attack',
    point: 8,
    description:
      'A thousand INVITEs within ten seconds from one address to the PBX, of which the last half stays unanswered.',
    classes: ['flood'],
    stage: 'recon',
    without: SLOW,
    build(stage, knobs) {
      const { pbx } = background(stage);
      const attack = new Attack(stage, knobs);
      for (let i = 0; i < 1000; i++) {
        const options = { method: 'INVITE', user: '201', fromUser: `${2000 + i}` };
        const replies = i < 500 ? ['503 Service Unavailable'] : [];
        attack.ask(attack.next(), pbx, options, ...replies);
        attack.pause(0.01);
      }
      return attack.result();
    },
  },
  {
    name: 'register-flood',
    kind: 'attack',
    point: 8,
    description: 'A hundred REGISTERs a second for one account, for ten seconds, never answered.',
    classes: ['flood'],
    stage: 'recon',
    without: SLOW,
    build(stage, knobs) {
      const { pbx } = background(stage);
      const attack = new Attack(stage, knobs);
      for (let i = 0; i < 1000; i++) {
        attack.ask(attack.next(), pbx, { method: 'REGISTER', user: '202' });
        attack.pause(0.01);
      }
      return attack.result();
    },
  },
  {
    name: 'options-flood',
    kind: 'attack',
    point: 8,
    description: 'A hundred OPTIONS a second for ten seconds, all answered.',
    classes: ['flood'],
    stage: 'recon',
    without: SLOW,
    build(stage, knobs) {
      const { pbx } = background(stage);
      const attack = new Attack(stage, knobs);
      for (let i = 0; i < 1000; i++) {
        attack.ask(attack.next(), pbx, { method: 'OPTIONS', fromUser: 'ping' }, '200 OK');
        attack.pause(0.01);
      }
      return attack.result();
    },
  },
  {
    name: 'flood-of-forged-sources',
    kind: 'attack',
    point: 8,
    description:
      'Two thousand INVITEs within ten seconds to the PBX, each from another, forged address; the PBX answers whom it can.',
    classes: ['flood'],
    stage: 'recon',
    without: FORGED,
    build(stage, knobs) {
      const { pbx } = background(stage);
      const attack = new Attack(stage, knobs);
      const agent = attack.next().agent;
      for (let i = 0; i < 2000; i++) {
        const number = stage.random.below(0x20000);
        const address = `198.${18 + (number >> 16)}.${(number >> 8) & 0xff}.${number & 0xff}`;
        const options = { method: 'INVITE', user: '201', fromUser: `${3000 + i}` };
        const replies = i < 300 ? ['503 Service Unavailable'] : [];
        stage.ask(new Host(address, { agent }), pbx, options, ...replies);
        attack.pause(0.005);
      }
      return attack.result(PBX, '198.18.0.0/15');
    },
  },
];
