/** What a sieve lets through, and for messages of which methods. */
export interface Entrant<T> {
  readonly one: T;
  /** Bits of methods. */
  methods: number;
}

/** Adds to a list of entrants, where one may stand already for another method. */
export function enter<T>(list: Entrant<T>[], one: T, method: number): void {
  const known = list.find((entrant) => entrant.one === one);
  if (known === undefined) list.push({ one, methods: method });
  else known.methods |= method;
}

/** The signatures found for one message, each once however many sieves let it through. */
export class Candidates<T extends { readonly index: number }> {
  readonly list: T[] = [];
  private readonly stamps: number[] = [];
  private stamp = 0;
  private method = 0;

  /** `method`: the bit of the message's method. */
  begin(method: number): void {
    // Setting the length would give the memory of the list away, and the next message take it anew.
    while (this.list.length > 0) this.list.pop();
    this.stamp++;
    this.method = method;
  }

  add({ one, methods }: Entrant<T>): void {
    if ((methods & this.method) === 0 || this.stamps[one.index] === this.stamp) return;
    this.stamps[one.index] = this.stamp;
    this.list.push(one);
  }

  addAll(many: readonly Entrant<T>[]): void {
    for (const one of many) this.add(one);
  }

  /** In order of loading. */
  sorted(): readonly T[] {
    const { list } = this;
    // They are few, and `sort` makes a copy of them.
    for (let i = 1; i < list.length; i++) {
      const one = list[i]!;
      let at = i;
      for (; at > 0 && list[at - 1]!.index > one.index; at--) list[at] = list[at - 1]!;
      list[at] = one;
    }
    return list;
  }
}
