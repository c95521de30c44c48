import { LabProcess } from '../../test/support/lab-process.js';
import type { Namespace } from '../../test/support/namespaces.js';

/** What was put on the wire. */
interface Sent {
  readonly frames: number;
  /** Frames a second that were really reached. */
  readonly rate: number;
}

/** Plays a capture into a veth pair at an even rate, again from its beginning when it is at its end. */
export class Sender {
  private readonly namespace: Namespace;
  private readonly path: string;

  constructor(namespace: Namespace, path: string) {
    this.namespace = namespace;
    this.path = path;
  }

  /** Sends so many frames a second for so many seconds; resolves when the last is sent. */
  async send(rate: number, seconds: number): Promise<Sent> {
    const { namespace } = this;
    const before = namespace.count('tx_packets');
    const tcpreplay = new LabProcess('ip', [
      ...['netns', 'exec', namespace.name, 'tcpreplay', '-q', '-i', namespace.interface],
      ...['--preload-pcap', '--no-flow-stats', '--loop=0'],
      ...[`--limit=${rate * seconds}`, '--pps', String(rate)],
      this.path,
    ]);
    await tcpreplay.end(20 * seconds + 60);
    if (tcpreplay.exit !== 0) throw new Error(`tcpreplay: ${tcpreplay.stderr}`);
    const frames = namespace.count('tx_packets') - before;
    const reached = /Rated:.*?([\d.]+) pps/.exec(
      tcpreplay.lines.map(({ text }) => text).join('\n'),
    );
    return { frames, rate: Number(reached?.[1] ?? rate) };
  }
}
