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

export interface CheckConfigFlags {
  readonly schema?: boolean;
  readonly quiet?: boolean;
}

/** Longest message (characters); a key may be as long as the file. */
const LONGEST = 500;

const DEFAULTS: ReadConfig = {
  config: DEFAULT_CONFIG,
  problems: [],
  lineOf: () => 1,
  fromEnvironment: new Set(),
};

/** Does what `check-config` says. */
export function checkConfigAction(
  file: string | undefined,
  { schema, quiet }: CheckConfigFlags,
): void {
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
