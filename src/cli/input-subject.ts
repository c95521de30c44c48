import { addressTest } from '../config/address-ranges.js';
import { type Config, DEFAULT_CONFIG } from '../config/config.js';
import { readConfig } from '../config/read-config.js';
import { printable } from '../incident/printable.js';
import type { LoadedSignatures } from '../rules/load.js';
import type { SensorSubject } from '../sensor.js';
import { declaredIn } from '../service/declared-peers.js';
import { dialPlanOf } from '../service/dial-plan-of.js';
import { disabledFaults, withoutDisabled } from './disabled-signatures.js';
import { ExitCode } from './exit-codes.js';
import type { InputOptions } from './input-options.js';
import { loadChecked, problemLine } from './load-checked.js';

/**
 * What captures are looked at for: what the configuration file says of signatures, ports, tunnels,
 * peers and numbers, and above it the command line. With an error in any of them nothing is run:
 * each is printed, the exit code is set, and undefined is given.
 */
export function inputSubject(options: InputOptions): SensorSubject | undefined {
  const config = options.config === undefined ? DEFAULT_CONFIG : checkedConfig(options.config);
  if (config === undefined) return undefined;
  const { folders } = config.signatures;
  const loaded = loadChecked([...folders, ...(options.signatures ?? [])]);
  const signatures = loaded && checkedDisabled(loaded, config.signatures.disabled);
  if (signatures === undefined) return undefined;
  const { ports } = options;
  return {
    signatures,
    ports: ports === undefined ? config.capture.ports : ports === 'any' ? undefined : ports,
    trustedTunnels: options.trustedTunnels ?? addressTest(config.capture.trusted_tunnels),
    dialPlan: dialPlanOf(config.numbers),
    ...declaredIn(config),
  };
}

function checkedConfig(file: string): Config | undefined {
  const { config, problems } = readConfig(file);
  if (problems.length === 0) return config;
  for (const { file: path, line, message } of problems) {
    process.stderr.write(`${problemLine({ file: path, line, message: printable(message) })}\n`);
  }
  process.stderr.write('sipseer: the configuration has errors; nothing was run\n');
  process.exitCode = ExitCode.Usage;
  return undefined;
}

function checkedDisabled(
  loaded: LoadedSignatures,
  disabled: readonly string[],
): LoadedSignatures | undefined {
  const faults = disabledFaults(loaded, disabled);
  if (faults.length === 0) return withoutDisabled(loaded, disabled);
  for (const fault of faults) process.stderr.write(`sipseer: signatures.disabled: ${fault}\n`);
  process.exitCode = ExitCode.Usage;
  return undefined;
}
