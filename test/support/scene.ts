import { join } from 'node:path';
import { packageRoot } from '../../src/package-root.js';
import { type LoadedSignatures, loadSignatures } from '../../src/rules/load.js';
import { DEFAULT_PORTS } from '../../src/sensor/default-ports.js';
import { SensorRun } from './sensor-run.js';
import { answer, type RequestOptions, request } from './sip-texts.js';

export const ATTACKER = '198.51.100.7';
export const PBX = '203.0.113.5';

const shipped = loadSignatures([join(packageRoot(), 'signatures')]);

/** Who speaks to whom; addresses as `198.51.100.7` or with `:port`. */
export interface Between {
  from?: string;
  to?: string;
  /** Where the answer goes, if not back to where the request came from. */
  replyTo?: string;
}

/** Traffic told step by step, and what signatures (by default those shipped) say of it. */
export class Scene extends SensorRun {
  /** Seconds since the start. */
  clock = 0;
  /** Seconds that pass after each request. */
  every = 0.1;

  constructor(signatures: LoadedSignatures = shipped) {
    super(signatures, DEFAULT_PORTS);
  }

  /** A request, and the answers to it, if any: `404 Not Found`, more header lines behind it. */
  ask(options: RequestOptions, answers: string | readonly string[] = [], between: Between = {}) {
    const { from = ATTACKER, to = PBX, replyTo = from } = between;
    const text = request(options);
    this.send(text, from, to);
    for (const [i, status] of [answers].flat().entries()) {
      const [line = '', ...headers] = status.split('\n');
      this.send(answer(text, line, headers), to, replyTo, 0.01 * (i + 1));
    }
    this.clock += this.every;
    return text;
  }

  send(text: string, from = ATTACKER, to = PBX, later = 0): void {
    this.udp(text, this.clock + later, endpoint(from), endpoint(to));
  }

  /** Three hosts get replies from three others: the mirror shows both directions. */
  twoWay(): this {
    for (const host of [1, 2, 3]) {
      this.ask({}, '200 OK', { from: `192.0.2.${host}`, to: `192.0.2.10${host}` });
    }
    return this;
  }

  /** Who is accused (of more than information), and by which rules, when all is over. */
  accused(): Map<string, readonly string[]> {
    const graver = this.finish().filter(({ severity }) => severity !== 'info');
    return new Map(graver.map(({ sourceIp, rules }) => [sourceIp, rules]));
  }
}

function endpoint(address: string): string {
  return address.includes(':') ? address : `${address}:5060`;
}
