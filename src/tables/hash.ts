/**
 * Hashes for table keys: 53 bits in two FNV-1a lanes, exact in a double. Not secret: who makes
 * two keys collide only makes two of his own messages look like one.
 */

/** A reusable accumulator: `begin`, any number of `add…`, then `end`. */
export class Hasher {
  private low = 0;
  private high = 0;

  begin(): this {
    this.low = 0x811c9dc5;
    this.high = 0x9dc5811c;
    return this;
  }

  /** Goes on from where another stands. */
  beginAs(other: Hasher): this {
    this.low = other.low;
    this.high = other.high;
    return this;
  }

  addBytes(buf: Buffer, from: number, to: number): this {
    return this.addWord(buf, from, to).addNumber(to - from);
  }

  /** Bytes as a part of a text, as `addCharacters`. */
  addWord(buf: Buffer, from: number, to: number): this {
    let { low, high } = this;
    for (let i = from; i < to; i++) {
      const byte = buf[i]!;
      low = Math.imul(low ^ byte, 0x01000193);
      high = Math.imul(high ^ byte, 0x85ebca6b);
    }
    this.low = low;
    this.high = high;
    return this;
  }

  addText(text: string): this {
    return this.addCharacters(text).addNumber(text.length);
  }

  /** A part of a text; after the last one comes their length together, by `addNumber`. */
  addCharacters(text: string): this {
    let { low, high } = this;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      low = Math.imul(low ^ code, 0x01000193);
      high = Math.imul(high ^ code, 0x85ebca6b);
    }
    this.low = low;
    this.high = high;
    return this;
  }

  addNumber(value: number): this {
    this.low = Math.imul(this.low ^ value, 0x01000193);
    this.high = Math.imul(this.high ^ value ^ (value >>> 13), 0x85ebca6b);
    return this;
  }

  addKey(key: number | string): this {
    return typeof key === 'number' ? this.addNumber(key) : this.addText(key);
  }

  end(): number {
    return (this.high >>> 11) * 0x1_0000_0000 + (this.low >>> 0);
  }
}

const shared = new Hasher();

/** Hash of one text. */
export function hashText(text: string): number {
  return shared.begin().addText(text).end();
}
