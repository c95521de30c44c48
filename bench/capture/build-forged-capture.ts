import { closeSync, openSync } from 'node:fs';
import { ForgedTraffic } from '../../test/support/forged-traffic.js';
import { PacketFile } from './packet-file.js';

/** Writes the traffic of so many forged sources to a pcap file; gives the number of its frames. */
export function buildForgedCapture(path: string, sources: number): { readonly frames: number } {
  const descriptor = openSync(path, 'w');
  try {
    const file = new PacketFile(descriptor);
    const traffic = new ForgedTraffic((frame, time) => file.frame(time, frame));
    while (traffic.sources < sources) traffic.next();
    file.end();
    return { frames: file.frames };
  } finally {
    closeSync(descriptor);
  }
}
