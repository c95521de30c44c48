import type { Alert } from '../incident/alert.js';
import { explanation, MatchLog } from '../outputs/explanation.js';
import { gravestFirst } from '../outputs/incident-groups.js';
import { nothingFound } from '../outputs/nothing-found.js';
import { counted, wrap } from '../outputs/text-layout.js';
import { type Address, addressText, parseAddress } from '../wire/address.js';
import { ExitCode } from './exit-codes.js';
import type { InputOptions } from './input-options.js';
import { inputSubject } from './input-subject.js';
import { LastAlerts } from './last-alerts.js';
import { terminalOf } from './terminal.js';
import { watchedReplay } from './watched-replay.js';

export interface ExplainFlags extends InputOptions {
  readonly source?: string;
}

/** Does what `explain` says. */
export async function explainAction(
  paths: readonly string[],
  options: ExplainFlags,
): Promise<void> {
  const wanted = options.source === undefined ? undefined : parseAddress(options.source);
  if (options.source !== undefined && wanted === undefined) {
    process.stderr.write(
      `sipseer: "${options.source}" is not an address; give one such as 198.51.100.7\n`,
    );
    process.exitCode = ExitCode.Usage;
    return;
  }
  const subject = await inputSubject(options);
  if (subject === undefined) return;
  const log = new MatchLog(wanted);
  const alerts = new LastAlerts();
  let seen = false;
  const result = await watchedReplay(paths, options, {
    subject,
    showProgress: options.quiet !== true,
    onAlert: (alert, story) => alerts.add(alert, story),
    onSensor: (sensor) => {
      sensor.engine.onMatch = (match) => log.add(match, sensor.incidents.captureName);
    },
    onSensorDone: ({ observer }) => {
      seen ||= wanted !== undefined && observer.sources.find(wanted) !== undefined;
    },
  });
  process.exitCode = result.exitCode;
  const incidents = gravestFirst(alerts.values());
  const source = wanted ?? addressOf(incidents[0]);
  const { width, paint } = terminalOf(process.stdout, options.color);
  if (source === undefined) {
    const nothing = nothingFound(result.counters, result.otherPorts, result.ports);
    const lines = wrap(`${nothing}: there is nothing to explain`, width, 0);
    process.stdout.write(`${lines.join('\n')}\n`);
    return;
  }
  const own = alerts.values().filter((alert) => concerns(alert, source));
  const explained = { source: addressText(source), incidents: own, seen };
  process.stdout.write(explanation(explained, log, width, paint));
  if (wanted === undefined && options.quiet !== true) {
    nameOthers(incidents, explained.source, options.color);
  }
}

function addressOf(alert: Alert | undefined): Address | undefined {
  return alert === undefined ? undefined : parseAddress(alert.sourceIp);
}

/** It is about this address, or about many of which this is one. */
function concerns(alert: Alert, source: Address): boolean {
  return addressOf(alert) === source || alert.sources.sample.includes(addressText(source));
}

const NAMED = 8;

function nameOthers(incidents: readonly Alert[], source: string, colour: boolean): void {
  const others = new Set(incidents.map((alert) => alert.sourceIp));
  others.delete(source);
  if (others.size === 0) return;
  const names = [...others].slice(0, NAMED).join(', ');
  const more = others.size > NAMED ? '…' : '';
  const text = `${counted(others.size, 'other source')}: ${names}${more} (choose with --source)`;
  const { width } = terminalOf(process.stderr, colour);
  process.stderr.write(`${wrap(text, width, 0).join('\n')}\n`);
}
