import { WebConfigError } from '../http/current-web-config.js';
import { CaptureStartError } from '../live/capture-start-error.js';
import { counted } from '../outputs/text-layout.js';
import { packageVersion } from '../package-root.js';
import { type Log, standardLog } from '../service/log.js';
import { Service } from '../service/service.js';
import type { Setup } from '../service/setup.js';
import { answerSignals } from '../service/signals.js';
import { AlertPrinter } from './alert-printer.js';
import { ExitCode } from './exit-codes.js';
import type { RunFlags } from './run-options.js';
import { setupReader } from './run-setup.js';

/** How long the last lines on standard output and error may take (ms). */
const LAST_LINES = 1000;

/** Does what `run` says, until it is ended. */
export async function runAction(filter: readonly string[], flags: RunFlags): Promise<void> {
  const readSetup = setupReader(flags, filter);
  const setup = await readSetup();
  if ('problems' in setup) {
    for (const problem of setup.problems) process.stderr.write(`sipseer: ${problem}\n`);
    process.exitCode = ExitCode.Usage;
    return;
  }
  const log = standardLog(setup.config.log);
  const printer = new AlertPrinter(flags, (problem) => {
    // The sensor is there for others too, unless it has no other way out.
    const { events, web } = setup.config;
    if (events.file === undefined && web.listen_addresses.length === 0) end(problem);
    else log.warning('stdout', `${problem}; alerts are no longer printed`);
  });
  const service = new Service({
    setup,
    readSetup,
    log,
    onAlert: (alert) => printer.alert(alert),
    sinks: () => [...printer.status(), log.status()],
  });
  let end: (why: string) => void = () => {};
  const ended = new Promise<string>((resolve) => {
    end = resolve;
  });
  answerSignals({
    reload: () => void service.reload(),
    tell: () => log.info('status', service.statusLine()),
    reopen: () => service.reopen(),
    stop: (signal) => end(signal),
  });
  const exitCode = await untilEnd(service, ended, log, setup);
  await printer.close(LAST_LINES);
  await log.close(LAST_LINES);
  // A line that nobody takes must not keep the program.
  process.exit(exitCode);
}

/** Gives the exit code. The end may be asked for while the start still waits for something. */
async function untilEnd(
  service: Service,
  ended: Promise<string>,
  log: Log,
  setup: Setup,
): Promise<number> {
  try {
    const starting = service.start();
    const started = await Promise.race([starting.then(() => true), ended.then(() => false)]);
    if (started) tellReady(log, setup);
    else starting.catch(() => {});
    log.info('end', `${await ended}: what was read is judged, then all ends`);
    for (const line of await service.stop()) log.info('end', line);
    return ExitCode.Ok;
  } catch (error) {
    log.error('start', error instanceof Error ? error.message : String(error));
    return exitCodeOf(error);
  }
}

function tellReady(log: Log, { config, signatures }: Setup): void {
  const count = counted(signatures.signatures.length, 'signature');
  log.info('ready', `sipseer ${packageVersion()} with ${count} on ${config.capture.interfaces}`);
}

/** What cannot be read is told apart from what was written wrongly. */
function exitCodeOf(error: unknown): number {
  if (error instanceof WebConfigError) return ExitCode.Usage;
  if (!(error instanceof CaptureStartError)) return ExitCode.Failure;
  return error.kind === 'filter' ? ExitCode.Usage : ExitCode.CaptureFailed;
}
