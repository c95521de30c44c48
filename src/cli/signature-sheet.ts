import { durationText } from '../documents/duration.js';
import type { Paint } from '../outputs/text-layout.js';
import { wrap } from '../outputs/text-layout.js';
import type { Signature } from '../rules/signature.js';

/** One signature for people: what it is, what it looks for, what to do, what may mislead. */
export function signatureSheet(signature: Signature, origin: string, width: number, paint: Paint) {
  const { id, title, severity, confidence, status, tool, alert } = signature;
  const facts = [
    `class ${signature.class}`,
    `severity ${severity}`,
    `confidence ${confidence}`,
    status,
    ...(tool === undefined ? [] : [`tool ${tool}`]),
    origin,
  ];
  const section = (name: string, texts: readonly string[]) =>
    texts.length === 0
      ? []
      : ['', paint('bold', name), ...texts.flatMap((text) => wrap(text, width, 2))];
  const lines = [
    ...wrap(`${id}  ${title}`, width, 0).map((line) => paint('bold', line)),
    ...wrap(facts.join(', '), width, 0),
    ...section('What it is', [oneLine(signature.description)]),
    ...section('What it looks for', matchLines(signature)),
    ...section('What to do', alert.advice === undefined ? [] : [oneLine(alert.advice)]),
    ...section('What may look like it', signature.falsepositives.map(oneLine)),
    ...section('References', signature.references),
  ];
  return `${lines.join('\n')}\n`;
}

function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}

/** The condition, the selections it names, and how often it must hold. */
function matchLines({ subject, selections, condition, count, sequence }: Signature): string[] {
  const lines = [`in ${subject === 'message' ? 'messages' : subject}: ${oneLine(condition)}`];
  for (const [name, selection] of selections) {
    const tests = Object.entries(selection).map(([key, value]) => {
      const values = JSON.stringify(value);
      return `${key}: ${values.length > LONGEST ? `${values.slice(0, LONGEST)}…` : values}`;
    });
    lines.push(`${name}: ${tests.join(' and ')}`);
  }
  if (count !== undefined) {
    const what = count.distinct === undefined ? 'matches' : `different ${count.distinct}`;
    const windows = count.windows.map(
      (window) => `${window.atLeast} within ${durationText(window.within)}`,
    );
    const provided = count.provided === undefined ? '' : `, provided ${count.provided}`;
    lines.push(`needs ${windows.join(' or ')} (${what})${provided}`);
  }
  if (sequence !== undefined) {
    lines.push(`needs ${sequence.steps.join(', then ')} within ${durationText(sequence.within)}`);
  }
  return lines;
}

/** A list of hundreds of names says no more than its beginning. */
const LONGEST = 400;
