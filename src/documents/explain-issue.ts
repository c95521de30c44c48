import type { z } from 'zod';
import { plainIssue } from './plain-issue.js';
import { didYouMean } from './problem.js';
import { keysOf, placesOf, shapesAt } from './schema-walk.js';

type Path = readonly PropertyKey[];
type Issue = z.core.$ZodIssue;

/** Tells of something wrong at a place in a document. */
export type Tell = (path: Path, message: string) => void;

/** Tells what an issue that `schema` found in `data` means, and what to do, at the place of it. */
export function explainIssue(
  issue: Issue,
  data: unknown,
  schema: z.core.$ZodType,
  tell: Tell,
): void {
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) {
      tell([...issue.path, key], unknownKey(key, issue.path, data, schema));
    }
    return;
  }
  const meant = issue.code === 'invalid_union' ? meantBranch(issue) : undefined;
  if (meant !== undefined) {
    for (const inner of meant) {
      explainIssue({ ...inner, path: [...issue.path, ...inner.path] }, data, schema, tell);
    }
    return;
  }
  const where = issue.path.length === 0 ? 'the file' : issue.path.map(String).join('.');
  const value = valueAt(data, issue.path);
  const what = value === undefined ? 'is missing; add it' : plainIssue(issue, value);
  tell(issue.path, `${where}: ${what}`);
}

const OF_ANOTHER_TYPE: ReadonlySet<string> = new Set([
  'invalid_type',
  'invalid_value',
  'invalid_union',
]);

/** Of a union, what is wrong with the only branch whose type the value has. */
function meantBranch({ errors }: z.core.$ZodIssueInvalidUnion): Issue[] | undefined {
  const fitting = errors.filter((branch) =>
    branch.every(({ code, path }) => path.length > 0 || !OF_ANOTHER_TYPE.has(code)),
  );
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** A slip is most often one letter from a key that is still free there, or in the wrong place. */
function unknownKey(key: string, path: Path, data: unknown, schema: z.core.$ZodType): string {
  const present = Object(valueAt(data, path)) as object;
  const free = keysOf(shapesAt(schema, path)).filter((each) => !Object.hasOwn(present, each));
  const hint = didYouMean(key, free) || elsewhere(new Set(placesOf(schema, key)));
  return `unknown key "${key}"${hint}; remove it or correct it`;
}

function elsewhere(places: ReadonlySet<string>): string {
  if (places.size === 0 || places.size > 3) return '';
  const named = [...places].map((place) =>
    place === '' ? 'at the top of the file' : `below "${place}"`,
  );
  return ` (it belongs ${named.join(' or ')})`;
}

function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      value !== null && typeof value === 'object' && Object.hasOwn(value, key)
        ? (value as Record<PropertyKey, unknown>)[key]
        : undefined,
    data,
  );
}
