import { shortCopy } from '../detect/short-copy.js';
import type { Expression } from './expression.js';

/** Characters of a value that tell groups apart. */
const PART_LIMIT = 256;
const SEPARATOR = '\u001f';

/** Under what a signature counts or falls silent: its id, and the values that make the group. */
export function groupKey<S>(id: string, values: readonly Expression<S>[], subject: S): string {
  let key = id;
  for (const value of values) {
    key += SEPARATOR;
    key += shortCopy(String(value.read(subject) ?? ''), PART_LIMIT);
  }
  return key;
}

/** The id of the signature whose key it is. */
export function idOfKey(key: string): string {
  const end = key.indexOf(SEPARATOR);
  return end === -1 ? key : key.slice(0, end);
}
