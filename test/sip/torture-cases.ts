import { readFileSync } from 'node:fs';

/** One message of RFC 4475 or RFC 5118, with what a parser should make of it. */
export type TortureCase = {
  name: string;
  kind: 'request' | 'response';
  verdict: 'valid' | 'invalid' | 'lenient';
  bytes: Buffer;
};

const FOLDER = new URL('../../../test/cases/torture/', import.meta.url);

export const TORTURE: readonly TortureCase[] = (
  JSON.parse(readFileSync(new URL('expected.json', FOLDER), 'utf8')) as {
    name: string;
    kind: TortureCase['kind'];
    verdict: TortureCase['verdict'];
  }[]
).map(({ name, kind, verdict }) => ({
  name,
  kind,
  verdict,
  bytes: readFileSync(new URL(`${name}.dat`, FOLDER)),
}));

export function tortureCase(name: string): Buffer {
  const found = TORTURE.find((one) => one.name === name);
  if (!found) throw new Error(`no torture message ${name}`);
  return found.bytes;
}
