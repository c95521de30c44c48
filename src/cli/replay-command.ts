import { type Command, Option } from 'commander';
import { displayName } from '../capture/file-problem.js';
import type { CaptureSummary } from '../capture/read-capture.js';
import { eveLine } from '../outputs/eve.js';
import { incidentList, incidentTotals } from '../outputs/incident-list.js';
import { lossLines } from '../outputs/loss-report.js';
import { nothingFound, otherPortsText } from '../outputs/nothing-found.js';
import { counted, wrap } from '../outputs/text-layout.js';
import { clockTime } from '../outputs/timestamp.js';
import { SEVERITIES, type Severity, severityRank } from '../rules/signature.js';
import type { Sensor } from '../sensor.js';
import { ExitCode } from './exit-codes.js';
import { addInputOptions, type InputOptions } from './input-options.js';
import { inputSubject } from './input-subject.js';
import { LastAlerts } from './last-alerts.js';
import { RoleTable } from './role-table.js';
import { terminalOf } from './terminal.js';
import { type WatchedResult, watchedReplay } from './watched-replay.js';

interface Options extends InputOptions {
  readonly json?: boolean;
  readonly roles?: boolean;
  readonly failOn?: Severity;
  readonly verbose?: boolean;
}

/** Adds `replay PATH…`. */
export function addReplayCommand(program: Command): void {
  const command = program
    .command('replay')
    .description('read captures (pcap or pcapng, plain or gzip) and tell what happened in them');
  addInputOptions(command)
    .option('--json', 'print events (EVE, one JSON object a line) to standard output')
    .addOption(
      new Option(
        '--roles',
        'print what each host is, since when and why, with tabs between, instead of the incidents',
      ).conflicts('json'),
    )
    .addOption(
      new Option('--fail-on <severity>', 'exit with 3 when an alert is at least so grave').choices(
        SEVERITIES,
      ),
    )
    .addOption(new Option('-v, --verbose', 'tell what was found in each file').conflicts('quiet'))
    .addHelpText('after', EXAMPLES)
    .action((paths: string[], _, self: Command) => run(paths, self.optsWithGlobals<Options>()));
}

const EXAMPLES = `
The list comes at the end of the input, also from a pipe; --json prints each
event at once.

Examples:
  sipseer replay capture.pcap    what happened in a capture
  sipseer replay /var/captures   all captures below a directory, by time
  tcpdump -U -w - port 5060 | sipseer replay --json -
  sipseer replay --roles -q capture.pcap | cut -f 1,2
  sipseer replay --json scan.pcapng.gz | jq .sipseer.reason
  sipseer replay --fail-on high upload.pcap && echo clean

Exit codes: 0 fine, 1 a file could not be read, 2 wrong usage or signature,
3 see --fail-on (also where 1 would apply), 130 Ctrl-C, 143 SIGTERM`;

async function run(paths: readonly string[], options: Options): Promise<void> {
  const subject = inputSubject(options);
  if (subject === undefined) return;
  const json = options.json === true;
  const tellsMore = options.quiet !== true && !json;
  const incidents = new LastAlerts();
  const roles = new RoleTable();
  let grave = false;
  const onSensorDone = ({ observer }: Sensor) => roles.add(observer.roles);
  const result = await watchedReplay(paths, options, {
    subject,
    showProgress: tellsMore,
    onAlert: (alert, story) => {
      if (options.failOn !== undefined) {
        grave ||= severityRank(alert.severity) >= severityRank(options.failOn);
      }
      if (json) process.stdout.write(eveLine(alert));
      else incidents.add(alert, story);
    },
    ...(options.verbose === true ? { fileLine } : {}),
    ...(options.roles === true ? { onSensorDone } : {}),
  });
  if (options.roles === true) process.stdout.write(`${roles.lines().join('\n')}\n`);
  else if (!json) printIncidents(incidents, result, options.color);
  if (tellsMore) printSummary(result, incidents.values().length > 0, options.color);
  const interrupted = result.exitCode > ExitCode.CaptureFailed;
  process.exitCode = grave && !interrupted ? ExitCode.AlertFound : result.exitCode;
}

function printIncidents(incidents: LastAlerts, result: WatchedResult, colour: boolean): void {
  const { width, paint } = terminalOf(process.stdout, colour);
  const alerts = incidents.values();
  const lines =
    alerts.length === 0
      ? wrap(nothingFound(result.counters, result.otherPorts, result.ports), width, 0)
      : [incidentList(alerts, width, paint), ...incidentTotals(alerts, incidents.more, width)];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function fileLine({ path, format, compressed, frames, firstTime }: CaptureSummary): string {
  const from = firstTime === undefined ? '' : ` from ${clockTime(firstTime)} UTC`;
  const packed = compressed ? ', gzip' : '';
  const name = displayName(path);
  return `${name}: ${format ?? 'unread'}${packed}, ${counted(frames, 'packet')}${from}`;
}

function printSummary(result: WatchedResult, found: boolean, colour: boolean): void {
  const { counters, otherPorts, ports, firstTime, lastTime } = result;
  const { requests, responses, frames } = counters;
  const lines = [
    `${counted(result.files, 'capture')}, ${counted(frames, 'packet')}, ${counted(requests, 'SIP request')}, ${counted(responses, 'reply', 'replies')}`,
  ];
  if (firstTime !== undefined && lastTime !== undefined) {
    lines.push(`from ${clockTime(firstTime)} to ${clockTime(lastTime)} UTC`);
  }
  if (result.skipped > 0) {
    lines.push(`${counted(result.skipped, 'file')} below directories are no captures`);
  }
  for (const line of lossLines(counters)) lines.push(`note: ${line}`);
  // Without any SIP the result itself says it.
  const others = requests + responses > 0 ? otherPortsText(otherPorts, ports) : '';
  if (others !== '') lines.push(`note: ${others}`);
  if (found) lines.push('to see why a source was named: sipseer explain PATH --source ADDRESS');
  const { width } = terminalOf(process.stderr, colour);
  for (const line of lines.flatMap((text) => wrap(text, width, 0))) {
    process.stderr.write(`${line}\n`);
  }
}
