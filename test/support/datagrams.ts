import { once } from 'node:events';
import type { Namespace } from './namespaces.js';

/** Runs in the namespace: as many datagrams as the system takes, each with its number. */
const PROGRAM = `
const [to, text, count, length] = process.argv.slice(1);
const socket = require('node:dgram').createSocket('udp4');
let number = 0;
let open = 0;
const next = () => {
  while (open < 64 && number < Number(count)) {
    const payload = Buffer.alloc(Math.max(Number(length), text.length + 12), 46);
    payload.write(text + ' ' + number++);
    open++;
    socket.send(payload, 5060, to, (error) => {
      if (error) throw error;
      open--;
      if (number < Number(count)) next();
      else if (open === 0) socket.close();
    });
  }
};
next();
`;

export interface Datagrams {
  /** What each begins with; its number follows. */
  readonly text: string;
  readonly count?: number;
  /** Bytes of payload. */
  readonly length?: number;
}

/** Writes UDP datagrams to port 5060 of an address. Resolves when the system has taken them. */
export async function writeDatagrams(
  from: Namespace,
  to: string,
  { text, count = 1, length = 0 }: Datagrams,
): Promise<void> {
  const args = ['-e', PROGRAM, to, text, String(count), String(length)];
  const child = from.spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr!.on('data', (bytes) => {
    stderr += bytes;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`datagrams could not be written: ${stderr}`);
}
