import {
  type Namespace,
  NamespacePair,
  namespacesUnavailable,
  programsMissing,
} from '../../test/support/namespaces.js';
import { cachedCapture } from '../capture/cached-capture.js';
import { table } from '../report.js';
import type { Say } from '../say.js';
import { type Receiver, sensorReceiver, tcpdumpReceiver, type Used } from './receivers.js';
import { Sender } from './sender.js';

const MESSAGES = 500_000;
/** Seconds of one trial: much longer than what rings and queues could hide. */
const SECONDS = 10;
/** Other messages before, so that what a long-running sensor does has been compiled. */
const WARMING = { rate: 5000, seconds: 5 } as const;
const FIRST_RATE = 10_000;
/** Who loses at this one is not looked at more closely. */
const LEAST_RATE = 500;
/** The ceiling is told to within this share. */
const PRECISION = 0.1;
/** A sender that reaches less of what was asked for has reached its own ceiling. */
const SENDERS_SHARE = 0.9;
const WANTED = 0.8;

const RECEIVERS: readonly {
  readonly name: string;
  start: (namespace: Namespace, used: (used: Used) => void) => Promise<Receiver>;
}[] = [
  { name: 'tcpdump -w', start: tcpdumpReceiver },
  { name: 'sipseer, cap', start: (at, used) => sensorReceiver(at, 'cap', used) },
  { name: 'sipseer, tcpdump', start: (at, used) => sensorReceiver(at, 'tcpdump', used) },
];

/** A trial in which nothing was lost. */
interface Held {
  /** Frames a second that were really sent. */
  readonly rate: number;
  readonly used: Used | undefined;
}

/**
 * The highest rate at which each receiver at one end of a veth pair sees every frame that is sent
 * into the other end, and is not behind when the last was sent; as a table. The sender and the
 * receiver share the processors.
 */
export async function liveCeilings(say: Say): Promise<string> {
  const missing = programsMissing('tcpdump', 'tcpreplay', 'ethtool') ?? namespacesUnavailable();
  if (missing !== undefined) return `skipped: ${missing}`;
  const { path } = cachedCapture(MESSAGES);
  const warming = cachedCapture(WARMING.rate * WARMING.seconds, 2).path;
  const pair = new NamespacePair();
  // As the sensor asks of whoever starts it: else a slot of its ring takes 64 KiB.
  for (const { run, interface: name } of [pair.left, pair.right]) {
    run('ethtool', '-K', name, 'tso', 'off', 'gso', 'off', 'gro', 'off');
  }
  const sender = new Sender(pair.right, path);
  const warm = new Sender(pair.right, warming);
  try {
    const rows: string[][] = [];
    let reference = Number.NaN;
    for (const { name, start } of RECEIVERS) {
      const ceiling = await ceilingOf(async (rate) => {
        let used: Used | undefined;
        const receiver = await start(pair.left, (now) => {
          used = now;
        });
        try {
          await warm.send(WARMING.rate, WARMING.seconds);
          await receiver.begin();
          const sent = await sender.send(rate, SECONDS);
          const missed = sent.frames - (await receiver.seen());
          say(
            `${name}: ${number(rate)} frames/s: ${number(missed)} of ${number(sent.frames)} not seen`,
          );
          return missed === 0 ? { rate: sent.rate, used } : undefined;
        } finally {
          await receiver.end();
        }
      });
      if (Number.isNaN(reference)) reference = ceiling.rate;
      rows.push([name, number(ceiling.rate), ...judged(ceiling, reference)]);
    }
    return [
      table(
        ['receiver', 'frames/s', 'of tcpdump', `wanted: ${WANTED}`, 'its processor', "its child's"],
        rows,
      ),
      `Each trial sends ${SECONDS} s of the mixed capture at an even rate, and every frame must have been seen half a second after the last (by tcpdump after two seconds, since it looks into its ring once a second); the ceiling is found to within ${100 * PRECISION} %. Offloads are off, rings have the sensor's default size. Processors are those that the sensor and the process that captures for it used at the ceiling, of one each.`,
    ].join('\n\n');
  } finally {
    pair.remove();
  }
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en');
}

/** The columns behind the rate; tcpdump, which is held against itself, has none. */
function judged({ rate, used }: Held, reference: number): string[] {
  if (used === undefined) return ['', '', '', ''];
  const share = rate / reference;
  const isMet = share >= WANTED ? 'met' : 'NOT met';
  return [share.toFixed(2), isMet, percent(used.sensor), percent(used.child)];
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/**
 * Doubles the rate until a trial fails, and then halves what is between. `hold` gives what was
 * reached without loss, undefined where there was some. What the sender cannot reach is not asked
 * for.
 */
async function ceilingOf(hold: (rate: number) => Promise<Held | undefined>): Promise<Held> {
  let good: Held = { rate: 0, used: undefined };
  let bad = FIRST_RATE;
  for (;;) {
    const held = await hold(bad);
    if (held === undefined) break;
    good = held;
    if (held.rate < SENDERS_SHARE * bad) return good;
    bad *= 2;
  }
  while (bad - good.rate > PRECISION * bad && bad > LEAST_RATE) {
    const middle = Math.round((good.rate + bad) / 2);
    const held = await hold(middle);
    if (held === undefined) bad = middle;
    else {
      good = held;
      if (held.rate < SENDERS_SHARE * middle) break;
    }
  }
  return good;
}
