/** Longer texts are made anew each time: the memory of a full memo is bounded. */
const LONGEST = 128;

/**
 * What is made of a text, kept for when the same text comes again. When it is full it forgets all:
 * who brings new texts all the time can only make others' be worked out once more.
 */
export class Memo<V> {
  private readonly known = new Map<string, V>();
  private readonly limit: number;
  private readonly make: (text: string) => V;

  constructor(limit: number, make: (text: string) => V) {
    this.limit = limit;
    this.make = make;
  }

  of(text: string): V {
    const known = this.known.get(text);
    if (known !== undefined) return known;
    const made = this.make(text);
    if (text.length > LONGEST) return made;
    if (this.known.size === this.limit) this.known.clear();
    this.known.set(text, made);
    return made;
  }
}
