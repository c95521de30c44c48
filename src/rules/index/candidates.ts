/** The signatures found for one message, each once however many sieves let it through. */
export class Candidates<T extends { readonly index: number }> {
  readonly list: T[] = [];
  private readonly stamps: number[] = [];
  private stamp = 0;

  begin(): void {
    this.list.length = 0;
    this.stamp++;
  }

  add(one: T): void {
    if (this.stamps[one.index] === this.stamp) return;
    this.stamps[one.index] = this.stamp;
    this.list.push(one);
  }

  addAll(many: readonly T[]): void {
    for (const one of many) this.add(one);
  }

  /** In order of loading. */
  sorted(): readonly T[] {
    if (this.list.length > 1) this.list.sort((a, b) => a.index - b.index);
    return this.list;
  }
}
