import { wrap } from '../outputs/text-layout.js';
import type { ExampleResult } from '../selftest/self-test.js';
import { shownPath } from './load-checked.js';
import type { Terminal } from './terminal.js';

/** What the examples of signatures gave, one JSON object each. */
export function printJson(results: readonly ExampleResult[]): void {
  for (const { signature, example, alerted, passed, detail } of results) {
    const { name, expect, line } = example;
    const { id, file } = signature;
    const row = { id, file, line, name, expect, alerted, passed, detail };
    process.stdout.write(`${JSON.stringify(row)}\n`);
  }
}

/** What the examples of `count` signatures gave: those that failed, the known gaps, the totals. */
export function printResults(
  results: readonly ExampleResult[],
  count: number,
  terminal: Terminal,
): void {
  const failed = results.filter((result) => !result.passed);
  for (const { signature, example, alerted, detail } of failed) {
    const place = `${shownPath(signature.file)}:${example.line}`;
    const promoted =
      example.expect === 'todo-alert' ? ' (the gap is closed: change it to "expect: alert")' : '';
    const was = `expected ${example.expect}, ${alerted ? 'it alerted' : 'it stayed quiet'}${promoted}`;
    process.stdout.write(
      `${terminal.paint('red', 'FAIL')} ${place}: ${signature.id} "${example.name}": ${was}\n`,
    );
    process.stdout.write(`     ${detail}\n`);
  }
  const gaps = results.filter(({ example, passed }) => passed && example.expect === 'todo-alert');
  for (const { signature, example } of gaps) {
    process.stdout.write(`known gap: ${signature.id} "${example.name}"\n`);
  }
  const verdict = failed.length === 0 ? 'ok' : 'failed';
  const passed = results.length - failed.length;
  const totals = `${count} signatures, ${results.length} examples: ${passed} passed, ${failed.length} failed, ${gaps.length} known gaps: ${verdict}`;
  const colour = failed.length === 0 ? 'green' : 'red';
  const text = wrap(totals, terminal.width, 0).join('\n');
  const before = text.slice(0, -verdict.length);
  process.stdout.write(`${before}${terminal.paint(colour, verdict)}\n`);
}
