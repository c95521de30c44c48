import { type Config, DEFAULT_CONFIG } from '../config/config.js';
import { configFaults } from '../config/config-faults.js';
import { readConfig } from '../config/read-config.js';
// While a sensor runs, its files may be replaced by those of the next version: what a reload will
// need is loaded with the rest.
import '../rules/read-signature.js';
import { loadPrepared } from '../rules/load-prepared.js';
import { signatureProblems } from '../rules/signature-set.js';
import type { ReadSetup, Setup } from '../service/setup.js';
import { checkWritable } from './config-checks.js';
import { disabledFaults, withoutDisabled } from './disabled-signatures.js';
import { problemLine } from './load-checked.js';
import { type RunFlags, withFlags } from './run-options.js';
import { preparedFile, signatureFolders } from './signature-folders.js';

/**
 * Reads the configuration file, puts the command line above it, and loads the signatures that both
 * name: what `run` begins with, and what it reads again on SIGHUP.
 */
export function setupReader(flags: RunFlags, filter: readonly string[]): ReadSetup {
  return async () => {
    const { config: inFile, problems } =
      flags.config === undefined
        ? { config: DEFAULT_CONFIG, problems: [] }
        : readConfig(flags.config);
    if (problems.length > 0) return { problems: problems.map(problemLine) };
    const config = withFlags(inFile, flags, filter);
    const faults = [...noInterface(config), ...configFaults(config), ...folderFaults(config)];
    if (faults.length > 0) return { problems: faults };
    return await withSignatures(config);
  };
}

function noInterface({ capture }: Config): string[] {
  if (capture.interfaces.length > 0) return [];
  return ['no interface is named: sipseer run -i eth1 ("sipseer interfaces" lists them)'];
}

/** What is to be written must have a place. */
function folderFaults(config: Config): string[] {
  const faults: string[] = [];
  checkWritable(config, (path, message) => faults.push(`${path.join('.')}: ${message}`));
  return faults;
}

async function withSignatures(config: Config): Promise<Setup | { problems: string[] }> {
  const { folders, disabled } = config.signatures;
  const loaded = await loadPrepared(signatureFolders(folders), preparedFile());
  const signatures = withoutDisabled(loaded, disabled);
  const lines = [
    ...disabledFaults(loaded, disabled).map((fault) => `signatures.disabled: ${fault}`),
    ...signatureProblems(signatures).map(problemLine),
  ];
  return lines.length > 0 ? { problems: lines } : { config, signatures };
}
