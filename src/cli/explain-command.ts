import type { Command } from 'commander';
import type { ExplainFlags } from './explain-action.js';
import { addInputOptions } from './input-options.js';

/** Adds `explain PATH…`. */
export function addExplainCommand(program: Command): void {
  const command = program
    .command('explain')
    .description('tell for one source, in order, what was seen in captures and why it counted');
  addInputOptions(command)
    .option('--source <address>', 'the source to explain; left out: the gravest')
    .addHelpText(
      'after',
      `
Examples:
  sipseer explain scan.pcap
  sipseer explain /var/captures --source 198.51.100.7`,
    )
    .action(async (paths: string[], _, self: Command) => {
      const { explainAction } = await import('./explain-action.js');
      await explainAction(paths, self.optsWithGlobals<ExplainFlags>());
    });
}
