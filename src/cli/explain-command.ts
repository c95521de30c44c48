import type { Command } from 'commander';
import type { Alert } from '../incident/alert.js';
import { explanation, MatchLog } from '../outputs/explanation.js';
import { counted } from '../outputs/text-layout.js';
import { severityRank } from '../rules/signature.js';
import { Counters } from '../telemetry/counters.js';
import { parseAddress } from '../wire/address.js';
import { ExitCode } from './exit-codes.js';
import { loadChecked } from './load-checked.js';
import { replay } from './replay.js';
import { addInputOptions } from './replay-command.js';
import { terminalOf } from './terminal.js';

interface Options {
  readonly source?: string;
  readonly ports: ReadonlySet<number> | 'any';
  readonly signatures?: string[];
  readonly separate?: boolean;
  readonly color: boolean;
}

/** Adds `explain PATH…`. */
export function addExplainCommand(program: Command): void {
  const command = program
    .command('explain')
    .description('tell for one source, in order, what was seen in captures and why it counted');
  addInputOptions(command)
    .option('--source <address>', 'the source to explain; left out: the gravest')
    .addHelpText(
      'after',
      `
Examples:
  sipseer explain scan.pcap
  sipseer explain /var/captures --source 198.51.100.7`,
    )
    .action((paths: string[], _, self: Command) => run(paths, self.optsWithGlobals<Options>()));
}

async function run(paths: readonly string[], options: Options): Promise<void> {
  const wanted = options.source === undefined ? undefined : parseAddress(options.source);
  if (options.source !== undefined && wanted === undefined) {
    fail(`"${options.source}" is not an address; give one such as 198.51.100.7`, ExitCode.Usage);
    return;
  }
  const signatures = loadChecked(options.signatures);
  if (signatures === undefined) return;
  const log = new MatchLog(wanted);
  const alerts = new Map<string, Alert>();
  await replay(paths, {
    signatures,
    counters: new Counters(),
    ports: options.ports === 'any' ? undefined : options.ports,
    separate: options.separate === true,
    onAlert: (alert) => alerts.set(alert.incidentId, alert),
    onProblem: (line) => fail(line, ExitCode.Failure),
    onWarning: (line) => process.stderr.write(`warning: ${line}\n`),
    onSensor: (sensor) => {
      sensor.engine.onMatch = (match) => log.add(match, sensor.incidents.captureName);
    },
  });
  const incidents = [...alerts.values()];
  const source = options.source ?? gravest(incidents)?.sourceIp;
  if (source === undefined) {
    process.stdout.write('no incidents: there is nothing to explain\n');
    return;
  }
  const own = incidents.filter((alert) => parseAddress(alert.sourceIp) === parseAddress(source));
  const terminal = terminalOf(process.stdout, options.color);
  const width = Math.min(terminal.width, 100);
  process.stdout.write(explanation(source, own, log, width, terminal.paint));
  const others = new Set(incidents.map((alert) => alert.sourceIp));
  others.delete(source);
  if (options.source === undefined && others.size > 0) {
    const names = [...others].slice(0, 8).join(', ');
    const more = others.size > 8 ? '…' : '';
    process.stderr.write(
      `${counted(others.size, 'other source')}: ${names}${more} (choose with --source)\n`,
    );
  }
}

function gravest(alerts: readonly Alert[]): Alert | undefined {
  const rank = (alert: Alert) => severityRank(alert.severity);
  return [...alerts].sort((a, b) => rank(b) - rank(a) || a.firstSeen - b.firstSeen)[0];
}

function fail(message: string, code: number): void {
  process.stderr.write(`sipseer: ${message}\n`);
  process.exitCode = code;
}
