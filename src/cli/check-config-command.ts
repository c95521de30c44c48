import type { Command } from 'commander';
import { DEFAULT_CONFIG } from '../config/config.js';
import { effectiveConfig } from '../config/config-text.js';
import { configJsonSchema } from '../config/json-schema.js';
import { type ReadConfig, readConfig } from '../config/read-config.js';
import { DocumentProblem } from '../documents/problem.js';
import { checkWebConfig } from '../http/web-config.js';
import { printable } from '../incident/printable.js';
import { counted } from '../outputs/text-layout.js';
import { checkFilter, checkSignatures, checkWritable } from './config-checks.js';
import { ExitCode } from './exit-codes.js';
import { shownPath } from './load-checked.js';

interface Options {
  readonly schema?: boolean;
  readonly quiet?: boolean;
}

/** Adds `check-config [FILE]`. */
export function addCheckConfigCommand(program: Command): void {
  program
    .command('check-config')
    .description('check a configuration file and all it names, and print what holds')
    .argument('[file]', 'the configuration file; left out: the defaults are printed')
    .option('-q, --quiet', 'print nothing but errors')
    .option('--schema', 'print the JSON Schema of the file, for editors')
    .addHelpText('after', EXAMPLES)
    .action((file: string | undefined, options: Options) => run(file, options));
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

/** Longest message (characters); a key may be as long as the file. */
const LONGEST = 500;

const DEFAULTS: ReadConfig = {
  config: DEFAULT_CONFIG,
  problems: [],
  lineOf: () => 1,
  fromEnvironment: new Set(),
};

function run(file: string | undefined, { schema, quiet }: Options): void {
  if (schema === true) {
    process.stdout.write(configJsonSchema());
    return;
  }
  const read = file === undefined ? DEFAULTS : readConfig(file);
  const problems = [...read.problems];
  const notes: string[] = [];
  // What a broken file names is not known.
  if (problems.length === 0) checkNamed(file ?? 'defaults', read, problems, notes);
  if (problems.length > 0) {
    for (const { file: path, line, message } of problems) {
      process.stderr.write(`${shownPath(path)}:${line}: ${printable(message, LONGEST)}\n`);
    }
    process.stderr.write(`sipseer: ${counted(problems.length, 'error')} in the configuration\n`);
    process.exitCode = ExitCode.Usage;
    return;
  }
  if (quiet === true) return;
  process.stdout.write(effectiveConfig(read.config, read.fromEnvironment));
  for (const note of notes) process.stderr.write(`note: ${note}\n`);
}

/** Checks what the configuration names: problems and notes are added. */
function checkNamed(
  file: string,
  { config, lineOf }: ReadConfig,
  problems: DocumentProblem[],
  notes: string[],
): void {
  const tell = (path: readonly string[], message: string) =>
    problems.push(new DocumentProblem(file, lineOf(path), `${path.join('.')}: ${message}`));
  problems.push(...checkSignatures(config, tell));
  checkWritable(config, tell);
  const { config_file: webConfig } = config.web;
  if (webConfig !== undefined) problems.push(...checkWebConfig(webConfig));
  const note = checkFilter(config, tell);
  if (note !== undefined) notes.push(note);
}
