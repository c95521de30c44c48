import { displayName } from '../capture/file-problem.js';
import type { CaptureSummary } from '../capture/read-capture.js';
import { eveLine } from '../outputs/eve.js';
import { incidentList, incidentTotals } from '../outputs/incident-list.js';
import { lossLines } from '../outputs/loss-report.js';
import { nothingFound, otherPortsText } from '../outputs/nothing-found.js';
import { counted, wrap } from '../outputs/text-layout.js';
import { clockTime } from '../outputs/timestamp.js';
import { type Severity, severityRank } from '../rules/signature.js';
import type { Sensor } from '../sensor.js';
import { ExitCode } from './exit-codes.js';
import type { InputOptions } from './input-options.js';
import { inputSubject } from './input-subject.js';
import { LastAlerts } from './last-alerts.js';
import { RoleTable } from './role-table.js';
import { terminalOf } from './terminal.js';
import { type WatchedResult, watchedReplay } from './watched-replay.js';

export interface ReplayFlags extends InputOptions {
  readonly json?: boolean;
  readonly roles?: boolean;
  readonly failOn?: Severity;
  readonly verbose?: boolean;
}

/** Does what `replay` says. */
export async function replayAction(paths: readonly string[], options: ReplayFlags): Promise<void> {
  const subject = await inputSubject(options);
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
