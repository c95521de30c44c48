import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CaptureSummary } from '../capture/read-capture.js';
import type { Alert } from '../incident/alert.js';
import { eveLine } from '../outputs/eve.js';
import { incidentList } from '../outputs/incident-list.js';
import { lossLines } from '../outputs/loss-report.js';
import { counted } from '../outputs/text-layout.js';
import { clockTime } from '../outputs/timestamp.js';
import { SEVERITIES, type Severity, severityRank } from '../rules/signature.js';
import { DEFAULT_PORTS } from '../sensor.js';
import { Counters } from '../telemetry/counters.js';
import { ExitCode } from './exit-codes.js';
import { loadChecked } from './load-checked.js';
import { Progress } from './progress.js';
import { type ReplayResult, replay } from './replay.js';
import { terminalOf } from './terminal.js';

interface Options {
  readonly json?: boolean;
  readonly failOn?: Severity;
  readonly ports: ReadonlySet<number> | 'any';
  readonly signatures?: string[];
  readonly separate?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly color: boolean;
}

/** Options that `replay` and `explain` share. */
export function addInputOptions(command: Command): Command {
  return command
    .argument('<path...>', 'capture files, directories, or - for standard input')
    .addOption(
      new Option('--ports <list>', 'ports to look for SIP on, or "any"')
        .argParser(parsePorts)
        .default(DEFAULT_PORTS, [...DEFAULT_PORTS].join()),
    )
    .option('--separate', 'look at each file by itself, also where one follows another in time')
    .option('--signatures <folder...>', 'more folders or files with signatures');
}

/** Adds `replay PATH…`. */
export function addReplayCommand(program: Command): void {
  const command = program
    .command('replay')
    .description('read captures (pcap or pcapng, plain or gzip) and tell what happened in them');
  addInputOptions(command)
    .option('--json', 'print events (EVE, one JSON object a line) to standard output')
    .addOption(
      new Option('--fail-on <severity>', 'exit with 3 when an alert is at least so grave').choices(
        SEVERITIES,
      ),
    )
    .option('-q, --quiet', 'no progress and no summary on standard error')
    .option('-v, --verbose', 'tell what was found in each file')
    .addHelpText('after', EXAMPLES)
    .action((paths: string[], _, self: Command) => run(paths, self.optsWithGlobals<Options>()));
}

const EXAMPLES = `
Examples:
  sipseer replay capture.pcap              what happened in a capture
  sipseer replay /var/captures             all captures below a directory, in order of time
  tcpdump -w - port 5060 | sipseer replay -
  sipseer replay --json scan.pcapng.gz | jq .sipseer.reason
  sipseer replay --fail-on high upload.pcap && echo clean

Exit codes: 0 fine, 1 a file could not be read, 2 wrong usage or signature, 3 see --fail-on`;

async function run(paths: readonly string[], options: Options): Promise<void> {
  const signatures = loadChecked(options.signatures);
  if (signatures === undefined) return;
  const counters = new Counters();
  const errors = terminalOf(process.stderr, options.color);
  const quiet = options.quiet === true;
  let progress: Progress | undefined;
  const say = (line: string) => {
    progress?.clear();
    process.stderr.write(`${line}\n`);
  };
  const incidents = new Map<string, Alert>();
  let failed = false;
  let grave = false;
  const result = await replay(paths, {
    signatures,
    counters,
    ports: options.ports === 'any' ? undefined : options.ports,
    separate: options.separate === true,
    onAlert: (alert) => {
      if (options.failOn !== undefined) {
        grave ||= severityRank(alert.severity) >= severityRank(options.failOn);
      }
      if (options.json) process.stdout.write(eveLine(alert));
      else incidents.set(alert.incidentId, alert);
    },
    onProblem: (line) => {
      failed = true;
      say(`sipseer: ${line}`);
    },
    onWarning: (line) => say(`warning: ${line}`),
    onFiles: (files) => {
      if (quiet || options.json) return;
      const total = files.reduce((sum, file) => sum + (file.size ?? 0), 0);
      say(
        `reading ${counted(files.length, 'capture')} with ${counted(signatures.signatures.length, 'signature')}`,
      );
      progress = new Progress(process.stderr, errors, counters, total);
    },
    onProgress: (bytes) => progress?.at(bytes),
    onFileDone: (summary) => {
      progress?.nextFile();
      if (options.verbose && summary !== undefined) say(fileLine(summary));
    },
  });
  progress?.clear();
  if (!options.json) printIncidents([...incidents.values()], options.color);
  if (!quiet && !options.json) printSummary(result, counters, incidents.size, say);
  if (failed) process.exitCode = ExitCode.Failure;
  if (grave) process.exitCode = ExitCode.AlertFound;
}

function printIncidents(alerts: readonly Alert[], colour: boolean): void {
  const terminal = terminalOf(process.stdout, colour);
  if (alerts.length === 0) {
    process.stdout.write('no incidents\n');
    return;
  }
  const paint = terminal.paint;
  process.stdout.write(`${incidentList(alerts, Math.min(terminal.width, 100), paint)}\n`);
  const bySeverity = [...SEVERITIES].reverse().flatMap((severity) => {
    const count = alerts.filter((alert) => alert.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}`];
  });
  process.stdout.write(`${counted(alerts.length, 'incident')}: ${bySeverity.join(', ')}\n`);
}

function fileLine({ path, format, compressed, frames, firstTime }: CaptureSummary): string {
  const from = firstTime === undefined ? '' : ` from ${clockTime(firstTime)} UTC`;
  const packed = compressed ? ', gzip' : '';
  return `${path}: ${format ?? 'unread'}${packed}, ${counted(frames, 'packet')}${from}`;
}

function printSummary(
  result: ReplayResult,
  counters: Counters,
  incidents: number,
  say: (line: string) => void,
): void {
  const { requests, responses, frames } = counters;
  const span =
    result.firstTime === undefined || result.lastTime === undefined
      ? ''
      : `from ${clockTime(result.firstTime)} to ${clockTime(result.lastTime)} UTC`;
  say(
    `${counted(result.files, 'capture')}, ${counted(frames, 'packet')}, ${counted(requests, 'SIP request')}, ${counted(responses, 'reply', 'replies')}`,
  );
  if (span !== '') say(span);
  if (result.skipped > 0)
    say(`${counted(result.skipped, 'file')} below directories are no captures`);
  for (const line of lossLines(counters)) say(`note: ${line}`);
  if (incidents > 0) say('to see why a source was named: sipseer explain PATH --source ADDRESS');
}

function parsePorts(text: string): ReadonlySet<number> | 'any' {
  if (text === 'any') return 'any';
  const ports = text.split(',').map((part) => (/^\d{1,5}$/.test(part.trim()) ? Number(part) : -1));
  if (ports.some((port) => port < 1 || port > 65_535)) {
    throw new InvalidArgumentError(
      'give port numbers joined by commas, such as 5060,5080, or "any"',
    );
  }
  return new Set(ports);
}
