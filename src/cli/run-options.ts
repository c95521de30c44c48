import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Config } from '../config/config.js';
import type { TunnelName } from '../config/tunnel-names.js';
import { BACKENDS, type Backend } from '../live/capture-status.js';
import { signaturesOption } from './input-options.js';
import { parsePorts } from './port-list.js';
import { tunnelList } from './tunnel-list.js';

/** What may be said on the command line; each stands above the configuration file. */
export interface RunFlags {
  readonly interface?: string[];
  readonly config?: string;
  readonly capture?: Backend;
  readonly ports?: ReadonlySet<number> | 'any';
  readonly tunnels?: TunnelName[];
  readonly buffer?: number;
  readonly snaplen?: number;
  readonly promiscuous: boolean;
  readonly record?: string;
  readonly signatures?: string[];
  readonly events?: string;
  readonly stateDir?: string;
  readonly 'web.listenAddress'?: string[];
  readonly 'web.telemetryPath'?: string;
  readonly 'web.config.file'?: string;
  readonly 'web.enableLifecycle'?: boolean;
  readonly web: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly color: boolean;
}

/** Adds the options of `run`. */
export function addRunOptions(command: Command): Command {
  return command
    .argument('[filter...]', "what to capture, in tcpdump's words, instead of the ports")
    .addOption(repeated('-i, --interface <name>', 'read this interface; may be given again'))
    .option('-c, --config <file>', 'the configuration; what is said here stands above it')
    .addOption(
      new Option('--capture <backend>', 'what reads the interface (default: cap)').choices(
        BACKENDS,
      ),
    )
    .addOption(
      new Option(
        '--ports <list>',
        'look for SIP on these ports: 5060,5070-5080 or "any" (default: 5060,5061)',
      ).argParser(parsePorts),
    )
    .addOption(
      new Option(
        '--tunnels <list>',
        'let these through whole: all, none, or gre,vxlan,... (default: all)',
      ).argParser(tunnelList),
    )
    .addOption(
      new Option('-B, --buffer <MiB>', "size of the kernel's ring (default: 128)").argParser(
        wholeNumber,
      ),
    )
    .addOption(
      new Option(
        '-s, --snaplen <bytes>',
        'bytes kept of a frame, tcpdump only (default: 16300)',
      ).argParser(wholeNumber),
    )
    .option('-p, --no-promiscuous', 'not in promiscuous mode, tcpdump only')
    .option('--record <file>', 'write what was captured to a pcapng file, for replay')
    .addOption(signaturesOption())
    .option('--events <file>', 'append every event (EVE, one JSON object a line) to a file')
    .option('--state-dir <folder>', 'keep what was learned here, over restarts')
    .addOption(
      repeated(
        '--web.listen-address <address>',
        'serve metrics and pages here; may be given again (default: 127.0.0.1:15060)',
      ),
    )
    .option('--web.telemetry-path <path>', 'where metrics are (default: /metrics)')
    .option('--web.config.file <file>', "TLS and passwords, in Prometheus' web-config format")
    .option('--web.enable-lifecycle', 'allow POST /-/reload')
    .option('--no-web', 'serve nothing')
    .option('--json', 'print events to standard output, one JSON object a line')
    .option('-q, --quiet', 'print no alerts; the log has warnings and errors only')
    .addOption(new Option('-v, --verbose', 'a log with more detail').conflicts('quiet'));
}

function repeated(flags: string, description: string): Option {
  return new Option(flags, description).argParser((value: string, before?: string[]) => [
    ...(before ?? []),
    value,
  ]);
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('give a whole number');
  return Number(text);
}

/** The configuration with what was said on the command line put above it. */
export function withFlags(config: Config, flags: RunFlags, filter: readonly string[]): Config {
  const { capture, events, log, signatures, state, web } = config;
  const logLevel = flags.quiet === true ? 'warning' : flags.verbose === true ? 'debug' : log.level;
  return {
    ...config,
    capture: {
      ...capture,
      interfaces: flags.interface ?? capture.interfaces,
      backend: flags.capture ?? capture.backend,
      ports: flags.ports === undefined ? capture.ports : portsOf(flags.ports),
      tunnels: flags.tunnels ?? capture.tunnels,
      filter: filter.length > 0 ? filter.join(' ') : capture.filter,
      buffer_mib: flags.buffer ?? capture.buffer_mib,
      snap_length: flags.snaplen ?? capture.snap_length,
      promiscuous: flags.promiscuous && capture.promiscuous,
      record:
        flags.record === undefined
          ? capture.record
          : { limit_mib: 1024, ...capture.record, file: flags.record },
    },
    signatures: {
      ...signatures,
      folders: [...signatures.folders, ...(flags.signatures ?? [])],
    },
    events: { ...events, file: flags.events ?? events.file },
    log: { ...log, level: logLevel },
    state: { ...state, directory: flags.stateDir ?? state.directory },
    web: {
      ...web,
      listen_addresses: flags.web ? (flags['web.listenAddress'] ?? web.listen_addresses) : [],
      telemetry_path: flags['web.telemetryPath'] ?? web.telemetry_path,
      config_file: flags['web.config.file'] ?? web.config_file,
      enable_lifecycle: flags['web.enableLifecycle'] ?? web.enable_lifecycle,
    },
  };
}

function portsOf(ports: ReadonlySet<number> | 'any'): ReadonlySet<number> | undefined {
  return ports === 'any' ? undefined : ports;
}
