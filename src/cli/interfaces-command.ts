import type { Command } from 'commander';
import type { InterfacesFlags } from './interfaces-action.js';

/** Adds `interfaces`. */
export function addInterfacesCommand(program: Command): void {
  program
    .command('interfaces')
    .description(
      'list the interfaces: name, state, link, MTU, packets received, offloads that shrink the ' +
        'capture ring, and whether this user may capture',
    )
    .option('--json', 'print JSON, one interface a line')
    .addHelpText('after', EXAMPLES)
    .action(async (_, command: Command) => {
      const { interfacesAction } = await import('./interfaces-action.js');
      await interfacesAction(command.optsWithGlobals<InterfacesFlags>());
    });
}

const EXAMPLES = `
"any" reads all interfaces at once. Offloads that are on make each slot of the
ring as large as the largest frame: ethtool -K IF gro off gso off tso off

Examples:
  sipseer interfaces
  sipseer interfaces | cut -f1,2`;
