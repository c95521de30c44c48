import { CommanderError } from 'commander';
import { ExitCode } from './exit-codes.js';
import { makeProgram } from './program.js';

/** Does what the command line says, and sets the exit code. */
export async function start(argv: readonly string[]): Promise<void> {
  // Whoever reads our output may stop reading (`| head`): that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? ExitCode.Ok : ExitCode.Failure);
  });
  try {
    await makeProgram().parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? ExitCode.Ok : ExitCode.Usage;
    } else {
      const message = error instanceof Error ? error.message : String(error);
      process.stderr.write(`sipseer: ${message}\n`);
      process.exitCode = ExitCode.Failure;
    }
  }
}
