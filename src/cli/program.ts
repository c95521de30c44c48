import { Command } from 'commander';
import { packageVersion } from '../package-root.js';
import { addCheckConfigCommand } from './check-config-command.js';
import { addExplainCommand } from './explain-command.js';
import { addInterfacesCommand } from './interfaces-command.js';
import { addReplayCommand } from './replay-command.js';
import { addRunCommand } from './run-command.js';
import { addSignaturesCommand } from './signatures-command.js';

/** Commander prints its help for `VERB --help` even where there is no such verb. */
class Program extends Command {
  override async parseAsync(
    argv: readonly string[],
    options?: Parameters<Command['parseAsync']>[1],
  ): Promise<this> {
    refuseUnknownVerb(this, argv.slice(2));
    return await super.parseAsync(argv, options);
  }

  override createCommand(name?: string): Command {
    return new Command(name);
  }
}

function refuseUnknownVerb(program: Command, words: readonly string[]): void {
  const first = words.findIndex((word) => !word.startsWith('-'));
  if (first === -1) return;
  let command = program;
  for (const word of words.slice(first)) {
    if (word === 'help') continue;
    const verb = command.commands.find((each) => each.name() === word);
    if (verb === undefined) {
      if (command.commands.length === 0 || word.startsWith('-')) return;
      const names = command.commands.map((each) => each.name()).join(', ');
      command.error(`error: unknown command '${word}'; there are: ${names}`);
    }
    command = verb as Command;
  }
}

/** The command line. Each verb adds itself. */
export function makeProgram(): Command {
  const program = new Program('sipseer')
    .description(
      'Names SIP scanners, password guessing and ghost calls, without touching the call path.',
    )
    .version(packageVersion(), '-V, --version')
    .option('--no-color', 'no colours (NO_COLOR does the same)')
    .showHelpAfterError('(add --help for what is possible)')
    .exitOverride();
  addRunCommand(program);
  addReplayCommand(program);
  addExplainCommand(program);
  addSignaturesCommand(program);
  addInterfacesCommand(program);
  addCheckConfigCommand(program);
  return program;
}
