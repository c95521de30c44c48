/**
 * Writes snapshots one after the other until it is killed, each with another number in its header
 * and in all of its entries: node snapshot-writer.js FILE
 */
import { writeSnapshot } from '../../src/state/snapshot-file.js';
import type { SavedEntry } from '../../src/telemetry/saved-entry.js';

const [, , file = ''] = process.argv;

function* entriesOf(number: number): Generator<SavedEntry> {
  for (let i = 0; i < 3000; i++) yield ['entry', number, i, 'x'.repeat(60)];
}

process.stdout.write('ready\n');
for (let number = 1; ; number++) await writeSnapshot(file, { number }, entriesOf(number));
