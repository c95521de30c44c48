#!/usr/bin/env node
import { CommanderError } from 'commander';
import { ExitCode } from './cli/exit-codes.js';
import { makeProgram } from './cli/program.js';

// Whoever reads our output may stop reading (`| head`): that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? ExitCode.Ok : ExitCode.Failure);
});

// `-r FILE` alone means replay, and `-i IF` run, as in tcpdump and Suricata.
const [node, script, first, ...rest] = process.argv;
const verb = first === '-r' ? ['replay'] : first === '-i' ? ['run', '-i'] : [first];
const argv = [node!, script!, ...verb, ...rest];

try {
  await makeProgram().parseAsync(argv.filter((word) => word !== undefined));
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? ExitCode.Ok : ExitCode.Usage;
  } else {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`sipseer: ${message}\n`);
    process.exitCode = ExitCode.Failure;
  }
}
