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
  switch (issue.code) {
    case 'invalid_union':
      return issue.path[0] === 'extract'
        ? 'give a field such as from.user, or { field: from.user, secret: true }'
        : 'give a text, a number, true or false, or a list of at least one of them';
    case 'invalid_value': {
      const allowed = issue.values.map(String);
      const hint = typeof value === 'string' ? didYouMean(value, allowed) : '';
      return `give one of ${allowed.join(', ')}${hint}`;
    }
    case 'invalid_key':
      return 'a name here has only small letters and _';
    case 'invalid_type':
      // A text of our own in the schema says more.
      if (!issue.message.startsWith('Invalid input')) return issue.message;
      return WANTED[issue.expected] ?? 'give another value';
    case 'too_small':
      return bound(issue.origin, Number(issue.minimum), 'at least');
    case 'too_big':
      return bound(issue.origin, Number(issue.maximum), 'at most');
    default:
      return issue.message;
  }
}

function bound(origin: string, limit: number, which: 'at least' | 'at most'): string {
  if (origin === 'string') {
    return `is too ${which === 'at least' ? 'short' : 'long'}: ${which} ${limit} characters`;
  }
  if (origin === 'array') {
    return `the list must have ${which} ${limit} ${limit === 1 ? 'entry' : 'entries'}`;
  }
  return `must be ${which} ${limit}`;
}
