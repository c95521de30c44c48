import type { CompiledSignature } from './compile.js';
import type { FieldTable, Value } from './fields/field.js';

type List<S> = readonly CompiledSignature<S>[];

interface AnchoredField<S> {
  readonly read: (subject: S) => Value;
  /** Which bytes a key begins with, in either case: most values are turned away by their first. */
  readonly firstBytes: Uint8Array;
  readonly equals: Map<string, CompiledSignature<S>[]>;
  /** Prefix keys by their length, so that each length costs one look-up. */
  readonly prefixes: Map<number, Map<string, CompiledSignature<S>[]>>;
}

/**
 * Which signatures to try on a subject. A signature that needs a certain literal in a field is
 * only tried where that literal is, and one that needs a method only with that method. So what a
 * signature set costs on benign traffic depends on its few members without a literal.
 */
export class SignatureIndex<S> {
  private readonly anchored: AnchoredField<S>[] = [];
  private readonly places = new Map<string, AnchoredField<S>>();
  /** Signatures without a literal: those for any method, and those joined by ones for a method. */
  private readonly anyMethod: CompiledSignature<S>[] = [];
  private readonly byMethod = new Map<Value, CompiledSignature<S>[]>();
  private readonly method: (subject: S) => Value;
  private readonly found: CompiledSignature<S>[] = [];

  constructor(signatures: List<S>, fields: FieldTable<S>) {
    this.method = fields.get('method')?.read ?? (() => undefined);
    const free = signatures.filter(({ anchors }) => anchors === undefined);
    for (const method of new Set(free.flatMap(({ methods }) => methods ?? []))) {
      const fits = ({ methods }: CompiledSignature<S>) => methods?.includes(method) ?? true;
      this.byMethod.set(method, free.filter(fits));
    }
    this.anyMethod = free.filter(({ methods }) => methods === undefined);
    for (const signature of signatures) this.addAnchors(signature, fields);
  }

  /** The signatures worth trying, in order of loading; valid until the next call. */
  candidatesFor(subject: S): List<S> {
    const { found } = this;
    found.length = 0;
    for (const { read, firstBytes, equals, prefixes } of this.anchored) {
      const raw = read(subject);
      if (raw === undefined) continue;
      const text = typeof raw === 'string' ? raw : String(raw);
      if (firstBytes[text.charCodeAt(0) & 255] === 0) continue;
      const value = text.toLowerCase();
      add(found, equals.get(value));
      for (const [length, map] of prefixes) {
        if (value.length >= length) add(found, map.get(value.slice(0, length)));
      }
    }
    const always = this.byMethod.get(this.method(subject)) ?? this.anyMethod;
    if (found.length === 0) return always;
    for (const signature of always) found.push(signature);
    return found.sort((a, b) => a.index - b.index);
  }

  private addAnchors(signature: CompiledSignature<S>, fields: FieldTable<S>): void {
    for (const { field, kind, keys } of signature.anchors ?? []) {
      const place = this.place(field, fields);
      for (const key of keys) {
        const map = kind === 'equals' ? place.equals : prefixMap(place, key.length);
        const list = map.get(key) ?? [];
        place.firstBytes[key.charCodeAt(0) & 255] = 1;
        place.firstBytes[key.toUpperCase().charCodeAt(0) & 255] = 1;
        if (!list.includes(signature)) map.set(key, [...list, signature]);
      }
    }
  }

  private place(name: string, fields: FieldTable<S>): AnchoredField<S> {
    let place = this.places.get(name);
    if (place === undefined) {
      const { read } = fields.get(name)!;
      place = { read, firstBytes: new Uint8Array(256), equals: new Map(), prefixes: new Map() };
      this.places.set(name, place);
      this.anchored.push(place);
    }
    return place;
  }
}

function prefixMap<S>(
  place: AnchoredField<S>,
  length: number,
): Map<string, CompiledSignature<S>[]> {
  let map = place.prefixes.get(length);
  if (map === undefined) {
    map = new Map();
    place.prefixes.set(length, map);
  }
  return map;
}

function add<T>(found: T[], list: readonly T[] | undefined): void {
  if (list === undefined) return;
  for (const item of list) if (!found.includes(item)) found.push(item);
}
