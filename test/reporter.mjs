import { relative } from 'node:path';

/**
 * Test output that can be read: one line per test file, every failure in full where it happens,
 * and the runner's own summary as the last lines.
 *
 * @typedef {{ name: string, nesting: number, file?: string, todo?: unknown, skip?: unknown,
 *   details: { duration_ms: number, type?: string, error?: Error & { cause?: unknown, failureType?: string } } }} Result
 * @typedef {{ type: string, data: any }} Event
 */

/** @param {AsyncIterable<Event>} events */
export default async function* report(events) {
  /** @type {Map<string, { tests: number, failed: number, ms: number }>} */
  const files = new Map();
  /** @type {string[]} */
  const summary = [];
  for await (const { type, data } of events) {
    if (type === 'test:diagnostic' && data.nesting === 0) summary.push(`# ${data.message}\n`);
    if (type === 'test:stdout' || type === 'test:stderr') yield data.message;
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const name = fileName(data.file);
    const file = files.get(name) ?? { tests: 0, failed: 0, ms: 0 };
    files.set(name, file);
    if (data.nesting === 0) file.ms += data.details.duration_ms;
    if (data.details.type !== 'suite') file.tests++;
    if (data.skip !== undefined) yield `skipped: ${reasonOf(data.skip)}: ${name}: ${data.name}\n`;
    // A suite fails with its tests, which have been told; or by itself, e.g. in a hook.
    const told = data.details.error?.failureType === 'subtestsFailed';
    if (type === 'test:pass' || data.todo !== undefined || told) continue;
    file.failed++;
    yield failure(name, data);
  }
  for (const [name, { tests, failed, ms }] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const state = failed === 0 ? 'ok    ' : 'FAILED';
    const count = `${tests} tests`.padStart(11);
    yield `${state} ${count} ${ms.toFixed(0).padStart(7)} ms  ${name}\n`;
  }
  yield* summary;
}

/** @param {unknown} skip the reason that was given, or true */
function reasonOf(skip) {
  return typeof skip === 'string' && skip !== '' ? skip : 'no reason given';
}

/** @param {string | undefined} file */
function fileName(file) {
  return file === undefined
    ? '(runner)'
    : relative(process.cwd(), file).replace(/^build\/(.*)\.js$/, '$1.ts');
}

/** @param {string} file @param {Result} test */
function failure(file, { name, details: { error } }) {
  const cause = error?.cause instanceof Error ? error.cause : error;
  const text = (cause?.stack ?? String(cause ?? 'no reason given'))
    .split('\n')
    .filter((line) => !/^ +at .*\bnode:internal\//.test(line))
    .join('\n    ');
  return `FAILED ${file}: ${name}\n    ${text}\n`;
}
