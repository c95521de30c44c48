import { writeSync } from 'node:fs';
import { interfaceDescription, makePcap, sectionHeader } from './pcap-writer.js';

/**
 * Stands in for cap-child.js: the filter, its last argument, says how it behaves. So faults can be
 * tried that a real one shows rarely, and without permission to capture.
 */
const BEHAVIOURS: Readonly<Record<string, () => void>> = {
  /** One frame, and then nothing but signs of life until its input ends. */
  well() {
    writeSync(1, FRAME);
    setInterval(() => writeSync(1, sectionHeader()), 20);
    endWithInput();
  },
  /** Begins, and gives no sign of life. */
  silent() {
    writeSync(1, HEADER);
    endWithInput();
  },
  /** Not even a header. */
  mute: endWithInput,
  /** One frame, then what is no block. */
  garbage() {
    writeSync(1, FRAME);
    writeSync(1, Buffer.alloc(1000, 0xee));
    endWithInput();
  },
  /** Not a capture at all, and it goes on and on. */
  nonsense() {
    setInterval(() => writeSync(1, 'x'.repeat(10_000)), 5);
    endWithInput();
  },
  /** One frame, then its end. */
  brief() {
    writeSync(1, FRAME);
  },
  /** Ends by itself with a code and a last word, before it has begun. */
  failing() {
    writeSync(2, 'Warning: this may not actually work\nthe disk is on fire\n');
    process.exit(3);
  },
  /** Tells a problem in the agreed form. */
  forbidden() {
    writeSync(2, '{"problem":{"kind":"permission","message":"socket: not permitted"}}\n');
    process.exit(4);
  },
  /** Does not end when it is asked to. */
  deaf() {
    writeSync(1, FRAME);
    setInterval(() => writeSync(1, sectionHeader()), 20);
  },
  /** Fills its standard error without a line end. */
  chatty() {
    writeSync(1, FRAME);
    setInterval(() => writeSync(2, 'y'.repeat(60_000)), 1);
    setInterval(() => writeSync(1, sectionHeader()), 20);
    endWithInput();
  },
  /** As tcpdump: says that it has written five packets, and has written one. */
  liar() {
    answerAsTcpdump(5, 0);
    writeSync(1, FRAME);
  },
  /** As tcpdump: the kernel drops, and soon it ends. */
  dropping() {
    answerAsTcpdump(1, 7);
    writeSync(1, FRAME);
    process.on('SIGUSR1', () => setTimeout(() => process.exit(1), 50));
  },
  /** Begins, and dies of a signal. */
  mortal() {
    writeSync(1, FRAME);
    process.kill(process.pid, 'SIGSEGV');
  },
};

const HEADER = Buffer.concat([sectionHeader(), interfaceDescription(true, 1)]);
const FRAME = makePcap([{ time: 1_700_000_000, bytes: Buffer.from('frame') }], {
  format: 'pcapng',
});

function answerAsTcpdump(captured: number, dropped: number): void {
  writeSync(2, 'tcpdump: listening on any, link-type EN10MB (Ethernet)\n');
  process.on('SIGUSR1', () => {
    const received = `${captured + dropped} packets received by filter`;
    const counts = `${captured} packets captured, ${received}, ${dropped} packets dropped by kernel`;
    writeSync(2, `tcpdump: ${counts}\n`);
  });
  setInterval(() => {}, 1000);
}

function endWithInput(): void {
  process.stdin.on('end', () => process.exit(0)).resume();
}

BEHAVIOURS[process.argv.at(-1)!]!();
