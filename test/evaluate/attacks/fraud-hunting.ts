import type { Family } from '../family.js';
import type { Reply } from '../stage.js';
import { Attack, challenge } from './attack.js';
import { background } from './background.js';

/** What comes before a number until a dial plan lets it out, as honeypots have seen it. */
const PREFIXES = [
  '', '+', '00', '011', '9011', '900', '000', '0011', '810', '90', '981', '99', '0021', '9',
  '1010222011', '1010333011', '1010432011', '60011', '88011', '7011', '8011', '0000', '9900', '1011',
] as const; // biome-ignore format: a table
/** Numbers that Ofcom sets aside for fiction. */
const NUMBERS = ['441632960001', '442079460018', '441134960777'] as const;

/** A PBX says no in more than one way. */
const REFUSALS: readonly Reply[] = ['403 Forbidden', '404 Not Found', '484 Address Incomplete'];

export const hunting: readonly Family[] = [
  {
    name: 'prefix-hunting',
    kind: 'attack',
    point: 5,
    description:
      'A stranger dials one number under twenty-four prefixes, one every five seconds; the PBX refuses all.',
    classes: ['fraud'],
    stage: 'enumeration',
    build(stage, knobs) {
      const { pbx } = background(stage);
      const attack = new Attack(stage, knobs);
      for (const [i, prefix] of PREFIXES.entries()) {
        const options = { user: `${prefix}${NUMBERS[0]}`, fromUser: '100' };
        attack.invite(attack.next(), pbx, options, REFUSALS[i % REFUSALS.length]!);
        attack.pause(5);
      }
      return attack.result();
    },
  },
  {
    name: 'prefix-hunting-challenged',
    kind: 'attack',
    point: 5,
    description:
      'A stranger dials three numbers under twelve prefixes each at a PBX that challenges whatever comes.',
    classes: ['fraud'],
    stage: 'enumeration',
    build(stage, knobs) {
      const { pbx } = background(stage);
      const attack = new Attack(stage, knobs);
      for (const prefix of PREFIXES.slice(0, 12)) {
        for (const number of NUMBERS) {
          const options = { user: `${prefix}${number}`, fromUser: '1001' };
          attack.invite(attack.next(), pbx, options, challenge(stage.hex(16)));
          attack.pause(2);
        }
      }
      return attack.result();
    },
  },
  {
    name: 'prefix-hunting-by-rotating-sources',
    kind: 'attack',
    point: 5,
    description:
      'One number under twenty-four prefixes, one every two minutes, each time from another address of another network.',
    classes: ['fraud'],
    stage: 'enumeration',
    without: {
      spread: 'it is spread further already',
      scattered: 'it is scattered already',
    },
    build(stage, knobs) {
      const { pbx } = background(stage);
      const addresses = PREFIXES.map((_, i) => `198.18.${60 + i}.${i + 4}`);
      const attack = new Attack(stage, knobs, { addresses });
      for (const [i, prefix] of PREFIXES.entries()) {
        const options = { user: `${prefix}${NUMBERS[1]}`, fromUser: '101' };
        attack.invite(attack.next(), pbx, options, REFUSALS[i % REFUSALS.length]!);
        attack.pause(120);
      }
      return attack.result();
    },
  },
  {
    name: 'slow-prefix-hunting',
    kind: 'attack',
    point: 5,
    description:
      'One INVITE every 35 seconds for six hours, each time with another prefix before the same number.',
    classes: ['fraud'],
    stage: 'enumeration',
    build(stage, knobs) {
      const { pbx } = background(stage, { hours: 2 });
      const attack = new Attack(stage, knobs);
      for (let i = 0; i < 617; i++) {
        const prefix = i < PREFIXES.length ? PREFIXES[i]! : `${i}${i % 2 === 0 ? '00' : '011'}`;
        const options = { user: `${prefix}${NUMBERS[2]}`, fromUser: '1000' };
        attack.invite(attack.next(), pbx, options, REFUSALS[i % REFUSALS.length]!);
        attack.pause(35);
      }
      return attack.result();
    },
  },
  {
    name: 'hunt-that-succeeds',
    kind: 'attack',
    point: 5,
    description:
      'After eleven prefixes that were refused the twelfth is put through, and four more calls follow under it.',
    classes: ['fraud', 'compromise'],
    stage: 'fraud',
    without: { 'one-way': 'that a call is put through is seen in the answer alone' },
    build(stage, knobs) {
      const { pbx } = background(stage);
      const attack = new Attack(stage, knobs);
      for (const [i, prefix] of PREFIXES.slice(0, 11).entries()) {
        const options = { user: `${prefix}${NUMBERS[0]}`, fromUser: '100' };
        attack.invite(attack.next(), pbx, options, REFUSALS[i % 2]!);
        attack.pause(10);
      }
      for (const number of [NUMBERS[0], NUMBERS[0], NUMBERS[1], NUMBERS[2], NUMBERS[2]]) {
        const call = { from: '100', to: `981${number}`, ring: 4, talk: 45 };
        stage.call(attack.next(), pbx, call);
        attack.pause(60);
      }
      return attack.result();
    },
  },
];
