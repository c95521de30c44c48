import type { Family } from '../family.js';
import type { Host } from '../host.js';
import type { Office } from '../office.js';
import { contactOf } from '../sip-text.js';
import type { StageScene } from '../stage.js';
import { Attack } from './attack.js';
import { type BackgroundOptions, background } from './background.js';

/** The extension whose password is in strange hands: 204. */
const VICTIM = 3;
/** Country codes of far places; the zeros behind them are no subscriber's number anywhere. */
const FAR = ['371', '53', '252', '248', '232', '240', '216', '220', '675', '678'] as const;
const DAY_AND_MORE = { hours: 28, callsPerHour: 4 } as const;

/** More than a day of ordinary life, in which the victim calls Belgium now and then. */
function ordinaryLife(stage: StageScene, options: BackgroundOptions = {}): Office {
  const office = background(stage, { ...DAY_AND_MORE, ...options });
  for (let i = 0; i < 6; i++) {
    const at = 700 + i * 14_000;
    stage.during(at, () => office.out(VICTIM, '003225550123', { talk: 120 }));
  }
  stage.wait(26 * 3600);
  return office;
}

/** A call by the victim's account from somewhere, which the PBX puts through to its trunk. */
function callsAbroad(
  stage: StageScene,
  { pbx, trunk }: Office,
  from: Host,
  number: string,
  talk: number,
): void {
  const user = `${201 + VICTIM}`;
  const login = { user, password: `pw-${user}`, realm: 'asterisk' };
  const call = { from: user, to: number, ring: 3, talk };
  stage.call(from, pbx, { ...call, login });
  stage.during(stage.at + 0.1, () => stage.call(pbx, trunk, { ...call, from: '01632960204' }));
}

const UNSEEN = 'that calls are put through is seen in the answers alone';

export const accountFraud: readonly Family[] = [
  {
    name: 'burst-of-new-countries',
    kind: 'attack',
    point: 5,
    description:
      'An account that calls one country now and then calls ten others within a quarter of an hour, from somewhere else.',
    classes: ['fraud'],
    stage: 'fraud',
    without: { 'one-way': UNSEEN },
    build(stage, knobs) {
      const office = ordinaryLife(stage);
      const attack = new Attack(stage, knobs);
      for (const [i, code] of FAR.entries()) {
        callsAbroad(stage, office, attack.next(), `00${code}0000${1017 + i}`, 70);
        attack.pause(90);
      }
      return attack.result();
    },
  },
  {
    name: 'calls-after-a-foreign-registration',
    kind: 'attack',
    point: 5,
    description:
      'An account that is bound in the office is bound from a foreign network too, with the right password; within ten minutes it makes twelve calls to four countries that it never called, three or four at a time.',
    classes: ['fraud', 'compromise'],
    stage: 'fraud',
    without: { 'one-way': UNSEEN },
    build(stage, knobs) {
      const office = ordinaryLife(stage);
      const attack = new Attack(stage, knobs);
      const user = office.extension(VICTIM);
      const others = [`${contactOf(office.phones[VICTIM]!, user)};expires=1900`];
      stage.register(attack.hosts[0]!, office.pbx, user, { realm: 'asterisk', others });
      attack.pause(30);
      for (let i = 0; i < 12; i++) {
        callsAbroad(stage, office, attack.next(), `00${FAR[i % 4]}0000${2020 + i}`, 150);
        attack.pause(45);
      }
      return attack.result();
    },
  },
  {
    name: 'sequential-premium-numbers',
    kind: 'attack',
    point: 5,
    description:
      'An account calls one number after another of a satellite range that shares its revenue, for seconds each.',
    classes: ['fraud'],
    stage: 'fraud',
    without: { 'one-way': UNSEEN },
    build(stage, knobs) {
      const office = ordinaryLife(stage);
      const attack = new Attack(stage, knobs);
      for (let i = 0; i < 16; i++) {
        callsAbroad(stage, office, attack.next(), `0088213550${10 + i}`, 25);
        attack.pause(45);
      }
      return attack.result();
    },
  },
  {
    name: 'concurrent-premium-calls',
    kind: 'attack',
    point: 5,
    description:
      'An account holds eight calls to numbers of one far country at the same time, for most of an hour.',
    classes: ['fraud'],
    stage: 'fraud',
    without: { 'one-way': UNSEEN },
    build(stage, knobs) {
      const office = ordinaryLife(stage);
      const attack = new Attack(stage, knobs);
      for (let i = 0; i < 8; i++) {
        callsAbroad(stage, office, attack.next(), `003710000${100 + i * 41}`, 2500);
        attack.pause(4);
      }
      return attack.result();
    },
  },
];
