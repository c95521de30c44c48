import {
  type Document,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  parseDocument,
  type YAMLError,
} from 'yaml';
import type { z } from 'zod';
import { explainIssue, type Tell } from './explain-issue.js';
import { DocumentProblem } from './problem.js';

type Path = readonly PropertyKey[];

/** A YAML text checked against a shape: the value, and where each part of it stands. */
export interface CheckedYaml<T> {
  readonly value: T;
  lineOf(path: Path): number;
}

/** Aliases beyond this are refused: a small file must not unfold into a huge one. */
const MAX_ALIASES = 50;
/** A longer text is not read at all (characters); the longest shipped file has a tenth of it. */
export const MAX_LENGTH = 64 * 1024;
/** Brackets, or lists on one line, within each other: the YAML parser calls itself for each. */
const MAX_DEPTH = 100;
/** Problems told of one file; after so many the rest most often follows from the first. */
const MAX_PROBLEMS = 20;

/** Changes the plain data of a document before it is checked against its shape. */
export type Prepare = (data: unknown, tell: Tell) => unknown;

/**
 * Reads one YAML document and checks it against `schema`. Problems (bad YAML, unknown and
 * duplicate keys, wrong values) are added to `problems` with file and line; all of them at once.
 */
export function readYaml<S extends z.ZodType>(
  file: string,
  text: string,
  schema: S,
  problems: DocumentProblem[],
  prepare: Prepare = (data) => data,
): CheckedYaml<z.output<S>> | undefined {
  const found: DocumentProblem[] = [];
  const checked = readChecked(file, text, schema, found, prepare);
  found.sort((a, b) => a.line - b.line);
  problems.push(...found.slice(0, MAX_PROBLEMS));
  if (found.length > MAX_PROBLEMS) {
    const { line } = found[MAX_PROBLEMS]!;
    problems.push(
      new DocumentProblem(file, line, `and ${found.length - MAX_PROBLEMS} more problems`),
    );
  }
  return checked;
}

function readChecked<S extends z.ZodType>(
  file: string,
  text: string,
  schema: S,
  problems: DocumentProblem[],
  prepare: Prepare,
): CheckedYaml<z.output<S>> | undefined {
  const tooMuch = excess(text);
  if (tooMuch !== undefined) {
    problems.push(new DocumentProblem(file, 1, `${tooMuch}: not read`));
    return undefined;
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'error' });
  const lineOf = (path: Path) => lineOfNode(document, lines, path);
  const tell: Tell = (path, message) =>
    problems.push(new DocumentProblem(file, lineOf(path), message));
  for (const error of [...document.errors, ...document.warnings]) {
    const line = lines.linePos(error.pos[0]).line;
    // The next ones in a line follow from the first.
    if (problems.at(-1)?.line === line) continue;
    problems.push(new DocumentProblem(file, line, yamlMessage(error)));
  }
  if (problems.length > 0) return undefined;
  const plain = toValue(document);
  if ('error' in plain) {
    tell([], plain.error);
    return undefined;
  }
  const amiss = new Set<string>();
  const value = prepare(plain.value, (path, message) => {
    amiss.add(path.join('.'));
    tell(path, message);
  });
  const tellOnce: Tell = (path, message) => {
    if (!amiss.has(path.join('.'))) tell(path, message);
  };
  const result = schema.safeParse(value);
  for (const issue of result.error?.issues ?? []) explainIssue(issue, value, schema, tellOnce);
  return result.success && problems.length === 0 ? { value: result.data, lineOf } : undefined;
}

/** Why a text is not even parsed. */
function excess(text: string): string | undefined {
  if (text.length > MAX_LENGTH) return `longer than ${MAX_LENGTH / 1024} KiB`;
  return nestsTooDeep(text) ? 'nested too deeply' : undefined;
}

function nestsTooDeep(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '[' || character === '{') depth++;
    else if ((character === ']' || character === '}') && depth > 0) depth--;
    if (depth > MAX_DEPTH) return true;
  }
  return /^(?:[ \t]*[-?:][ \t]){100}/m.test(text);
}

/** The document as plain data. Aliases are followed here, so here is where they go wrong. */
function toValue(document: Document): { value: unknown } | { error: string } {
  try {
    return { value: document.toJS({ maxAliasCount: MAX_ALIASES }) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { error: reason.startsWith('Excessive') ? 'aliases unfold into too much data' : reason };
  }
}

/** The line of the deepest part of `path` that exists. */
function lineOfNode(document: Document, lines: LineCounter, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const keys = path.slice(0, length);
    const parent = length === 1 ? document.contents : document.getIn(keys.slice(0, -1), true);
    const last = keys[length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find(
        (item) => isScalar(item.key) && String(item.key.value) === last,
      );
      if (isScalar(pair?.key) && pair.key.range) return lines.linePos(pair.key.range[0]).line;
    }
    const node = document.getIn(keys, true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

function yamlMessage({ code, message }: YAMLError): string {
  if (code === 'DUPLICATE_KEY') return 'this key is there twice; remove one of them';
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here; give each its own file';
  return message.split('\n', 1)[0]!.replace(/ at line \d+, column \d+:?$/, '');
}
