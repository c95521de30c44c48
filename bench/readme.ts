import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../src/package-root.js';

/** Puts a text between the marks of its section; what people wrote around them stays. */
export function withSection(document: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name}: written by npm run bench -->`, `<!-- end of ${name} -->`];
  const from = document.indexOf(begin);
  const to = document.indexOf(end, from);
  if (from === -1 || to === -1) throw new Error(`bench/README.md: there is no section "${name}"`);
  return `${document.slice(0, from + begin.length)}\n\n${text}\n\n${document.slice(to)}`;
}

export function writeSection(name: string, text: string): void {
  const path = join(packageRoot(), 'bench/README.md');
  writeFileSync(path, withSection(readFileSync(path, 'utf8'), name, text));
  console.error('written: bench/README.md');
}
