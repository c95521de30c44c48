import type { Command } from 'commander';
import type { CheckConfigFlags } from './check-config-action.js';

/** Adds `check-config [FILE]`. */
export function addCheckConfigCommand(program: Command): void {
  program
    .command('check-config')
    .description('check a configuration file and all it names, and print what holds')
    .argument('[file]', 'the configuration file; left out: the defaults are printed')
    .option('-q, --quiet', 'print nothing but errors')
    .option('--schema', 'print the JSON Schema of the file, for editors')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string | undefined, flags: CheckConfigFlags) => {
      const { checkConfigAction } = await import('./check-config-action.js');
      checkConfigAction(file, flags);
    });
}

const EXAMPLES = `
All errors are printed at once, each as FILE:LINE: what, and what to do. Besides
the file itself this checks the signatures and the web configuration that it
names, the filter, and whether this user may write where it says. What holds is
printed as YAML, "# default" beside what the file leaves as it is; values from
the environment are masked.

Examples:
  sipseer check-config                     the defaults
  sipseer check-config config.yaml         is it right, and what holds then?
  sipseer check-config -q config.yaml && systemctl reload sipseer
  sipseer check-config --schema > config.schema.json

An editor with a YAML language server checks while you type if the first line is
  # yaml-language-server: $schema=config.schema.json

Exit codes: 0 fine, 2 there are errors`;
