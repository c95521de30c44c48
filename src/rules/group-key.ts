import { shortCopy } from '../detect/short-copy.js';
import { SECRET_WORDS } from '../telemetry/secret.js';
import type { Expression } from './expression.js';

/** Characters of a value that tell groups apart. */
const PART_LIMIT = 256;
const SEPARATOR = '\u001f';
const SEPARATOR_CODE = SEPARATOR.charCodeAt(0);
const [FIRST, FACTOR] = SECRET_WORDS;
/** Odd, so that multiplying by it loses nothing. */
const ODD_FACTOR = FACTOR | 1;

/** How all keys of one signature begin: with its id, hashed once. */
export class KeyStart {
  readonly text: string;
  low = 0x811c9dc5 | 0;
  high = 0x9dc5811c | 0;
  place = FIRST;

  constructor(text: string) {
    this.text = text;
    hashPart(this, text, text.length);
  }
}

/**
 * Under what a signature counts or falls silent: its id, and the values that make the group. It is
 * told by the text of them all, but a look-up builds no text: of a flood that comes once from each
 * address none is ever needed. One object serves for all look-ups.
 */
export class GroupKey {
  /** Where a table keeps it: nobody who chooses the values can foresee it. */
  place = 0;
  /** Length of the text. */
  private length = 0;
  private readonly parts: string[] = [];
  private count = 0;
  /** The two lanes of `hashText`. */
  low = 0;
  high = 0;

  /** What the signature of this id keeps of such a subject. */
  set<S>(id: string, values: readonly Expression<S>[], subject: S): this {
    return this.setFrom(new KeyStart(id), values, subject);
  }

  /** The same, of an id whose start is known. */
  setFrom<S>(start: KeyStart, values: readonly Expression<S>[], subject: S): this {
    this.begin(start);
    for (const { read } of values) {
      const value = read(subject);
      this.add(typeof value === 'string' ? value : String(value ?? ''));
    }
    return this.end();
  }

  /** The key that has this text. */
  setText(text: string): this {
    this.begin(new KeyStart(text));
    return this.end();
  }

  /** What `hashText` makes of the text. */
  get hash(): number {
    return (this.high >>> 11) * 0x1_0000_0000 + (this.low >>> 0);
  }

  text(): string {
    let text = this.parts[0]!;
    for (let i = 1; i < this.count; i++) {
      text += SEPARATOR + shortCopy(this.parts[i]!, PART_LIMIT);
    }
    return text;
  }

  /** Whether this is the text. */
  is(text: string): boolean {
    if (text.length !== this.length) return false;
    let at = 0;
    for (let i = 0; i < this.count; i++) {
      if (i > 0 && text.charCodeAt(at++) !== SEPARATOR_CODE) return false;
      const part = this.parts[i]!;
      const end = i === 0 ? part.length : Math.min(part.length, PART_LIMIT);
      for (let k = 0; k < end; k++) if (text.charCodeAt(at++) !== part.charCodeAt(k)) return false;
    }
    return true;
  }

  private begin({ text, low, high, place }: KeyStart): void {
    this.low = low;
    this.high = high;
    this.place = place;
    this.length = text.length;
    this.parts[0] = text;
    this.count = 1;
  }

  private add(part: string): void {
    const length = Math.min(part.length, PART_LIMIT);
    this.low = Math.imul(this.low ^ SEPARATOR_CODE, 0x01000193);
    this.high = Math.imul(this.high ^ SEPARATOR_CODE, 0x85ebca6b);
    this.place = Math.imul(this.place ^ SEPARATOR_CODE, ODD_FACTOR);
    this.length += 1 + length;
    this.parts[this.count++] = part;
    hashPart(this, part, length);
  }

  private end(): this {
    const { length } = this;
    this.low = Math.imul(this.low ^ length, 0x01000193);
    this.high = Math.imul(this.high ^ length ^ (length >>> 13), 0x85ebca6b);
    // The low bits name the bucket, and those of a product know nothing of the high ones.
    const place = this.place ^ (this.place >>> 15);
    this.place = Math.imul(place, ODD_FACTOR) ^ (place >>> 13);
    return this;
  }
}

/** One turn for all three hashes: they wait for their multiplications side by side. */
function hashPart(hashes: KeyStart | GroupKey, part: string, length: number): void {
  let { low, high, place } = hashes;
  for (let i = 0; i < length; i++) {
    const code = part.charCodeAt(i);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x85ebca6b);
    place = Math.imul(place ^ code, ODD_FACTOR);
  }
  hashes.low = low;
  hashes.high = high;
  hashes.place = place;
}

/** The id of the signature whose key it is. */
export function idOfKey(key: string): string {
  const end = key.indexOf(SEPARATOR);
  return end === -1 ? key : key.slice(0, end);
}
