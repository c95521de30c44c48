import type { CompiledSignature } from './compile.js';
import type { Field, FieldTable } from './field.js';

interface AnchoredField<S> {
  readonly field: Field<S>;
  readonly equals: Map<string, CompiledSignature<S>[]>;
  /** Prefix keys by their length, so that each length costs one look-up. */
  readonly prefixes: Map<number, Map<string, CompiledSignature<S>[]>>;
}

/**
 * Which signatures to try on a subject. A signature that needs a certain literal in a field is
 * only tried where that literal is; the rest are always tried. So what a signature set costs on
 * benign traffic depends on its few literal-free members, not on its size.
 */
export class SignatureIndex<S> {
  private readonly always: CompiledSignature<S>[] = [];
  private readonly anchored = new Map<string, AnchoredField<S>>();
  private readonly candidates: CompiledSignature<S>[] = [];

  constructor(signatures: readonly CompiledSignature<S>[], fields: FieldTable<S>) {
    for (const signature of signatures) {
      if (signature.anchors === undefined) this.always.push(signature);
      for (const anchor of signature.anchors ?? []) {
        const place = this.place(anchor.field, fields);
        for (const key of anchor.keys) {
          const map = anchor.kind === 'equals' ? place.equals : prefixMap(place, key.length);
          const list = map.get(key) ?? [];
          if (!list.includes(signature)) map.set(key, [...list, signature]);
        }
      }
    }
  }

  /** The signatures worth trying, in order of loading; valid until the next call. */
  candidatesFor(subject: S): readonly CompiledSignature<S>[] {
    const found = this.candidates;
    found.length = 0;
    for (const { field, equals, prefixes } of this.anchored.values()) {
      const value = field.read(subject);
      if (typeof value !== 'string') continue;
      const text = value.toLowerCase();
      add(found, equals.get(text));
      for (const [length, map] of prefixes) {
        if (text.length >= length) add(found, map.get(text.slice(0, length)));
      }
    }
    if (found.length === 0) return this.always;
    for (const signature of this.always) found.push(signature);
    return found.sort((a, b) => a.index - b.index);
  }

  private place(name: string, fields: FieldTable<S>): AnchoredField<S> {
    let place = this.anchored.get(name);
    if (place === undefined) {
      place = { field: fields.get(name)!, equals: new Map(), prefixes: new Map() };
      this.anchored.set(name, place);
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
  for (const item of list ?? []) if (!found.includes(item)) found.push(item);
}
