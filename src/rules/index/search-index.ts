import { kernel } from '../../kernel/kernel.js';
import { PairFilter } from '../../kernel/pair-filter.js';
import type { Field } from '../fields/field.js';
import { Found, type Spans } from '../fields/span.js';
import type { Candidates, Entrant } from './candidates.js';
import type { SearchSieve, TextSieve } from './sieve.js';

interface Search<S, T> {
  readonly holds: (subject: S) => boolean;
  readonly entrant: Entrant<T>;
  /** The message it was tried on last. */
  turn: number;
}

/** Bytes, and behind them pairs of bytes of which the first stands in the higher eight bits. */
const PLACES = 256 + 65_536;

/**
 * The searches in one long text. Each needs some byte, or pair of neighbouring bytes, that few texts
 * have; one walk over the bytes tells which are there, sixteen at a time where there is a kernel, so
 * that the text of an honest message is neither decoded nor searched, however many look for
 * something in it.
 */
export class SearchIndex<S, T extends { readonly index: number }> {
  /** The place of its text in the spans; -1: it has none. */
  private readonly place: number;
  /** By byte or pair: its group, from 1; 0: nobody looks for it. */
  private readonly groupOf = new Uint16Array(PLACES);
  private readonly groups: Search<S, T>[][] = [[]];
  private readonly searches: Search<S, T>[] = [];
  /** Those of which neither is known. */
  private readonly always: Search<S, T>[] = [];
  private turn = 0;
  /** The same places, for the kernel. */
  private readonly filter = new PairFilter();

  constructor(field: Field<S>) {
    this.place = field.span?.place ?? -1;
  }

  add({ holds, shapes }: SearchSieve<S>, one: T, method: number): void {
    const same = this.searches.find((other) => other.holds === holds && other.entrant.one === one);
    if (same !== undefined) {
      same.entrant.methods |= method;
      return;
    }
    const search = { holds, entrant: { one, methods: method }, turn: 0 };
    this.searches.push(search);
    const places = shapes.map(placesOf);
    if (this.place === -1 || places.some((each) => each.length === 0)) {
      this.always.push(search);
      return;
    }
    for (const each of places) {
      this.filter.add(each.map((place) => (place < 256 ? [place, undefined] : pairOf(place))));
    }
    for (const place of new Set(places.flat())) this.join(place, search);
  }

  find(subject: S, spans: Spans, candidates: Candidates<T>): void {
    const turn = ++this.turn;
    for (const search of this.always) attempt(search, subject, candidates, turn);
    const { place, filter } = this;
    if (place === -1 || spans.found[place] !== Found.Text) return;
    const { buf } = spans;
    const from = spans.from[place];
    const to = spans.to[place];
    if (kernel !== undefined && to - from <= kernel.maxMessage) {
      const found = kernel.search(filter, buf, from, to);
      for (let i = 0; i < found; i++) {
        this.look(buf, from + kernel.positions[i], to, subject, candidates);
      }
      if (found !== -1) return;
    }
    for (let at = from; at < to; at++) this.look(buf, at, to, subject, candidates);
  }

  /** Tries what needs the byte at `at`, or it and the next. */
  private look(buf: Buffer, at: number, to: number, subject: S, candidates: Candidates<T>): void {
    const byte: number = buf[at];
    this.attemptGroup(this.groupOf[byte], subject, candidates);
    if (at + 1 === to) return;
    const next: number = buf[at + 1];
    this.attemptGroup(this.groupOf[256 + ((byte << 8) | next)], subject, candidates);
  }

  private attemptGroup(group: number, subject: S, candidates: Candidates<T>): void {
    if (group === 0) return;
    for (const search of this.groups[group]!) attempt(search, subject, candidates, this.turn);
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
  if (search.holds(subject)) candidates.add(search.entrant);
}

function pairOf(place: number): [first: number, second: number] {
  return [(place - 256) >> 8, place & 255];
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
