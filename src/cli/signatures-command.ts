import { relative } from 'node:path';
import type { Command } from 'commander';
import { OBSERVATIONS } from '../detect/observation.js';
import { messageFields } from '../rules/message-fields.js';
import { observationFields } from '../rules/observation-fields.js';
import { type ExampleResult, testSignature } from '../selftest/self-test.js';
import { ExitCode } from './exit-codes.js';
import { loadChecked } from './load-checked.js';
import { type Terminal, terminalOf } from './terminal.js';

interface Options {
  readonly signatures?: string[];
  readonly json?: boolean;
  readonly color: boolean;
}

/** Adds `signatures list|check|test`. */
export function addSignaturesCommand(program: Command): void {
  const signatures = program
    .command('signatures')
    .description('list, check and test the signatures (format: docs/SIGNATURES.md)')
    .addHelpText(
      'after',
      `
Examples:
  sipseer signatures check --signatures my-signatures
  sipseer signatures test SIP-TOOL-001
  sipseer signatures fields | grep ^from`,
    );
  const option = [
    '--signatures <folder...>',
    'more folders or files with signatures, besides the shipped ones',
  ] as const;
  signatures
    .command('list')
    .description('print each signature on a line: id, class, severity, confidence, title')
    .option(...option)
    .option('--json', 'print JSON, one signature a line')
    .action((_, command: Command) => list(command.optsWithGlobals<Options>()));
  signatures
    .command('check')
    .description('read every signature and report all errors with file and line')
    .option(...option)
    .action((_, command: Command) => check(command.optsWithGlobals<Options>()));
  signatures
    .command('fields')
    .description('print each field and observation that a signature can name, with its meaning')
    .action(fields);
  signatures
    .command('test')
    .description('check every signature and run the examples inside it')
    .option(...option)
    .argument('[id...]', 'only the signatures with these ids')
    .option('--json', 'print JSON, one example a line')
    .action((ids: string[], _, command: Command) => test(ids, command.optsWithGlobals<Options>()));
}

/** The fields that selections can name, with their meaning. */
function fields(): void {
  const tables = {
    'fields of messages': messageFields,
    'fields of observations': observationFields,
  };
  for (const [title, table] of Object.entries(tables)) {
    process.stdout.write(`# ${title}\n`);
    for (const { name, type, doc } of table.values()) {
      process.stdout.write(`${[name, type, doc].join('\t')}\n`);
    }
  }
  process.stdout.write('# observations\n');
  for (const [name, doc] of Object.entries(OBSERVATIONS)) process.stdout.write(`${name}\t${doc}\n`);
}

function list(options: Options): void {
  const loaded = loadChecked(options.signatures);
  for (const signature of loaded?.signatures ?? []) {
    const { id, class: kind, severity, confidence, title, tool, status, file } = signature;
    const line = options.json
      ? JSON.stringify({ id, title, class: kind, severity, confidence, tool, status, file })
      : [id, kind, severity, confidence, title].join('\t');
    process.stdout.write(`${line}\n`);
  }
}

function check(options: Options): void {
  const loaded = loadChecked(options.signatures);
  if (loaded !== undefined)
    process.stdout.write(`${loaded.signatures.length} signatures are right\n`);
}

function test(ids: readonly string[], options: Options): void {
  const loaded = loadChecked(options.signatures);
  if (loaded === undefined) return;
  const chosen = loaded.signatures.filter(({ id }) => ids.length === 0 || ids.includes(id));
  const missing = ids.filter((id) => !loaded.signatures.some((signature) => signature.id === id));
  if (missing.length > 0) {
    process.stderr.write(`there is no signature ${missing.join(', ')}; see: signatures list\n`);
    process.exitCode = ExitCode.Usage;
    return;
  }
  const results = chosen.flatMap((signature) => testSignature(signature, loaded.lists));
  if (options.json) printJson(results);
  else printResults(results, chosen.length, terminalOf(process.stdout, options.color));
  if (results.some((result) => !result.passed)) process.exitCode = ExitCode.Failure;
}

function printJson(results: readonly ExampleResult[]): void {
  for (const { signature, example, alerted, passed, detail } of results) {
    const { name, expect, line } = example;
    const row = {
      id: signature.id,
      file: signature.file,
      line,
      name,
      expect,
      alerted,
      passed,
      detail,
    };
    process.stdout.write(`${JSON.stringify(row)}\n`);
  }
}

function printResults(results: readonly ExampleResult[], count: number, terminal: Terminal): void {
  const failed = results.filter((result) => !result.passed);
  for (const { signature, example, alerted, detail } of failed) {
    const place = `${relative('.', signature.file)}:${example.line}`;
    const promoted =
      example.expect === 'todo-alert' ? ' (the gap is closed: change it to "expect: alert")' : '';
    const was = `expected ${example.expect}, ${alerted ? 'it alerted' : 'it stayed quiet'}${promoted}`;
    process.stdout.write(
      `${terminal.paint('red', 'FAIL')} ${place}: ${signature.id} "${example.name}": ${was}\n`,
    );
    process.stdout.write(`     ${detail}\n`);
  }
  const gaps = results.filter(({ example, passed }) => passed && example.expect === 'todo-alert');
  for (const { signature, example } of gaps) {
    process.stdout.write(`known gap: ${signature.id} "${example.name}"\n`);
  }
  const verdict =
    failed.length === 0 ? terminal.paint('green', 'ok') : terminal.paint('red', 'failed');
  const passed = results.length - failed.length;
  process.stdout.write(
    `${count} signatures, ${results.length} examples: ${passed} passed, ${failed.length} failed, ${gaps.length} known gaps: ${verdict}\n`,
  );
}
