import { addressTest } from '../config/address-ranges.js';
import type { Config } from '../config/config.js';
import { readConfig } from '../config/read-config.js';
import type { DocumentProblem } from '../documents/problem.js';
import { declaredIn } from '../service/declared-peers.js';
import { dialPlanOf } from '../service/dial-plan-of.js';
import type { ConfiguredInput } from './input-subject.js';

/** What a configuration file says of captures, and what is wrong with the file. */
export function configuredInput(file: string): {
  input: ConfiguredInput;
  problems: readonly DocumentProblem[];
} {
  const { config, problems } = readConfig(file);
  return { input: inputOf(config), problems };
}

export function inputOf(config: Config): ConfiguredInput {
  const { folders, disabled } = config.signatures;
  return {
    folders,
    disabled,
    subject: {
      ports: config.capture.ports,
      trustedTunnels: addressTest(config.capture.trusted_tunnels),
      dialPlan: dialPlanOf(config.numbers),
      ...declaredIn(config),
    },
  };
}
