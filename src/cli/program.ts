import { Command } from 'commander';
import { packageVersion } from '../package-root.js';
import { addExplainCommand } from './explain-command.js';
import { addReplayCommand } from './replay-command.js';
import { addSignaturesCommand } from './signatures-command.js';

/** The command line. Each verb adds itself. */
export function makeProgram(): Command {
  const program = new Command('sipseer')
    .description(
      'Names SIP scanners, password guessing and ghost calls, without touching the call path.',
    )
    .version(packageVersion(), '-V, --version')
    .option('--no-color', 'no colours (NO_COLOR does the same)')
    .showHelpAfterError('(add --help for what is possible)')
    .exitOverride();
  addReplayCommand(program);
  addExplainCommand(program);
  addSignaturesCommand(program);
  return program;
}
