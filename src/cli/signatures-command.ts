import type { Command } from 'commander';
import { signaturesOption } from './input-options.js';
import type { SignaturesFlags } from './signatures-actions.js';

/** Adds `signatures list|show|check|test|fields`. */
export function addSignaturesCommand(program: Command): void {
  const signatures = program
    .command('signatures')
    .description('list, show, check and test the signatures (format: docs/SIGNATURES.md)')
    .addHelpText(
      'after',
      `
Examples:
  sipseer signatures show SIP-TOOL-001
  sipseer signatures check --signatures my-signatures
  sipseer signatures test SIP-TOOL-001
  sipseer signatures fields | grep ^from`,
    );
  signatures
    .command('list')
    .description(
      'print each signature on a line: id, class, severity, confidence, title, origin, tool, status',
    )
    .addOption(signaturesOption())
    .option('--json', 'print JSON, one signature a line')
    .action(async (_, command: Command) => {
      const { list } = await actions();
      await list(flagsOf(command));
    });
  signatures
    .command('show')
    .description('print what a signature is, what it looks for, and what to do')
    .addOption(signaturesOption())
    .argument('<id...>', 'ids such as SIP-TOOL-001')
    .action(async (ids: string[], _, command: Command) => {
      const { show } = await actions();
      await show(ids, flagsOf(command));
    });
  signatures
    .command('check')
    .description('read every signature and report all errors with file and line')
    .addOption(signaturesOption())
    .action(async (_, command: Command) => {
      const { check } = await actions();
      await check(flagsOf(command));
    });
  signatures
    .command('fields')
    .description('print each field and observation that a signature can name, with its meaning')
    .action(async () => (await actions()).fields());
  signatures
    .command('test')
    .description('check every signature and run the examples inside it')
    .addOption(signaturesOption())
    .argument('[id...]', 'only the signatures with these ids')
    .option('--json', 'print JSON, one example a line')
    .action(async (ids: string[], _, command: Command) => {
      const { test } = await actions();
      await test(ids, flagsOf(command));
    });
}

function actions() {
  return import('./signatures-actions.js');
}

function flagsOf(command: Command): SignaturesFlags {
  return command.optsWithGlobals<SignaturesFlags>();
}
