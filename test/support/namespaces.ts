import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';

/**
 * Two network namespaces joined by a veth pair, for tests that need interfaces of their own:
 *
 *   const reason = namespacesUnavailable();
 *   const pair = new NamespacePair();            // left: 198.51.100.1, right: 198.51.100.2
 *   pair.right.run('ip', 'link', 'set', 'veth0', 'down');
 *   pair.remove();                               // also done when the process ends
 *
 * Names are this process's own. Nothing outside the two namespaces is touched.
 */
export class NamespacePair {
  readonly left: Namespace;
  readonly right: Namespace;

  /** IPv6 sends packets by itself, so it is off unless asked for. */
  constructor({ ipv6 = false }: { ipv6?: boolean } = {}) {
    const number = ++made;
    this.left = new Namespace(`${PREFIX}${process.pid}-${number}a`, '198.51.100.1');
    this.right = new Namespace(`${PREFIX}${process.pid}-${number}b`, '198.51.100.2');
    alive.add(this);
    for (const { name } of [this.left, this.right]) command('ip', 'netns', 'add', name);
    for (const each of [this.left, this.right]) {
      if (!ipv6) {
        each.run('sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1');
        each.run('sysctl', '-qw', 'net.ipv6.conf.default.disable_ipv6=1');
      }
      each.run('ip', 'link', 'set', 'lo', 'up');
    }
    this.join();
  }

  /** Makes the veth pair, with new interfaces when there was one before. */
  join(): void {
    const { left, right } = this;
    left.run('ip', 'link', 'add', INTERFACE, 'type', 'veth', ...PEER, 'netns', right.name);
    for (const { run, address } of [left, right]) {
      run('ip', 'addr', 'add', `${address}/24`, 'dev', INTERFACE);
      run('ip', 'link', 'set', INTERFACE, 'up');
    }
  }

  /** Removes the veth pair. */
  part(): void {
    this.right.run('ip', 'link', 'del', INTERFACE);
  }

  remove(): void {
    if (!alive.delete(this)) return;
    for (const { name } of [this.left, this.right]) spawnSync('ip', ['netns', 'del', name]);
  }
}

export class Namespace {
  readonly name: string;
  readonly address: string;
  /** The interface that leads to the other namespace. */
  readonly interface = INTERFACE;

  constructor(name: string, address: string) {
    this.name = name;
    this.address = address;
  }

  /** Runs a program in this namespace to its end. Gives its standard output; throws if it fails. */
  readonly run = (program: string, ...args: string[]): string =>
    command('ip', 'netns', 'exec', this.name, program, ...args);

  /** Starts a program in this namespace; the child's pid is the program's. */
  spawn(program: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
    return spawn('ip', ['netns', 'exec', this.name, program, ...args], options);
  }

  /** A count of the kernel about the interface, such as `tx_packets`. */
  count(statistic: string): number {
    return Number(this.run('cat', `/sys/class/net/${INTERFACE}/statistics/${statistic}`));
  }
}

const PREFIX = 'sipseer-pair-';
const INTERFACE = 'veth0';
const PEER = ['peer', 'name', INTERFACE];

let made = 0;
const alive = new Set<NamespacePair>();
// A test that fails or throws leaves nothing behind either.
process.on('exit', () => {
  for (const pair of alive) pair.remove();
});

/** Why namespaces cannot be made here; undefined: they can. */
export function namespacesUnavailable(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces exist only on Linux';
  if (process.getuid?.() !== 0) return 'only root may make network namespaces';
  const name = `${PREFIX}${process.pid}-try`;
  const { error, status, stderr } = spawnSync('ip', ['netns', 'add', name], { encoding: 'utf8' });
  if (error !== undefined) return 'the program ip is missing';
  if (status !== 0) return `network namespaces are not allowed here: ${stderr.trim()}`;
  spawnSync('ip', ['netns', 'del', name]);
  removeOrphans();
  return undefined;
}

/** Why one of the programs cannot be run; undefined: all are there. */
export function programsMissing(...programs: string[]): string | undefined {
  const missing = programs.filter(
    (program) => spawnSync('sh', ['-c', 'command -v "$0"', program]).status !== 0,
  );
  return missing.length === 0 ? undefined : `missing here: ${missing.join(', ')}`;
}

/** Namespaces of test processes that were killed. */
function removeOrphans(): void {
  for (const line of command('ip', 'netns', 'list').split('\n')) {
    const [, name, pid] = /^(sipseer-pair-(\d+)-\S+)/.exec(line) ?? [];
    if (name !== undefined && !isRunning(Number(pid))) spawnSync('ip', ['netns', 'del', name]);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function command(program: string, ...args: string[]): string {
  const { error, status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr.trim()}`);
  return stdout;
}
