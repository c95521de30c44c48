import type { Field } from '../fields/field.js';
import { Found, Span } from '../fields/span.js';
import type { Candidates } from './candidates.js';
import type { ByteSet, TextSieve } from './sieve.js';

/** Latin1 in lower case, as `toLowerCase` has it. */
const LOWER = Uint8Array.from({ length: 256 }, (_, byte) =>
  String.fromCharCode(byte).toLowerCase().charCodeAt(0),
);
/** Texts are cut at half of it when they are decoded. */
const SCRATCH = 16_384;

interface Indexed {
  readonly index: number;
}

/** A byte of a prefix; those that may follow it are siblings of `first`. */
class Node<T extends Indexed> {
  readonly byte: number;
  next: Node<T> | undefined = undefined;
  first: Node<T> | undefined = undefined;
  entries: Entry<T>[] = [];

  constructor(byte: number) {
    this.byte = byte;
  }

  child(byte: number): Node<T> | undefined {
    let node = this.first;
    while (node !== undefined && node.byte !== byte) node = node.next;
    return node;
  }
}

interface Entry<T extends Indexed> {
  readonly sieve: TextSieve;
  readonly found: T[];
}

/**
 * The sieves of one field. It walks the bytes of the field through the prefixes, and most texts
 * leave at their first byte, so that how many sieves there are does not count.
 */
export class TextIndex<S, T extends Indexed> {
  private readonly field: Field<S>;
  private readonly root = new Node<T>(0);
  /** Children of the root by byte: there can be many. */
  private readonly starts: (Node<T> | undefined)[] = new Array(256).fill(undefined);
  private readonly span = new Span();
  private scratch: Buffer | undefined = undefined;

  constructor(field: Field<S>) {
    this.field = field;
  }

  add(sieve: TextSieve, one: T): void {
    let node = this.root;
    for (let i = 0; i < sieve.prefix.length; i++) {
      const byte = sieve.prefix.charCodeAt(i);
      let child = node.child(byte);
      if (child === undefined) {
        child = new Node<T>(byte);
        child.next = node.first;
        node.first = child;
        if (node === this.root) this.starts[byte] = child;
      }
      node = child;
    }
    const entry = node.entries.find((other) => isSame(other.sieve, sieve));
    if (entry === undefined) node.entries.push({ sieve, found: [one] });
    else entry.found.push(one);
  }

  find(subject: S, candidates: Candidates<T>): void {
    const { span } = this;
    if (!this.look(subject)) return;
    const { buf, from, to } = span;
    let node: Node<T> | undefined = this.root;
    for (let at = from; ; at++) {
      if (node.entries.length > 0) this.tryAll(node.entries, candidates);
      if (at >= to) return;
      const byte: number = LOWER[buf[at]];
      node = at === from ? this.starts[byte] : node.child(byte);
      if (node === undefined) return;
    }
  }

  private look(subject: S): boolean {
    const { field, span } = this;
    const found = field.span === undefined ? Found.Written : field.span(subject, span);
    if (found === Found.Written) return this.decode(subject);
    return found === Found.Text;
  }

  private decode(subject: S): boolean {
    const value = this.field.read(subject);
    if (value === undefined) return false;
    this.scratch ??= Buffer.alloc(SCRATCH);
    this.span.set(this.scratch, 0, this.scratch.write(String(value), 0, 'latin1'));
    return true;
  }

  private tryAll(entries: readonly Entry<T>[], candidates: Candidates<T>): void {
    const { span } = this;
    const length = span.to - span.from;
    for (const { sieve, found } of entries) {
      if (length < sieve.least || length > sieve.most) continue;
      if (passes(sieve, span)) candidates.addAll(found);
    }
  }
}

/** Whether the bytes are as the sieve says; prefix and length were seen to. */
function passes({ only, some, suffix, part }: TextSieve, span: Span): boolean {
  if (suffix !== '' && !endsWith(span, suffix)) return false;
  if (only !== undefined && !hasOnly(span, only)) return false;
  if (some !== undefined && !hasSome(span, some)) return false;
  return part === '' || hasPart(span, part);
}

function hasOnly({ buf, from, to }: Span, only: ByteSet): boolean {
  for (let at = from; at < to; at++) if (only[buf[at]] === 0) return false;
  return true;
}

function hasSome({ buf, from, to }: Span, some: ByteSet): boolean {
  for (let at = from; at < to; at++) if (some[buf[at]] === 1) return true;
  return false;
}

function endsWith({ buf, to }: Span, suffix: string): boolean {
  const { length } = suffix;
  for (let i = 1; i <= length; i++) {
    if (LOWER[buf[to - i]] !== suffix.charCodeAt(length - i)) return false;
  }
  return true;
}

function hasPart({ buf, from, to }: Span, part: string): boolean {
  const first = part.charCodeAt(0);
  for (let at = from; at <= to - part.length; at++) {
    if (LOWER[buf[at]] !== first) continue;
    let i = 1;
    while (i < part.length && LOWER[buf[at + i]] === part.charCodeAt(i)) i++;
    if (i === part.length) return true;
  }
  return false;
}

function isSame(a: TextSieve, b: TextSieve): boolean {
  return (
    a.suffix === b.suffix &&
    a.part === b.part &&
    a.least === b.least &&
    a.most === b.most &&
    isSameSet(a.only, b.only) &&
    isSameSet(a.some, b.some)
  );
}

function isSameSet(a: ByteSet | undefined, b: ByteSet | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.every((byte, i) => byte === b[i]);
}
