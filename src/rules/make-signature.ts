import { basename, dirname } from 'node:path';
import { toExample } from './example-traffic.js';
import type { SignatureDocument } from './schema.js';
import { type Selection, type Signature, stageOfClass } from './signature.js';

/** What a signature file that is right came to: plain data, as JSON can hold it. */
export interface CheckedSignature {
  readonly document: SignatureDocument;
  /** The line of each of `placesIn(document)`. */
  readonly lines: readonly number[];
}

type Path = readonly PropertyKey[];

/** The signature that a file of this name holds. */
export function makeSignature(file: string, checked: CheckedSignature): Signature {
  const { document, lines } = checked;
  const compiled = compiledPlaces(document);
  const { condition, ...selections } = document.match;
  const count = document.count;
  return {
    ...document,
    tool: document.tool,
    actor: document.actor,
    stage: document.stage ?? stageOfClass(document.class),
    sid: signatureNumber(document.id),
    file,
    lines: new Map(compiled.map((path, i) => [path.join('.'), lines[i]!])),
    kind: basename(dirname(file)),
    subject: document.on,
    selections: new Map(Object.entries(selections as Record<string, Selection>)),
    condition,
    count: count && {
      groupBy: count.group_by,
      distinct: count.distinct,
      provided: count.provided,
      windows: (count.windows ?? [{ at_least: count.at_least!, within: count.within! }]).map(
        (window) => ({ atLeast: window.at_least, within: window.within }),
      ),
    },
    sequence: document.sequence && {
      groupBy: document.sequence.group_by,
      steps: document.sequence.steps,
      within: document.sequence.within,
    },
    extracts: Object.entries(document.extract).map(([name, value]) =>
      typeof value === 'string'
        ? { name, field: value, secret: false }
        : { name, field: value.field, secret: value.secret },
    ),
    alert: {
      message: document.alert.message,
      advice: document.alert.advice?.trim(),
      suppressFor: document.alert.suppress?.for ?? 3600,
      suppressBy: document.alert.suppress?.by ?? ['source.ip'],
    },
    examples: document.examples.map((example, i) =>
      toExample(example, lines[compiled.length + i]!),
    ),
  };
}

/** The places whose lines a signature knows: what compiling may find wrong, and its examples. */
export function placesIn(document: SignatureDocument): Path[] {
  const names = document.examples.map((_, i) => ['examples', i, 'name']);
  return [...compiledPlaces(document), ...names];
}

function compiledPlaces(document: SignatureDocument): string[][] {
  const selections = Object.entries(document.match).flatMap(([name, selection]) =>
    typeof selection === 'string' ? [] : Object.keys(selection).map((key) => ['match', name, key]),
  );
  return [
    ...selections,
    ...Object.keys(document.match).map((name) => ['match', name]),
    ...Object.keys(document.extract).map((name) => ['extract', name]),
    ...['group_by', 'distinct', 'provided'].map((key) => ['count', key]),
    ...['group_by', 'steps'].map((key) => ['sequence', key]),
    ['alert', 'message'],
    ['alert', 'suppress'],
  ];
}

/** FNV-1a of the id, in 100,000,000 to 999,999,999: stable, and clear of the ranges in use. */
function signatureNumber(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return 100_000_000 + ((hash >>> 0) % 900_000_000);
}

/** Whoever looks for an id finds its file by name. */
export function isNamedAfter(file: string, id: string): boolean {
  return basename(file).startsWith(id);
}
