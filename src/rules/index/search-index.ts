import { kernel } from '../../kernel/kernel.js';
import { type Pair, PairFilter } from '../../kernel/pair-filter.js';
import type { Field } from '../fields/field.js';
import { Found, type Spans } from '../fields/span.js';
import type { Candidates, Entrant } from './candidates.js';
import type { SearchSieve } from './sieve.js';
import { eitherCase, LOWER } from './text-tree.js';

interface Search<S, T> {
  readonly holds: (subject: S) => boolean;
  readonly entrant: Entrant<T>;
  /** The message it was tried on last, and how many bytes were compared there. */
  turn: number;
  compared: number;
}

/** A text that is looked for, found by the place in it that is rarest. */
interface Literal<S, T> {
  /** In lower case. */
  readonly text: string;
  /** Where in it its place stands. */
  readonly offset: number;
  readonly search: Search<S, T>;
}

/** Bytes by which the kernel knows the place of a text that has as many. */
const PLACE_LENGTH = 4;
/** Slots of pairs: so few that they stay in the processor's cache; pairs that share one do no harm. */
const GROUP_SLOT_BITS = 10;
/** So many bytes a search compares in one message; then it counts as found: the test will tell. */
const MAX_COMPARED = 4096;

/**
 * The searches in one long text. Each literal has four bytes somewhere, or a pair if it is short,
 * that few texts have; one walk over the bytes tells where they are, sixteen at a time where there is
 * a kernel, so that the text of an honest message is neither decoded nor searched, however many look
 * for something in it.
 */
export class SearchIndex<S, T extends { readonly index: number }> {
  /** The place of its text in the spans; -1: it has none. */
  private readonly place: number;
  /** By byte, and behind them by slot of a pair: the group, from 1; 0: nobody looks for it. */
  private readonly groupOf = new Uint16Array(256 + (1 << GROUP_SLOT_BITS));
  private readonly groups: Literal<S, T>[][] = [[]];
  private readonly searches: Search<S, T>[] = [];
  /** Those that look for no literal. */
  private readonly always: Search<S, T>[] = [];
  private turn = 0;
  /** The same pairs, for the kernel. */
  private readonly filter = new PairFilter();

  constructor(field: Field<S>) {
    this.place = field.span?.place ?? -1;
  }

  add({ holds, parts }: SearchSieve<S>, one: T, method: number): void {
    const same = this.searches.find((other) => other.holds === holds && other.entrant.one === one);
    if (same !== undefined) {
      same.entrant.methods |= method;
      return;
    }
    const search = { holds, entrant: { one, methods: method }, turn: 0, compared: 0 };
    this.searches.push(search);
    if (this.place === -1 || parts === undefined) this.always.push(search);
    else for (const text of parts) this.addLiteral(text, search);
  }

  find(subject: S, spans: Spans, candidates: Candidates<T>): void {
    this.turn++;
    for (const { holds, entrant } of this.always) if (holds(subject)) candidates.add(entrant);
    const { place, filter } = this;
    if (place === -1 || spans.found[place] !== Found.Text) return;
    const { buf } = spans;
    const from = spans.from[place];
    const to = spans.to[place];
    if (kernel !== undefined && to - from <= kernel.maxMessage) {
      const found = kernel.search(filter, buf, from, to);
      for (let i = 0; i < found; i++) {
        this.look(buf, from, from + kernel.positions[i], to, candidates);
      }
      if (found !== -1) return;
    }
    for (let at = from; at < to; at++) this.look(buf, from, at, to, candidates);
  }

  private addLiteral(text: string, search: Search<S, T>): void {
    const offset = rarestPlace(text);
    const pairs = pairsAt(text, offset);
    const behind = text.slice(offset + 2, offset + PLACE_LENGTH);
    this.filter.add(pairs, behind.length === PLACE_LENGTH - 2 ? behind : undefined);
    const literal = { text, offset, search };
    for (const [first, second] of pairs) {
      const slot = second === undefined ? first : slotOf(first, second);
      if (this.groupOf[slot] === 0) this.groupOf[slot] = this.groups.push([]) - 1;
      const group = this.groups[this.groupOf[slot]]!;
      if (!group.includes(literal)) group.push(literal);
    }
  }

  /** Compares with what may have the byte at `at`, or it and the next. */
  private look(buf: Buffer, from: number, at: number, to: number, into: Candidates<T>): void {
    const byte: number = buf[at];
    const alone = this.groupOf[byte];
    if (alone !== 0) this.compare(alone, buf, from, at, to, into);
    if (at + 1 === to) return;
    const pair = this.groupOf[slotOf(byte, buf[at + 1])];
    if (pair !== 0) this.compare(pair, buf, from, at, to, into);
  }

  private compare(
    group: number,
    buf: Buffer,
    from: number,
    at: number,
    to: number,
    candidates: Candidates<T>,
  ): void {
    for (const { text, offset, search } of this.groups[group]!) {
      if (search.turn !== this.turn) {
        search.turn = this.turn;
        search.compared = 0;
      } else if (search.compared >= MAX_COMPARED) continue;
      const begin = at - offset;
      if (begin < from || begin + text.length > to) continue;
      const same = sameBytes(buf, begin, text);
      search.compared = same === text.length ? MAX_COMPARED : search.compared + same + 1;
      if (search.compared >= MAX_COMPARED) candidates.add(search.entrant);
    }
  }
}

/** How many bytes at `from` are those of the text, in either case. */
function sameBytes(buf: Buffer, from: number, text: string): number {
  let i = 0;
  while (i < text.length && LOWER[buf[from + i]] === text.charCodeAt(i)) i++;
  return i;
}

/** The pairs at this place in either case, or the bytes, of a text that has no more than one. */
function pairsAt(text: string, offset: number): Pair[] {
  const first = eitherCase(text.charCodeAt(offset));
  if (text.length === 1) return first.map((byte) => [byte, undefined]);
  const second = eitherCase(text.charCodeAt(offset + 1));
  return first.flatMap((a) => second.map((b): Pair => [a, b]));
}

function slotOf(first: number, second: number): number {
  return 256 + (Math.imul((first << 8) | second, 0x9e3779b1) >>> (32 - GROUP_SLOT_BITS));
}

/** Letters of header names and values, the most common first. */
const COMMON = 'eitnoars:;=-0123456789.dclpumh/';
/**
 * Where the bytes stand that an honest head has least: four together, or two of a short text. Without
 * the kernel only the first two of four are looked for: that takes longer, and finds the same.
 */
function rarestPlace(text: string): number {
  const length = text.length < PLACE_LENGTH ? 2 : PLACE_LENGTH;
  let [best, most] = [0, -1];
  for (let at = 0; at + length <= text.length; at++) {
    const found = [...text.slice(at, at + length)].reduce((sum, letter) => sum + rarity(letter), 0);
    if (found > most) [best, most] = [at, found];
  }
  return best;
}

function rarity(letter: string): number {
  const at = COMMON.indexOf(letter);
  return at === -1 ? COMMON.length : at;
}
