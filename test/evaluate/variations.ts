import type { ExamplePacket } from '../../src/selftest/example-messages.js';
import { ipFrames, type TimedFrame } from '../../src/selftest/ip-frame.js';
import { Random } from '../fuzz/random.js';
import { type Family, type Knobs, PLAIN_KNOBS, type VariationName } from './family.js';
import { PHONE_AGENTS } from './host.js';
import { StageScene } from './stage.js';
import { senderOf } from './wire-address.js';

/** Share of the frames that a mirror loses. */
const LOSS = 0.05;
const SPREAD = 4;

interface Variation {
  readonly description: string;
  readonly knobs?: (seed: number) => Partial<Knobs>;
  /** Which frames the mirror shows. */
  readonly shows?: (stage: StageScene, seed: number) => (frame: TimedFrame) => boolean;
}

/** What is done to a family's traffic; one thing at a time. */
export const VARIATIONS: Record<VariationName, Variation> = {
  plain: { description: 'as the tool does it' },
  slow: { description: 'ten times slower', knobs: () => ({ rate: 0.1 }) },
  fast: { description: 'five times faster', knobs: () => ({ rate: 5 }) },
  spread: {
    description: 'from four addresses of one /24 (or /64)',
    knobs: () => ({ sources: SPREAD }),
  },
  scattered: {
    description: 'from four addresses in four networks',
    knobs: () => ({ sources: SPREAD, scattered: true }),
  },
  renamed: {
    description: 'with the User-Agent of a telephone',
    knobs: (seed) => ({ userAgent: PHONE_AGENTS[seed % PHONE_AGENTS.length] }),
  },
  tcp: { description: 'over TCP', knobs: () => ({ transport: 'tcp' }) },
  'one-way': {
    description: 'on a mirror that does not show what servers send',
    shows:
      ({ servers }) =>
      ({ bytes }) =>
        !servers.has(senderOf(bytes)),
  },
  lossy: {
    description: 'on a mirror that loses 5 % of the frames',
    shows: (_, seed) => {
      const random = new Random(seed, 20);
      return () => !random.chance(LOSS);
    },
  },
};

/** A family played and varied: what a sensor would see. */
export interface Played {
  readonly frames: readonly TimedFrame[];
  /** Addresses, networks (`198.51.100.0/24`), or handsets (`198.51.100.7:40312`). */
  readonly attackers: readonly string[];
}

/** The same family, variation and seed give the same frames. */
export function play(family: Family, name: VariationName, seed: number): Played {
  const { knobs, shows } = VARIATIONS[name];
  const set = { ...PLAIN_KNOBS, ...knobs?.(seed) };
  // Of attacks, the attackers alone change their transport: who is innocent stays as he is.
  const stage = new StageScene(seed, family.kind === 'innocent' ? set.transport : 'udp');
  const { attackers } = family.build(stage, set);
  const frames = ipFrames(inTime(stage.packets));
  if (shows === undefined) return { frames, attackers };
  return { frames: frames.filter(shows(stage, seed)), attackers };
}

/** TCP of a conversation begins with whoever spoke first. */
function inTime(packets: readonly ExamplePacket[]): ExamplePacket[] {
  return [...packets].sort((a, b) => a.at - b.at);
}
