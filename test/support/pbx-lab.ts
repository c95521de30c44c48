import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FetchInside } from './fetch-inside.js';
import { LabProcess } from './lab-process.js';
import { Namespace, NamespacePair, namespacesUnavailable, programsMissing } from './namespaces.js';
import { PROGRAM } from './run-program.js';

/** The telephone system. */
export const PBX = '198.51.100.1';
/** Addresses of its machine where nothing listens: who sweeps finds silence. */
export const DEAD = ['198.51.100.11', '198.51.100.12', '198.51.100.13', '198.51.100.14'];
/** One for each attack of a test, so that each is an incident of its own. */
export const ATTACKERS = ['198.51.100.66', '198.51.100.67', '198.51.100.68'] as const;
/** The end of the mirror that the sensor reads. */
export const MIRROR = 'mirror0';
const SPAN = 'span0';
export const SENSOR_URL = 'http://127.0.0.1:15060';

/** Why there can be no lab here; undefined: it can be made. */
export function labUnavailable(...more: string[]): string | undefined {
  const reason = programsMissing('tc', 'kamailio', ...more) ?? namespacesUnavailable();
  if (reason !== undefined) return reason;
  try {
    new PbxLab().remove();
    return undefined;
  } catch (error) {
    return `no mirror can be made here: ${(error as Error).message}`;
  }
}

let labs = 0;

/**
 * Three network namespaces on one machine: a telephone system, an attacker outside, and a sensor
 * that has nothing but a mirror port, on which it sees what passes between the two, both ways:
 *
 *     outside  veth0 ------- veth0  pbx  span0 ------> mirror0  watch
 */
export class PbxLab {
  readonly pbx: Namespace;
  readonly outside: Namespace;
  readonly watch: Namespace;
  /** For captures, state and whatever else a test writes; any user may write there. */
  readonly folder = mkdtempSync(join(tmpdir(), 'sipseer-lab-'));
  private readonly pair = new NamespacePair();
  private readonly processes: LabProcess[] = [];
  private readonly removeAtExit = () => this.removeNamespaces();
  private http: FetchInside | undefined;

  constructor() {
    this.pbx = this.pair.left;
    this.outside = this.pair.right;
    this.watch = new Namespace(`sipseer-pair-${process.pid}-watch${++labs}`, '');
    process.once('exit', this.removeAtExit);
    chmodSync(this.folder, 0o777);
    try {
      for (const address of DEAD) addAddress(this.pbx, address);
      for (const address of ATTACKERS) addAddress(this.outside, address);
      this.plugInMirror();
    } catch (error) {
      this.remove();
      throw error;
    }
  }

  /** What tells of itself (IPv6) is off before the interfaces come up. */
  private plugInMirror(): void {
    const { pbx, watch } = this;
    spawnSync('ip', ['netns', 'add', watch.name]);
    watch.run('ip', 'link', 'set', 'lo', 'up');
    const peer = ['peer', 'name', MIRROR, 'netns', watch.name];
    pbx.run('ip', 'link', 'add', SPAN, 'type', 'veth', ...peer);
    for (const [namespace, end] of [
      [pbx, SPAN],
      [watch, MIRROR],
    ] as const) {
      namespace.run('sh', '-c', `echo 1 > /proc/sys/net/ipv6/conf/${end}/disable_ipv6`);
      namespace.run('ip', 'link', 'set', end, 'up');
    }
    const lan = pbx.interface;
    pbx.run('tc', 'qdisc', 'add', 'dev', lan, 'clsact');
    const everything = ['protocol', 'all', 'u32', 'match', 'u32', '0', '0'];
    const mirror = ['action', 'mirred', 'egress', 'mirror', 'dev', SPAN];
    for (const way of ['ingress', 'egress']) {
      pbx.run('tc', 'filter', 'add', 'dev', lan, way, ...everything, ...mirror);
    }
  }

  /** Starts a program in a namespace; it is ended with the lab at the latest. */
  start(namespace: Namespace, program: string, ...args: readonly string[]): LabProcess {
    const inside = ['netns', 'exec', namespace.name, program, ...args];
    const started = new LabProcess('ip', inside, { HOME: this.folder });
    this.processes.push(started);
    return started;
  }

  async startKamailio(): Promise<void> {
    const config = ['-f', 'test/support/kamailio.cfg'];
    const kamailio = this.start(this.pbx, 'kamailio', ...config, '-DD', '-E', '-m', '64');
    const port = ':13C4 '; // 5060
    await kamailio.until('kamailio listens', () =>
      this.pbx.run('cat', '/proc/net/udp').includes(port),
    );
  }

  /**
   * What the attacker starts from now on has this address. By the route, since svwar and svcrack
   * do not heed their own option for it.
   */
  attackFrom(address: string): void {
    const { outside } = this;
    const network = ['198.51.100.0/24', 'dev', outside.interface];
    outside.run('ip', 'route', 'replace', ...network, 'src', address);
  }

  /** Runs a program of the attacker to its end; what is not done by then is cut off. */
  async attack(seconds: number, program: string, ...args: readonly string[]): Promise<LabProcess> {
    const attack = this.start(this.outside, program, ...args);
    await attack.end(seconds);
    return attack;
  }

  /** Records the mirror with tcpdump until it is stopped. */
  async record(file: string): Promise<LabProcess> {
    const options = ['-i', MIRROR, '-n', '-U', '-s', '0', '-Z', 'root'];
    const tcpdump = this.start(this.watch, 'tcpdump', ...options, '-w', file);
    await tcpdump.until('tcpdump listens', () => tcpdump.stderr.includes('listening on'));
    return tcpdump;
  }

  /**
   * Starts `sipseer run` on the mirror and waits until it says that it is ready. `before` is a
   * command that starts it, such as one that gives up rights.
   */
  async sensor(args: readonly string[], before: readonly string[] = []): Promise<LabProcess> {
    const line = [...before, process.execPath, PROGRAM, 'run', '-i', MIRROR, ...args];
    const sensor = this.start(this.watch, line[0]!, ...line.slice(1));
    await sensor.until('the sensor is ready', async () => {
      return (await this.web.fetch(`${SENSOR_URL}/-/ready`)).status === 200;
    });
    return sensor;
  }

  /** HTTP beside the sensor. */
  get web(): FetchInside {
    this.http ??= new FetchInside(['ip', 'netns', 'exec', this.watch.name]);
    return this.http;
  }

  /** Frames that have left the sensor's end of the mirror. */
  transmitted(): number {
    const file = `/sys/class/net/${MIRROR}/statistics/tx_packets`;
    return Number(this.watch.run('cat', file));
  }

  async close(): Promise<void> {
    await this.http?.close();
    await Promise.all(this.processes.map((process) => process.stop()));
    this.remove();
  }

  /** Removes what was made. Whoever has started processes closes the lab instead. */
  remove(): void {
    this.removeNamespaces();
    process.off('exit', this.removeAtExit);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private removeNamespaces(): void {
    for (const { name } of [this.pbx, this.outside, this.watch]) {
      const { stdout } = spawnSync('ip', ['netns', 'pids', name], { encoding: 'utf8' });
      // Children of what was started here, if they outlived it.
      for (const pid of stdout.split('\n').filter(Boolean)) kill(Number(pid));
    }
    this.pair.remove();
    spawnSync('ip', ['netns', 'del', this.watch.name]);
  }
}

function addAddress(namespace: Namespace, address: string): void {
  namespace.run('ip', 'address', 'add', `${address}/24`, 'dev', namespace.interface);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
