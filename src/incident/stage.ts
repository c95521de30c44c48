import type { FindingClass } from '../rules/signature.js';

/** How far an actor got, in rising order. */
export const STAGES = ['recon', 'enumeration', 'credential-attack', 'access', 'fraud'] as const;
export type Stage = (typeof STAGES)[number];

const STAGE_OF: Record<FindingClass, Stage> = {
  scan: 'recon',
  survey: 'recon',
  malformed: 'recon',
  hygiene: 'recon',
  flood: 'recon',
  teardown: 'recon',
  'ghost-call': 'recon',
  autodialer: 'recon',
  leak: 'enumeration',
  enumeration: 'enumeration',
  bruteforce: 'credential-attack',
  compromise: 'access',
  fraud: 'fraud',
};

export function stageOf(findingClass: FindingClass): Stage {
  return STAGE_OF[findingClass];
}

export function stageRank(stage: Stage): number {
  return STAGES.indexOf(stage);
}
