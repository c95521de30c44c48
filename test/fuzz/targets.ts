import { signatureFolders } from '../../src/cli/signature-folders.js';
import { loadSignatures } from '../../src/rules/load.js';
import { AgedSensorTarget } from './aged-sensor-target.js';
import { CaptureTarget } from './capture-target.js';
import { DecoderTarget } from './decoder-target.js';
import { mapFrame } from './frame-map.js';
import { MessageTarget } from './message-target.js';
import type { Input } from './piece.js';
import { loadSeeds } from './seeds.js';
import { SensorTarget } from './sensor-target.js';
import { StreamTarget } from './stream-target.js';
import type { Target } from './target.js';
import { worstPackets } from './worst-packets.js';

/** Names of the targets, and which share of the mutated packets each gets, of 100. */
export const SHARES = {
  capture: 8,
  decoder: 35,
  message: 25,
  stream: 10,
  sensor: 6,
  'aged-sensor': 16,
} as const;

export type TargetName = keyof typeof SHARES;
export const TARGET_NAMES = Object.keys(SHARES) as TargetName[];

/** The targets of these names, with all seeds. `flood`: packets before the aged sensor begins. */
export async function makeTargets(
  names: readonly TargetName[],
  { flood }: { flood?: number } = {},
): Promise<Target[]> {
  const signatures = loadSignatures(signatureFolders());
  const { files, sequences, messages, streams } = await loadSeeds(signatures);
  const worst = worstPackets().map(([, input]) => input);
  const make: Record<TargetName, () => Target[]> = {
    capture: () => [new CaptureTarget(files)],
    decoder: () => [new DecoderTarget(sequences, worst)],
    message: () => [new MessageTarget(messages)],
    stream: () => [new StreamTarget([...sequences.filter(hasTcp), ...streams], worst)],
    sensor: () => [new SensorTarget(sequences, signatures, worst)],
    'aged-sensor': () => {
      const young = new SensorTarget(sequences, signatures);
      return [new AgedSensorTarget(young, signatures, flood)];
    },
  };
  return names.flatMap((name) => make[name]());
}

function hasTcp(input: Input): boolean {
  return input.some(({ bytes, linkType }) =>
    mapFrame(bytes, linkType).headers.some(({ kind }) => kind === 'tcp'),
  );
}
