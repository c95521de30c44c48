import type { Family } from '../family.js';
import type { StageScene } from '../stage.js';

/** A family in which nobody does anything wrong. */
export function innocent(
  name: string,
  description: string,
  play: (stage: StageScene) => void,
  more: Pick<Family, 'peers' | 'trustedHops' | 'without'> = {},
): Family {
  return {
    name,
    kind: 'innocent',
    point: 0,
    description,
    classes: [],
    stage: 'recon',
    ...more,
    build(stage) {
      play(stage);
      return { attackers: [] };
    },
  };
}
