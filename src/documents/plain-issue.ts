import type { z } from 'zod';
import { didYouMean } from './problem.js';

type Issue = z.core.$ZodIssue;

/** What to give instead, by the type that the schema expects. */
const WANTED: Record<string, string> = {
  string: 'give a text; put the value in quotes if it is meant as text',
  number: 'give a number without quotes',
  int: 'give a whole number without quotes',
  boolean: 'give true or false',
  array: 'give a list, such as [one, two]',
  object: 'give keys with their values below it',
  record: 'give names with their values below it',
};

/** An issue as words that say what to do; `value` is what stands in the file. */
export function plainIssue(issue: Issue, value: unknown): string {
  if (value === null && issue.path.length > 0) return 'has no value; give one, or remove the line';
  // A text of our own in the schema says more.
  if (!GENERIC.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_value': {
      const allowed = issue.values.map(String);
      const hint = typeof value === 'string' ? didYouMean(value, allowed) : '';
      return `give one of ${allowed.join(', ')}${hint}`;
    }
    case 'invalid_key':
      return issue.issues[0]?.message ?? 'give another name';
    case 'invalid_type':
      return WANTED[issue.expected] ?? 'give another value';
    case 'too_small':
      return bound(issue.origin, Number(issue.minimum), 'at least');
    case 'too_big':
      return bound(issue.origin, Number(issue.maximum), 'at most');
    case 'invalid_union':
      return 'give another value';
    default:
      return issue.message;
  }
}

/** How zod itself words what the schema has no text for. */
const GENERIC = /^(?:Invalid|Too small|Too big)\b/;

function bound(origin: string, limit: number, which: 'at least' | 'at most'): string {
  if (origin === 'string') {
    if (which === 'at least' && limit === 1) return 'is empty; give a text';
    return `is too ${which === 'at least' ? 'short' : 'long'}: ${which} ${limit} characters`;
  }
  if (origin === 'array') {
    return `the list must have ${which} ${limit} ${limit === 1 ? 'entry' : 'entries'}`;
  }
  return `must be ${which} ${limit}`;
}
