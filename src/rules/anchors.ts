import type { Condition } from './condition.js';
import type { Test } from './operators.js';

/** A literal, in lower case, that a field equals or begins with whenever a test holds. */
export interface Anchor {
  readonly field: string;
  readonly kind: 'equals' | 'prefix';
  readonly keys: readonly string[];
}

type Tests = ReadonlyMap<string, readonly Pick<Test<never>, 'anchor' | 'methods'>[]>;

/** Fields that the index looks up, the most telling first: each costs one look-up a message. */
const ANCHOR_FIELDS = [
  'user_agent',
  'from.tag',
  'via.branch',
  'cseq.number',
  'from.user',
  'from.host',
  'from.display',
  'ruri.user',
  'to.user',
  'to.display',
  'to.tag',
  'call_id',
  'contact.user',
  'contact.expires',
  'content_length',
  'subject',
  'sdp.session',
  'sdp.origin_user',
];

/**
 * Literals of which one must be there whenever the condition holds; undefined when none is sure.
 * For `and`, the best operand alone is enough; for `or` and `of`, each operand must have some.
 */
export function anchorsOf(condition: Condition, tests: Tests): readonly Anchor[] | undefined {
  switch (condition.kind) {
    case 'name':
      return best((tests.get(condition.name) ?? []).map(({ anchor }) => anchor && [anchor]));
    case 'not':
      return undefined;
    case 'and':
      return best(condition.operands.map((operand) => anchorsOf(operand, tests)));
    case 'or':
      return all(condition.operands.map((operand) => anchorsOf(operand, tests)));
    case 'of':
      return all(condition.names.map((name) => anchorsOf({ kind: 'name', name }, tests)));
  }
}

type Found = readonly Anchor[] | undefined;

function best(found: readonly Found[]): Found {
  const usable = found.filter((anchors) => anchors !== undefined && rank(anchors) !== -1);
  return usable.sort((a, b) => rank(a!) - rank(b!))[0];
}

function all(found: readonly Found[]): Found {
  return found.length > 0 && found.every((anchors) => anchors !== undefined)
    ? found.flatMap((anchors) => anchors ?? [])
    : undefined;
}

/** Place of the least telling of the fields in the list; -1 when one is not in it. */
function rank(anchors: readonly Anchor[]): number {
  const places = anchors.map(({ field }) => ANCHOR_FIELDS.indexOf(field));
  return places.includes(-1) ? -1 : Math.max(...places);
}

/** The methods with which the condition can hold; undefined when any will do. */
export function methodsOf(condition: Condition, tests: Tests): readonly string[] | undefined {
  switch (condition.kind) {
    case 'name':
      return (tests.get(condition.name) ?? []).find(({ methods }) => methods)?.methods;
    case 'not':
      return undefined;
    case 'and':
      return condition.operands.map((operand) => methodsOf(operand, tests)).find((found) => found);
    case 'or':
      return union(condition.operands.map((operand) => methodsOf(operand, tests)));
    case 'of':
      return union(condition.names.map((name) => methodsOf({ kind: 'name', name }, tests)));
  }
}

function union(found: readonly (readonly string[] | undefined)[]): readonly string[] | undefined {
  return found.length > 0 && found.every((methods) => methods !== undefined)
    ? [...new Set(found.flatMap((methods) => methods ?? []))]
    : undefined;
}
