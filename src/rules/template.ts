import { shortCopy } from '../detect/short-copy.js';
import { durationText } from '../documents/duration.js';
import { compileExpression, type Expression } from './expression.js';
import type { FieldTable } from './fields/field.js';
import type { ReasonPart } from './finding.js';

/**
 * Places that are filled in when an alert is made, from all that is then known of the source:
 * so the same sentence stays right while the numbers grow.
 */
export const INCIDENT_PLACES = {
  sources:
    'the addresses it comes from, of a network or a campaign: "4 addresses (198.51.100.7, …)"',
  targets: 'the addresses it contacted: "203.0.113.5" or "203.0.113.5 and 4 more addresses"',
  accounts: 'the accounts it asked for: "71 accounts (990, 991, 992…)"',
  existing: 'the accounts that were shown to exist: "1000, 1001" or "none"',
  guesses: 'the number of rejected credentials',
  guessed: 'the accounts whose credentials were rejected',
  requests: 'the number of its requests',
  answered: 'how many of those addresses answered, or "none"',
  open: 'how many of them answered or accepted a TCP connection, or "none"',
} as const;

export type IncidentPlace = keyof typeof INCIDENT_PLACES;

type Part<S> =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'field'; readonly expression: Expression<S> }
  | { readonly kind: 'count' | 'within' }
  | { readonly kind: 'place'; readonly place: IncidentPlace };

export type Template<S> = readonly Part<S>[];

/** Longest wire text that a sentence quotes. */
const QUOTE_LIMIT = 80;

/** Compiles `{field}`, `{count}`, `{within}` and `{incident.…}` places of an alert message. */
export function compileTemplate<S>(
  text: string,
  fields: FieldTable<S>,
  problem: (message: string) => void,
): Template<S> {
  return text.split(/(\{[^{}]*\})/).flatMap((piece): Part<S>[] => {
    if (piece === '') return [];
    if (!piece.startsWith('{')) return [{ kind: 'text', text: piece }];
    const name = piece.slice(1, -1);
    if (name === 'count' || name === 'within') return [{ kind: name }];
    if (name.startsWith('incident.')) {
      const place = name.slice('incident.'.length);
      if (Object.hasOwn(INCIDENT_PLACES, place)) {
        return [{ kind: 'place', place: place as IncidentPlace }];
      }
      const places = Object.keys(INCIDENT_PLACES).join(', incident.');
      problem(`there is no {${name}}; there are: incident.${places}`);
      return [];
    }
    const expression = compileExpression(name, fields);
    if ('error' in expression) {
      problem(expression.error);
      return [];
    }
    return [{ kind: 'field', expression }];
  });
}

/** Fills in what the subject knows; the rest is left to the incident. */
export function renderTemplate<S>(
  template: Template<S>,
  subject: S,
  reached: { count: number; within: number } | undefined,
): ReasonPart[] {
  return template.map((part) => {
    switch (part.kind) {
      case 'text':
        return part.text;
      case 'field':
        return shortCopy(String(part.expression.read(subject) ?? 'unknown'), QUOTE_LIMIT);
      case 'count':
        return String(reached?.count ?? 1);
      case 'within':
        return durationText(reached?.within ?? 0);
      default:
        return { place: part.place };
    }
  });
}
