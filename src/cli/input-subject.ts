import { printable } from '../incident/printable.js';
import type { LoadedSignatures } from '../rules/load.js';
import { DEFAULT_PORTS } from '../sensor/default-ports.js';
import type { SensorSubject } from '../sensor.js';
import { disabledFaults, withoutDisabled } from './disabled-signatures.js';
import { ExitCode } from './exit-codes.js';
import type { InputOptions } from './input-options.js';
import { loadChecked, problemLine } from './load-checked.js';

/** What the configuration says of captures: where signatures are, and what is looked for. */
export interface ConfiguredInput {
  readonly folders: readonly string[];
  readonly disabled: readonly string[];
  readonly subject: Omit<SensorSubject, 'signatures'>;
}

/** What the configuration says by default; a test holds it against that. */
export const DEFAULT_INPUT: ConfiguredInput = {
  folders: [],
  disabled: [],
  subject: { ports: DEFAULT_PORTS },
};

/**
 * What captures are looked at for: what the configuration file says of signatures, ports, tunnels,
 * peers and numbers, and above it the command line. With an error in any of them nothing is run:
 * each is printed, the exit code is set, and undefined is given.
 */
export async function inputSubject(options: InputOptions): Promise<SensorSubject | undefined> {
  const input = options.config === undefined ? DEFAULT_INPUT : await readInput(options.config);
  if (input === undefined) return undefined;
  const loaded = await loadChecked([...input.folders, ...(options.signatures ?? [])]);
  const signatures = loaded && checkedDisabled(loaded, input.disabled);
  if (signatures === undefined) return undefined;
  const { subject } = input;
  const { ports, trustedTunnels } = options;
  return {
    ...subject,
    signatures,
    ports: ports === undefined ? subject.ports : ports === 'any' ? undefined : ports,
    ...(trustedTunnels === undefined ? {} : { trustedTunnels }),
  };
}

async function readInput(file: string): Promise<ConfiguredInput | undefined> {
  // What reads a configuration takes longer to load than all the rest of a replay.
  const { configuredInput } = await import('./configured-input.js');
  const { input, problems } = configuredInput(file);
  if (problems.length === 0) return input;
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
