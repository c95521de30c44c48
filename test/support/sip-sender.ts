import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabProcess } from './lab-process.js';
import type { Namespace } from './namespaces.js';
import { makePcap } from './pcap-writer.js';

export interface PlayOptions {
  /** Frames a second; undefined: as fast as they go. */
  readonly rate?: number;
  /** Over and over for so many seconds; undefined: once. */
  readonly seconds?: number;
}

let files = 0;

/** Puts frames on the wire at the other end of an interface, with tcpreplay. */
export class SipSender {
  private readonly namespace: Namespace;
  private readonly folder: string;

  /** `namespace`: where the sender is; the sensor is in the other. */
  constructor(namespace: Namespace, folder: string) {
    this.namespace = namespace;
    this.folder = folder;
  }

  /** Sends the frames in this order; resolves when all are sent, and gives how many were. */
  async play(frames: readonly Uint8Array[], options: PlayOptions = {}): Promise<number> {
    const { rate, seconds } = options;
    const file = join(this.folder, `frames-${++files}.pcap`);
    writeFileSync(file, makePcap(frames.map((bytes) => ({ time: 0, bytes }))));
    const before = this.sent();
    const tcpreplay = new LabProcess('ip', [
      ...['netns', 'exec', this.namespace.name, 'tcpreplay', '-q'],
      ...['-i', this.namespace.interface, '--preload-pcap', '--no-flow-stats'],
      ...(rate === undefined ? ['--topspeed'] : ['--pps', String(rate)]),
      ...(seconds === undefined ? [] : ['--loop=0', `--duration=${seconds}`]),
      file,
    ]);
    await tcpreplay.end((seconds ?? 0) + 30);
    rmSync(file);
    if (tcpreplay.exit !== 0) throw new Error(`tcpreplay: ${tcpreplay.stderr}`);
    return this.sent() - before;
  }

  /** As the kernel counts them. */
  private sent(): number {
    return this.namespace.count('tx_packets');
  }
}
