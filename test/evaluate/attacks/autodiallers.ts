import type { CallOptions } from '../calls.js';
import type { Family, VariationName } from '../family.js';
import type { StageScene } from '../stage.js';
import { Attack } from './attack.js';
import { background } from './background.js';

const WITHOUT: Partial<Record<VariationName, string>> = {
  'one-way': 'that a call was answered, and who ended it, is told by the other side',
};
/** Numbers that Ofcom sets aside for fiction: Reading, and no area at all. */
const callee = (i: number) => `+44118496${String(100 + ((i * 37) % 900)).padStart(4, '0')}`;

/** Calls of a dialler into the network of a carrier, one every few seconds. */
function dials(
  stage: StageScene,
  attack: Attack,
  count: number,
  every: number,
  options: (i: number) => Partial<CallOptions>,
): void {
  const carrier = stage.server('203.0.113.140', { agent: 'Sonus SBC 9.2' });
  for (let i = 0; i < count; i++) {
    const call = { from: '+441632960100', to: callee(i), ring: stage.seconds(4, 12) };
    stage.call(attack.next(), carrier, { ...call, ...options(i) });
    attack.pause(every);
  }
}

export const autodiallers: readonly Family[] = [
  {
    name: 'short-calls-ended-by-the-callee',
    kind: 'attack',
    point: 7,
    description:
      'Sixty calls to different numbers, one every five seconds; who answers hangs up after two to five seconds.',
    classes: ['autodialer'],
    stage: 'recon',
    without: WITHOUT,
    build(stage, knobs) {
      background(stage);
      const attack = new Attack(stage, knobs);
      dials(stage, attack, 60, 5, (i) =>
        i % 6 === 5
          ? { talk: stage.seconds(30, 90) }
          : { talk: stage.seconds(2, 5), ends: 'callee' },
      );
      return attack.result();
    },
  },
  {
    name: 'rotating-caller-ids',
    kind: 'attack',
    point: 7,
    description:
      'Eighty calls from one origin within ten minutes, each under another caller id; most last under half a minute.',
    classes: ['autodialer'],
    stage: 'recon',
    without: WITHOUT,
    build(stage, knobs) {
      background(stage);
      const attack = new Attack(stage, knobs);
      dials(stage, attack, 80, 7.5, () => ({
        from: `+4416329${stage.random.between(60_000, 60_999)}`,
        talk: stage.seconds(3, 25),
        ends: 'callee',
      }));
      return attack.result();
    },
  },
  {
    name: 'neighbouring-caller-ids',
    kind: 'attack',
    point: 7,
    description:
      'Each call shows a number that differs from the called one in its last three digits only, so that it seems to be a neighbour.',
    classes: ['autodialer'],
    stage: 'recon',
    without: WITHOUT,
    build(stage, knobs) {
      background(stage);
      const attack = new Attack(stage, knobs);
      dials(stage, attack, 60, 8, (i) => ({
        from: `${callee(i).slice(0, -3)}${stage.random.between(100, 999)}`,
        talk: stage.seconds(4, 20),
        ends: 'callee',
      }));
      return attack.result();
    },
  },
  {
    name: 'abandoned-calls',
    kind: 'attack',
    point: 7,
    description:
      'A dialler rings ninety numbers and takes two calls of three back after six to eleven seconds, since no agent is free.',
    classes: ['autodialer'],
    stage: 'recon',
    without: WITHOUT,
    build(stage, knobs) {
      background(stage);
      const attack = new Attack(stage, knobs);
      dials(stage, attack, 90, 4, (i) =>
        i % 3 === 2
          ? { talk: stage.seconds(30, 120) }
          : { ring: stage.seconds(6, 11), fails: 'cancel' },
      );
      return attack.result();
    },
  },
  {
    name: 'dead-air',
    kind: 'attack',
    point: 7,
    description:
      'Fifty answered calls in which the called party speaks and the caller sends no sound at all until it is hung up; other calls on the mirror have sound both ways.',
    classes: ['autodialer'],
    stage: 'recon',
    without: WITHOUT,
    build(stage, knobs) {
      background(stage, { media: 50 });
      const attack = new Attack(stage, knobs);
      dials(stage, attack, 50, 9, () => ({
        talk: stage.seconds(7, 12),
        ends: 'callee',
        media: { caller: 0, callee: 100 },
      }));
      return attack.result();
    },
  },
];
