import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { didYouMean, SignatureProblem } from './problem.js';

type Path = readonly PropertyKey[];

/** A YAML text checked against a shape: the value, and where each part of it stands. */
export interface CheckedYaml<T> {
  readonly value: T;
  lineOf(path: Path): number;
}

/** Aliases beyond this are refused: a small file must not unfold into a huge one. */
const MAX_ALIASES = 50;

/**
 * Reads one YAML document and checks it against `schema`. Problems (bad YAML, unknown and
 * duplicate keys, wrong values) are added to `problems` with file and line; all of them at once.
 */
export function readYaml<S extends z.ZodType>(
  file: string,
  text: string,
  schema: S,
  problems: SignatureProblem[],
): CheckedYaml<z.output<S>> | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const lineOf = (path: Path) => lineOfNode(document, lines, path);
  for (const error of document.errors) {
    const line = lines.linePos(error.pos[0]).line;
    problems.push(new SignatureProblem(file, line, firstLine(error.message)));
  }
  if (document.errors.length > 0) return undefined;
  const result = schema.safeParse(document.toJS({ maxAliasCount: MAX_ALIASES }));
  if (result.success) return { value: result.data, lineOf };
  for (const issue of result.error.issues) {
    for (const [path, message] of explainIssue(issue, document)) {
      problems.push(new SignatureProblem(file, lineOf(path), message));
    }
  }
  return undefined;
}

function explainIssue(issue: z.core.$ZodIssue, document: Document): [Path, string][] {
  if (issue.code === 'unrecognized_keys') {
    const siblings = allowedBeside(issue, document);
    return issue.keys.map((key) => [
      [...issue.path, key],
      `unknown key "${key}"${didYouMean(key, siblings)}; remove it or correct it`,
    ]);
  }
  const where = issue.path.length === 0 ? 'the file' : issue.path.map(String).join('.');
  return [[issue.path, `${where}: ${issue.message}`]];
}

/** Every key that the format knows: a slip is most often one letter from one of them. */
const KNOWN_KEYS =
  `id title status class stage severity confidence tool description references falsepositives tags author
  date on match condition count group_by distinct at_least within windows sequence steps extract
  field secret alert message advice suppress for by examples name expect from to transport after
  repeat times every var first line_ends raw reply`.split(/\s+/);

function allowedBeside(issue: z.core.$ZodIssue, document: Document): string[] {
  const node = document.getIn(issue.path.map(String), true);
  const present = isMap(node)
    ? node.items.map((item) => (isScalar(item.key) ? String(item.key.value) : ''))
    : [];
  return KNOWN_KEYS.filter((key) => !present.includes(key));
}

/** The line of the deepest part of `path` that exists. */
function lineOfNode(document: Document, lines: LineCounter, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const keys = path.slice(0, length);
    const parent = length === 1 ? document.contents : document.getIn(keys.slice(0, -1), true);
    const last = keys[length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === last);
      if (isScalar(pair?.key) && pair.key.range) return lines.linePos(pair.key.range[0]).line;
    }
    const node = document.getIn(keys, true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!.replace(/ at line \d+, column \d+:?$/, '');
}
