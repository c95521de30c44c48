import type { Field } from '../fields/field.js';
import { Found, type Spans } from '../fields/span.js';
import type { Candidates } from './candidates.js';
import type { SearchSieve, TextSieve } from './sieve.js';

interface Search<S, T> {
  readonly holds: (subject: S) => boolean;
  readonly one: T;
  /** The message it was tried on last. */
  turn: number;
}

/** Bytes, and behind them pairs of bytes of which the first stands in the higher eight bits. */
const PLACES = 256 + 65_536;

/**
 * The searches in one long text. Each needs some byte, or pair of neighbouring bytes, that few texts
 * have; one walk over the bytes tells which are there, so that the text of an honest message is
 * neither decoded nor searched, however many look for something in it.
 */
export class SearchIndex<S, T extends { readonly index: number }> {
  /** The place of its text in the spans; -1: it has none. */
  private readonly place: number;
  /** By byte or pair: its group, from 1; 0: nobody looks for it. */
  private readonly groupOf = new Uint16Array(PLACES);
  private readonly groups: Search<S, T>[][] = [[]];
  /** Those of which neither is known. */
  private readonly always: Search<S, T>[] = [];
  private turn = 0;

  constructor(field: Field<S>) {
    this.place = field.span?.place ?? -1;
  }

  add({ holds, shapes }: SearchSieve<S>, one: T): void {
    const search = { holds, one, turn: 0 };
    const places = shapes.map(placesOf);
    if (this.place === -1 || places.some((each) => each.length === 0)) {
      this.always.push(search);
    } else for (const place of new Set(places.flat())) this.join(place, search);
  }

  find(subject: S, spans: Spans, candidates: Candidates<T>): void {
    const turn = ++this.turn;
    for (const search of this.always) attempt(search, subject, candidates, turn);
    const { place, groupOf } = this;
    if (place === -1 || spans.found[place] !== Found.Text) return;
    const { buf } = spans;
    const from = spans.from[place];
    const to = spans.to[place];
    let pair = 0;
    for (let at = from; at < to; at++) {
      const byte: number = buf[at];
      pair = ((pair & 255) << 8) | byte;
      const either = groupOf[byte] | groupOf[256 + pair];
      if (either === 0) continue;
      for (const search of this.groups[groupOf[byte]]!) attempt(search, subject, candidates, turn);
      for (const search of this.groups[groupOf[256 + pair]]!) {
        attempt(search, subject, candidates, turn);
      }
    }
  }

  private join(place: number, search: Search<S, T>): void {
    const group = this.groupOf[place];
    if (group === 0) this.groupOf[place] = this.groups.push([search]) - 1;
    else this.groups[group]!.push(search);
  }
}

function attempt<S, T extends { readonly index: number }>(
  search: Search<S, T>,
  subject: S,
  candidates: Candidates<T>,
  turn: number,
): void {
  if (search.turn === turn) return;
  search.turn = turn;
  if (search.holds(subject)) candidates.add(search.one);
}

/** Places of which one must be in the text; none: any text may do. */
function placesOf({ part = '', some }: Partial<TextSieve>): number[] {
  if (some !== undefined) return [...some.keys()].filter((byte) => some[byte] === 1);
  if (part.length < 2) return part === '' ? [] : eitherCase(part);
  const at = rarestPair(part);
  const [first, second] = [part[at]!, part[at + 1]!];
  return eitherCase(first).flatMap((a) => eitherCase(second).map((b) => 256 + (a << 8) + b));
}

/** The bytes that are this one in lower case. */
function eitherCase(letter: string): number[] {
  const bytes: number[] = [];
  for (let byte = 0; byte < 256; byte++) {
    if (String.fromCharCode(byte).toLowerCase() === letter) bytes.push(byte);
  }
  return bytes;
}

/** Letters of header names and values, the most common first. */
const COMMON = 'eitnoars:;=-0123456789.dclpumh/';

/** Where the two bytes stand that an honest head has least. */
function rarestPair(part: string): number {
  const rank = (letter: string) => {
    const at = COMMON.indexOf(letter);
    return at === -1 ? COMMON.length : at;
  };
  let [best, most] = [0, -1];
  for (let at = 0; at + 1 < part.length; at++) {
    const found = rank(part[at]!) + rank(part[at + 1]!);
    if (found > most) [best, most] = [at, found];
  }
  return best;
}
