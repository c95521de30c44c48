/**
 * Reads one interface with the npm package `cap` and writes it to standard output as pcapng.
 * Arguments: interface, bytes of the kernel's ring, filter. It is a process of its own since `cap`
 * aborts its process when the interface goes away, and never yields while packets keep coming. It
 * ends when its standard input does. What stops it from beginning is one line of JSON on standard
 * error, and exit code 4.
 */
import { writeSync } from 'node:fs';
import { CapOutput } from './cap-output.js';
import { linkTypeOfCap } from './link-types.js';
import { faultOfMessage, type StartFault } from './start-fault.js';

/** What `cap` sets in libpcap, and so the longest frame. */
const SNAP_LENGTH = 65_535;
const STATISTICS_INTERVAL = 1000;
/** How long the reader may take for what is left at the end, and how often that is looked at (ms). */
const LAST_WRITES = 1500;
const LAST_LOOK = 5;
const CANNOT_BEGIN = 4;
const PROBE_RING = 1024 * 1024;

type Cap = typeof import('cap');

const [device = '', ring = '', filter = ''] = process.argv.slice(2);
/** `cap` writes into it without holding it, so it must stay referenced from here. */
const frame = Buffer.allocUnsafeSlow(SNAP_LENGTH);

function fail(kind: StartFault, message: string): never {
  writeSync(2, `${JSON.stringify({ problem: { kind, message } })}\n`);
  process.exit(CANNOT_BEGIN);
}

async function loadCap(): Promise<Cap> {
  try {
    return (await import('cap')).default;
  } catch (error) {
    return fail('module', messageOf(error));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.split('\n')[0]! : String(error);
}

function open({ Cap }: Cap): { cap: InstanceType<Cap['Cap']>; linkType: number } {
  const cap = new Cap();
  try {
    const name = cap.open(device, filter, Number(ring), frame);
    const linkType = linkTypeOfCap(name);
    if (linkType === undefined) fail('other', `${device} has a link type unknown here: ${name}`);
    return { cap, linkType };
  } catch (error) {
    const message = messageOf(error);
    const kind = faultOfMessage(message);
    return fail(kind === 'other' && opensWithoutFilter(Cap) ? 'filter' : kind, message);
  }
}

/** If the interface opens without the filter, then the fault was the filter's. */
function opensWithoutFilter(Cap: Cap['Cap']): boolean {
  try {
    new Cap().open(device, '', PROBE_RING, frame);
    return true;
  } catch {
    return false;
  }
}

/** Nothing more is captured; what is queued is still written, as far as the reader takes it. */
function finish(cap: InstanceType<Cap['Cap']>, output: CapOutput): void {
  cap.close();
  const until = performance.now() + LAST_WRITES;
  setInterval(() => {
    const now = performance.now();
    output.flush(now);
    if (output.drained || now >= until) process.exit(0);
  }, LAST_LOOK);
}

const { cap, linkType } = open(await loadCap());
// Opening the stream makes the descriptor non-blocking. It is written to directly, since a stream
// would wait for an event loop that does not turn while packets keep coming.
const { fd } = process.stdout;
// A full pipe is reported by an error a thousand times a second: none needs its stack.
Error.stackTraceLimit = 0;
const output = new CapOutput(fd, () => process.exit(0));
cap.on('packet', (length, truncated) => {
  output.packet(frame, length, truncated ? length + 1 : length);
});
output.begin(device, linkType, SNAP_LENGTH);
output.statistics();
setInterval(() => output.statistics(), STATISTICS_INTERVAL);
let ending = false;
const end = () => {
  if (!ending) finish(cap, output);
  ending = true;
};
process.stdin.on('end', end).on('error', end).resume();
