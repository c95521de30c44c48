/**
 * A program that writes lines to its standard output as `run` does, for tests of slow and broken
 * readers: so many lines of so many characters. When the reader has gone, or the lines could not be
 * written in time, it says so in JSON in the file and ends.
 *
 *   node stream-writer.js FILE LINES LENGTH DEADLINE_MS
 */
import { writeFileSync } from 'node:fs';
import { LineWriter } from '../../src/outputs/line-writer.js';
import { standardStream } from '../../src/service/standard-stream.js';

const [file = '', lines, length, deadline] = process.argv.slice(2);
let broken: string | undefined;
const writer = new LineWriter(standardStream(1), {
  sink: 'stdout',
  onBroken: (problem) => {
    broken = problem;
  },
});
for (let i = 0; i < Number(lines); i++) writer.write(String(i).padEnd(Number(length), '.'));
const flushed = await writer.flush(Number(deadline));
writeFileSync(file, JSON.stringify({ flushed, broken, ...writer.status() }));
process.exit(0);
