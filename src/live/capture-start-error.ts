import { ANY, type InterfaceFacts } from './interface-facts.js';
import type { StartFault, StartProblem } from './start-fault.js';

/**
 * Why capture cannot begin. The message is one line that says what to do. For `filter` the operator
 * has to change what was written; all others are the system's.
 */
export class CaptureStartError extends Error {
  readonly kind: StartFault;

  constructor(kind: StartFault, message: string) {
    super(message);
    this.kind = kind;
  }
}

const MOST_NAMES = 12;

/** There is no interface `name`; `others` are those that there are. */
export function noSuchInterface(
  name: string,
  others: readonly InterfaceFacts[],
): CaptureStartError {
  const names = [...others.map((each) => each.name), ANY];
  const listed = names.slice(0, MOST_NAMES).join(', ');
  const more = names.length > MOST_NAMES ? ', … (see: sipseer interfaces)' : '';
  return new CaptureStartError(
    'interface',
    `there is no interface '${name}'; there are: ${listed}${more}`,
  );
}

/** A child's problem on `name`, as a line for people. */
export function startError(name: string, problem: StartProblem): CaptureStartError {
  return new CaptureStartError(problem.kind, startMessage(name, problem));
}

function startMessage(name: string, { kind, message }: StartProblem): string {
  switch (kind) {
    case 'permission':
      return (
        `no permission to capture on ${name} (${message}): run as root, or grant CAP_NET_RAW to ` +
        'this process alone (systemd: AmbientCapabilities=CAP_NET_RAW, or setpriv --ambient-caps ' +
        '+net_raw --inh-caps +net_raw); do not use setcap on node'
      );
    case 'module':
      return (
        `the capture module is not installed (${message}): npm run setup builds it, or use ` +
        '--capture tcpdump'
      );
    case 'program':
      return `tcpdump was not found (${message}): apt install tcpdump, or use --capture cap`;
    case 'filter':
      return `the capture filter is wrong: ${message}`;
    default:
      return `capture on ${name} cannot begin: ${message === '' ? 'no reason was given' : message}`;
  }
}
