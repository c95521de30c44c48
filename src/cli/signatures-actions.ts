import { OBSERVATIONS } from '../detect/observation.js';
import { didYouMean } from '../documents/problem.js';
import { wrap } from '../outputs/text-layout.js';
import { messageFields } from '../rules/fields/message-fields.js';
import { observationFields } from '../rules/fields/observation-fields.js';
import type { LoadedSignatures } from '../rules/load.js';
import type { Signature } from '../rules/signature.js';
import { testSignature } from '../selftest/self-test.js';
import { ExitCode } from './exit-codes.js';
import { loadChecked, originOf } from './load-checked.js';
import { printJson, printResults } from './signature-examples.js';
import { signatureSheet } from './signature-sheet.js';
import { terminalOf } from './terminal.js';

export interface SignaturesFlags {
  readonly signatures?: string[];
  readonly json?: boolean;
  readonly color: boolean;
}

/** The fields that selections can name, with their meaning. */
export function fields(): void {
  const tables = {
    'fields of messages': messageFields,
    'fields of observations': observationFields,
  };
  for (const [title, table] of Object.entries(tables)) {
    process.stdout.write(`# ${title}\n`);
    for (const { name, type, doc } of table.values()) {
      process.stdout.write(`${[name, type, doc].join('\t')}\n`);
    }
  }
  process.stdout.write('# observations\n');
  for (const [name, doc] of Object.entries(OBSERVATIONS)) process.stdout.write(`${name}\t${doc}\n`);
}

const COLUMNS = 'id class severity confidence title origin tool status'.split(' ');

export async function list(options: SignaturesFlags): Promise<void> {
  const loaded = await loadChecked(options.signatures);
  if (loaded === undefined) return;
  // People want to know what the columns are; a script would take the line for a signature.
  if (process.stdout.isTTY && !options.json) process.stdout.write(`${COLUMNS.join('\t')}\n`);
  for (const signature of loaded.signatures) {
    const { id, class: kind, severity, confidence, title, tool, status, file } = signature;
    const origin = originOf(signature, options.signatures);
    const line = options.json
      ? JSON.stringify({ id, title, class: kind, severity, confidence, tool, status, origin, file })
      : [id, kind, severity, confidence, title, origin, tool ?? '-', status].join('\t');
    process.stdout.write(`${line}\n`);
  }
}

export async function show(ids: readonly string[], options: SignaturesFlags): Promise<void> {
  const loaded = await loadChecked(options.signatures);
  const chosen = loaded && chosenBy(ids, loaded);
  if (chosen === undefined) return;
  const { width, paint } = terminalOf(process.stdout, options.color);
  const sheets = chosen.map((signature) =>
    signatureSheet(signature, originOf(signature, options.signatures), width, paint),
  );
  process.stdout.write(sheets.join('\n'));
}

export async function check(options: SignaturesFlags): Promise<void> {
  const loaded = await loadChecked(options.signatures);
  if (loaded === undefined) return;
  const byOrigin = new Map<string, number>();
  for (const signature of loaded.signatures) {
    const origin = originOf(signature, options.signatures);
    byOrigin.set(origin, (byOrigin.get(origin) ?? 0) + 1);
  }
  const counts = [...byOrigin].map(([origin, count]) => `${count} ${from(origin)}`);
  const text = `${loaded.signatures.length} signatures are right: ${counts.join(', ')}`;
  const { width } = terminalOf(process.stdout, options.color);
  process.stdout.write(`${wrap(text, width, 0).join('\n')}\n`);
}

function from(origin: string): string {
  return origin === 'shipped' ? origin : `from ${origin}`;
}

export async function test(ids: readonly string[], options: SignaturesFlags): Promise<void> {
  const loaded = await loadChecked(options.signatures);
  const chosen = loaded && chosenBy(ids, loaded);
  if (chosen === undefined) return;
  const results = chosen.flatMap((signature) => testSignature(signature, loaded!.lists));
  if (options.json) printJson(results);
  else printResults(results, chosen.length, terminalOf(process.stdout, options.color));
  if (results.some((result) => !result.passed)) process.exitCode = ExitCode.Failure;
}

/** The signatures with these ids, in any case; all when there are none. Unknown ids are told. */
function chosenBy(
  ids: readonly string[],
  { signatures }: LoadedSignatures,
): Signature[] | undefined {
  if (ids.length === 0) return signatures;
  const known = new Set(signatures.map(({ id }) => id));
  const wanted = ids.map((id) => id.toUpperCase());
  const unknown = wanted.filter((id) => !known.has(id));
  if (unknown.length === 0) return signatures.filter(({ id }) => wanted.includes(id));
  for (const id of unknown) {
    const hint = didYouMean(id, known);
    process.stderr.write(`sipseer: there is no signature ${id}${hint}; see: signatures list\n`);
  }
  process.exitCode = ExitCode.Usage;
  return undefined;
}
