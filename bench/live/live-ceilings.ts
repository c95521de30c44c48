import {
  NamespacePair,
  namespacesUnavailable,
  programsMissing,
} from '../../test/support/namespaces.js';
import { cachedCapture } from '../capture/cached-capture.js';
import { table } from '../report.js';
import type { Say } from '../say.js';
import { type Receiver, sensorReceiver, tcpdumpReceiver } from './receivers.js';
import { Sender } from './sender.js';

const MESSAGES = 500_000;
/** Seconds of one trial: much longer than the kernel's ring can hide what is not kept up with. */
const SECONDS = 5;
/** Other messages before, so that what a long-running sensor does has been compiled. */
const WARMING = { rate: 5000, seconds: 5 } as const;
const FIRST_RATE = 4000;
/** The ceiling is told to within this share. */
const PRECISION = 0.1;
/** A sender that reaches less of what was asked for has reached its own ceiling. */
const SENDERS_SHARE = 0.9;
const WANTED = 0.8;

const RECEIVERS: readonly {
  readonly name: string;
  start: (pair: NamespacePair) => Promise<Receiver>;
}[] = [
  { name: 'tcpdump -w', start: ({ left }) => tcpdumpReceiver(left) },
  { name: 'sipseer, cap', start: ({ left }) => sensorReceiver(left, 'cap') },
  { name: 'sipseer, tcpdump', start: ({ left }) => sensorReceiver(left, 'tcpdump') },
];

/**
 * The highest rate at which each receiver at one end of a veth pair sees every frame that is sent
 * into the other end; as a table. The sender and the receiver share the processors.
 */
export async function liveCeilings(say: Say): Promise<string> {
  const missing = programsMissing('tcpdump', 'tcpreplay') ?? namespacesUnavailable();
  if (missing !== undefined) return `skipped: ${missing}`;
  const { path } = cachedCapture(MESSAGES);
  const pair = new NamespacePair();
  const sender = new Sender(pair.right, path);
  const warm = new Sender(pair.right, cachedCapture(WARMING.rate * WARMING.seconds, 2).path);
  try {
    const rows: string[][] = [];
    let reference = Number.NaN;
    for (const { name, start } of RECEIVERS) {
      const ceiling = await ceilingOf(async (rate) => {
        say(`${name}: ${rate.toLocaleString('en')} frames/s`);
        const receiver = await start(pair);
        try {
          await warm.send(WARMING.rate, WARMING.seconds);
          await receiver.begin();
          const sent = await sender.send(rate, SECONDS);
          return (await receiver.lost(sent)) === 0 ? sent.rate : 0;
        } finally {
          await receiver.end();
        }
      });
      if (Number.isNaN(reference)) reference = ceiling;
      rows.push([name, ceiling.toLocaleString('en'), ...judged(ceiling / reference, rows.length)]);
    }
    return [
      table(['receiver', 'frames/s without loss', 'of tcpdump', `wanted: ${WANTED}`], rows),
      `Each trial sends ${SECONDS} s of the mixed capture at an even rate; the ceiling is found to within ${100 * PRECISION} %.`,
    ].join('\n\n');
  } finally {
    pair.remove();
  }
}

function judged(share: number, before: number): string[] {
  if (before === 0) return ['', ''];
  return [share.toFixed(2), share >= WANTED ? 'met' : 'NOT met'];
}

/**
 * Doubles the rate until a trial fails, and then halves what is between. `hold` gives the rate that
 * was reached without loss, 0 where there was some. What the sender cannot reach is not asked for.
 */
async function ceilingOf(hold: (rate: number) => Promise<number>): Promise<number> {
  let good = 0;
  let bad = FIRST_RATE;
  for (;;) {
    const reached = await hold(bad);
    if (reached === 0) break;
    good = reached;
    if (reached < SENDERS_SHARE * bad) return Math.round(good);
    bad *= 2;
  }
  while (bad - good > PRECISION * bad) {
    const middle = Math.round((good + bad) / 2);
    const reached = await hold(middle);
    if (reached === 0) bad = middle;
    else good = reached;
  }
  return Math.round(good);
}
