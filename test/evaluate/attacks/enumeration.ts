import type { Family } from '../family.js';
import { Host } from '../host.js';
import type { Reply, StageScene } from '../stage.js';
import { Attack, challenge } from './attack.js';
import { background } from './background.js';

const NOT_FOUND = '404 Not Found';

/** Users that the PBX has, among those that are asked for. */
const EXISTING = new Set([1001, 1002, 1017, 1040]);

/** What a server that leaks says of a user: 404 for nobody, else a challenge or a greeting. */
function leak(stage: StageScene, user: number, known?: string): Reply {
  if (!EXISTING.has(user)) return NOT_FOUND;
  return known ?? challenge(stage.hex(16));
}

const users = (first: number, count: number) => Array.from({ length: count }, (_, i) => first + i);
const scattered = (count: number) =>
  Array.from({ length: count }, (_, i) => `198.18.${i + 10}.${((i * 37) % 200) + 5}`);

export const enumerations: readonly Family[] = [
  {
    name: 'register-enumeration',
    kind: 'attack',
    point: 2,
    description:
      'REGISTER for the users 1000 to 1079, five a second: the PBX says 404 where there is none and 401 where there is.',
    classes: ['enumeration'],
    stage: 'enumeration',
    build(stage, knobs) {
      const { pbx } = background(stage);
      const attack = new Attack(stage, knobs);
      for (const user of users(1000, 80)) {
        const options = { method: 'REGISTER', user: `${user}` };
        attack.ask(attack.next(), pbx, options, leak(stage, user));
        attack.pause(0.2);
      }
      return attack.result();
    },
  },
  {
    name: 'register-enumeration-without-leak',
    kind: 'attack',
    point: 2,
    description:
      'REGISTER for eighty users at a PBX that gives nothing away and challenges them all; nobody logs in.',
    classes: ['enumeration'],
    stage: 'enumeration',
    build(stage, knobs) {
      const { pbx } = background(stage);
      const attack = new Attack(stage, knobs);
      for (const user of users(1000, 80)) {
        const options = { method: 'REGISTER', user: `${user}` };
        attack.ask(attack.next(), pbx, options, challenge(stage.hex(16)));
        attack.pause(0.5);
      }
      return attack.result();
    },
  },
  {
    name: 'options-enumeration',
    kind: 'attack',
    point: 2,
    description: 'OPTIONS for eighty users, two a second: 404 for nobody, 200 for who is there.',
    classes: ['enumeration'],
    stage: 'enumeration',
    build(stage, knobs) {
      const { pbx } = background(stage);
      const attack = new Attack(stage, knobs);
      for (const user of users(1000, 80)) {
        const options = { method: 'OPTIONS', user: `${user}`, fromUser: '300' };
        attack.ask(attack.next(), pbx, options, leak(stage, user, '200 OK'));
        attack.pause(0.5);
      }
      return attack.result();
    },
  },
  {
    name: 'invite-enumeration',
    kind: 'attack',
    point: 2,
    description:
      'INVITE for sixty extensions, one a second, each final answer acknowledged: 404 for nobody, 401 for who is there.',
    classes: ['enumeration'],
    stage: 'enumeration',
    build(stage, knobs) {
      const { pbx } = background(stage);
      const attack = new Attack(stage, knobs);
      for (const user of users(1000, 60)) {
        const options = { user: `${user}`, fromUser: '300' };
        attack.invite(attack.next(), pbx, options, leak(stage, user));
        attack.pause(1);
      }
      return attack.result();
    },
  },
  {
    name: 'subscribe-enumeration',
    kind: 'attack',
    point: 2,
    description:
      'SUBSCRIBE to the presence of sixty users, one a second: 404 for nobody, 401 for who is there.',
    classes: ['enumeration'],
    stage: 'enumeration',
    build(stage, knobs) {
      const { pbx } = background(stage);
      const attack = new Attack(stage, knobs);
      const headers = ['Event: presence', 'Accept: application/pidf+xml', 'Expires: 3600'];
      for (const user of users(1000, 60)) {
        const options = { method: 'SUBSCRIBE', user: `${user}`, fromUser: '300', headers };
        attack.ask(attack.next(), pbx, options, leak(stage, user));
        attack.pause(1);
      }
      return attack.result();
    },
  },
  {
    name: 'enumeration-over-days',
    kind: 'attack',
    point: 2,
    description: 'REGISTER for another user every ten minutes, for two days.',
    classes: ['enumeration'],
    stage: 'enumeration',
    without: { slow: 'ten times slower, a list of users takes three weeks' },
    build(stage, knobs) {
      const { pbx } = background(stage, { hours: 3 });
      const attack = new Attack(stage, knobs);
      for (const user of users(1000, 288)) {
        const options = { method: 'REGISTER', user: `${user}` };
        attack.ask(attack.next(), pbx, options, leak(stage, user));
        attack.pause(600);
      }
      return attack.result();
    },
  },
  {
    name: 'enumeration-over-ipv6',
    kind: 'attack',
    point: 2,
    description: 'REGISTER for eighty users over IPv6, two a second.',
    classes: ['enumeration'],
    stage: 'enumeration',
    build(stage, knobs) {
      background(stage);
      const pbx = stage.server('2001:db8:5::5');
      const attack = new Attack(stage, knobs, { v6: true });
      for (const user of users(1000, 80)) {
        const options = { method: 'REGISTER', user: `${user}` };
        attack.ask(attack.next(), pbx, options, leak(stage, user));
        attack.pause(0.5);
      }
      return attack.result();
    },
  },
  {
    name: 'enumeration-shared-by-network',
    kind: 'attack',
    point: 2,
    description:
      'Thirty addresses of one /24 share a list of ninety users: three users each, one a second in all.',
    classes: ['enumeration'],
    stage: 'enumeration',
    without: {
      spread: 'it is spread over a /24 already',
      scattered: 'the family of scattered addresses is that',
    },
    build(stage, knobs) {
      const { pbx } = background(stage);
      const addresses = Array.from({ length: 30 }, (_, i) => `198.51.100.${i * 7 + 9}`);
      const attack = new Attack(stage, knobs, { addresses });
      for (const user of users(1000, 90)) {
        const options = { method: 'REGISTER', user: `${user}` };
        attack.ask(attack.next(), pbx, options, leak(stage, user));
        attack.pause(1);
      }
      return attack.result('198.51.100.0/24');
    },
  },
  {
    name: 'enumeration-from-scattered-addresses',
    kind: 'attack',
    point: 2,
    description:
      'Sixty addresses in sixty networks share a list of 120 users of one PBX: two users each, within ten minutes.',
    classes: ['enumeration'],
    stage: 'enumeration',
    without: {
      spread: 'it is spread further already',
      scattered: 'it is scattered already',
    },
    build(stage, knobs) {
      const { pbx } = background(stage);
      const attack = new Attack(stage, knobs, { addresses: scattered(60) });
      for (const user of users(1000, 120)) {
        const options = { method: 'REGISTER', user: `${user}` };
        attack.ask(attack.next(), pbx, options, leak(stage, user));
        attack.pause(5);
      }
      return attack.result();
    },
  },
  {
    name: 'handset-behind-a-site',
    kind: 'attack',
    point: 2,
    description:
      'Ten phones behind one NAT address are registered and talk; a handset at another port of it asks for one user after another.',
    classes: ['enumeration'],
    stage: 'enumeration',
    without: {
      spread: 'one handset has one address',
      'one-way': 'that phones share the address is known by what the registrar accepts',
      scattered: 'one handset has one address',
    },
    build(stage, knobs) {
      const { pbx } = background(stage);
      const site = '198.51.100.40';
      for (let i = 0; i < 10; i++) {
        const inside = `192.168.1.${20 + i}:5060`;
        const phone = stage.phone(site, { port: 40_300 + i, inside });
        stage.register(phone, pbx, `${401 + i}`, { realm: 'asterisk' });
        stage.wait(3);
      }
      const bad = new Host(site, {
        port: 40_312,
        inside: '192.168.1.77:5060',
        agent: knobs.userAgent ?? 'Grandstream GXP2170 1.0.11.48',
        transport: knobs.transport,
      });
      const attack = new Attack(stage, knobs);
      for (const user of users(1000, 60)) {
        attack.ask(bad, pbx, { method: 'REGISTER', user: `${user}` }, leak(stage, user));
        attack.pause(1);
      }
      return attack.result(bad.endpoint);
    },
  },
];
