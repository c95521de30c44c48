/** Longer texts are decoded anew each time: most come once, and looking them up costs as much. */
export const LONGEST_INTERNED = 40;
const WORDS = LONGEST_INTERNED / 4;
const MIX = 0x9e3779b1;

/**
 * Short wire texts, kept so that equal bytes give the same string: it is not made again, its hash
 * for a Map is known, and comparing it is comparing pointers. Each text has two places it may stand
 * in, by a hash of its bytes; whoever forges bytes that collide loses the saving, nothing else, for
 * every byte is compared. A text holds on to nothing but itself.
 */
export class InternedText {
  private readonly texts: string[];
  private readonly hashes: Int32Array;
  /** The bytes of each text, four to a word, the last word filled up with zeros. */
  private readonly words: Int32Array;
  /** Of each pair of places, the one (0 or 1) that the next newcomer takes. */
  private readonly nextToGo: Uint8Array;
  private readonly shift: number;
  private readonly asked = new Int32Array(WORDS + 1);

  /** Keeps up to 2 ** (bits + 1) texts, at no more than 145 bytes each. */
  constructor(bits: number) {
    const places = 2 << bits;
    this.shift = 32 - bits;
    this.texts = new Array<string>(places).fill('');
    this.hashes = new Int32Array(places);
    this.words = new Int32Array(places * WORDS);
    this.nextToGo = new Uint8Array(places / 2);
  }

  /** The latin1 text of `buf[from, to)`, at most LONGEST_INTERNED bytes. */
  of(buf: Buffer, from: number, to: number): string {
    const length = to - from;
    const hash = this.read(buf, from, to);
    const pair = hash >>> this.shift;
    const first = 2 * pair;
    if (this.isAt(first, hash, length)) {
      this.nextToGo[pair] = 1;
      return this.texts[first];
    }
    if (this.isAt(first + 1, hash, length)) {
      this.nextToGo[pair] = 0;
      return this.texts[first + 1];
    }
    return this.put(first + this.nextToGo[pair], hash, buf.toString('latin1', from, to));
  }

  /** Puts the bytes into `asked`, and returns their hash. */
  private read(buf: Buffer, from: number, to: number): number {
    const { asked } = this;
    let hash = to - from;
    let word = 0;
    let at = from;
    for (; at + 4 <= to; at += 4) {
      const four = buf[at] | (buf[at + 1] << 8) | (buf[at + 2] << 16) | (buf[at + 3] << 24);
      asked[word++] = four;
      hash = Math.imul(hash ^ four, MIX);
      hash ^= hash >>> 15;
    }
    let rest = 0;
    for (let shift = 0; at < to; at++, shift += 8) rest |= buf[at] << shift;
    asked[word] = rest;
    return Math.imul(hash ^ rest, MIX);
  }

  private isAt(place: number, hash: number, length: number): boolean {
    if (this.hashes[place] !== hash || this.texts[place].length !== length) return false;
    const { words, asked } = this;
    const base = place * WORDS;
    for (let word = 0; 4 * word < length; word++) {
      if (words[base + word] !== asked[word]) return false;
    }
    return true;
  }

  /** A newcomer stays the next to go until it is asked for again: what comes once pushes out little. */
  private put(place: number, hash: number, text: string): string {
    const { words, asked } = this;
    const base = place * WORDS;
    for (let word = 0; 4 * word < text.length; word++) words[base + word] = asked[word];
    this.hashes[place] = hash;
    this.texts[place] = text;
    return text;
  }
}
