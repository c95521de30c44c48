/**
 * The least that plain JavaScript can do with a capture: read the file in pieces of 1 MiB and find
 * every line feed. Run: node floor.js bytes|indexof FILE. Prints how many it found.
 */
import { closeSync, openSync, readSync } from 'node:fs';

const PIECE = 1 << 20;
const LF = 10;

const COUNTERS = { bytes: byLooking, indexof: byIndexOf };

function byLooking(piece: Buffer): number {
  let found = 0;
  for (let at = 0; at < piece.length; at++) if (piece[at] === LF) found++;
  return found;
}

function byIndexOf(piece: Buffer): number {
  let found = 0;
  for (let at = piece.indexOf(LF); at !== -1; at = piece.indexOf(LF, at + 1)) found++;
  return found;
}

const [way = 'bytes', path = ''] = process.argv.slice(2);
const count = COUNTERS[way as keyof typeof COUNTERS];
const descriptor = openSync(path, 'r');
const buf = Buffer.alloc(PIECE);
let found = 0;
for (;;) {
  const length = readSync(descriptor, buf, 0, PIECE, null);
  if (length === 0) break;
  found += count(buf.subarray(0, length));
}
closeSync(descriptor);
console.log(found);
