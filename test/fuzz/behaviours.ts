const PRIME = 0x01000193;

/** A hash of small whole numbers and words; not one that an opponent could not break. */
export function mix(hash: number, value: number): number {
  return Math.imul(hash ^ value ^ (value >>> 15), PRIME) ^ (hash >>> 13);
}

export function mixText(hash: number, text: string): number {
  let mixed = hash;
  for (let i = 0; i < text.length; i++) mixed = mix(mixed, text.charCodeAt(i));
  return mixed;
}

export function mixBytes(hash: number, buf: Uint8Array, from: number, to: number): number {
  let mixed = hash;
  for (let i = from; i < to; i++) mixed = Math.imul(mixed ^ buf[i]!, PRIME);
  return mixed;
}

/** 0, 1, 2, 3-4, 5-8 and so on: how many is told apart only roughly. */
export function bucket(value: number): number {
  return value <= 0 ? 0 : 1 + Math.ceil(Math.log2(value));
}

/** Remembered at most; beyond that nothing is new any more. */
const LIMIT = 100_000;

/** Everything a target was ever seen to do, each as a number. */
export class Behaviours {
  private readonly seen = new Set<number>();
  /** New ones since `begin`. */
  fresh = 0;

  get size(): number {
    return this.seen.size;
  }

  begin(): void {
    this.fresh = 0;
  }

  note(behaviour: number): void {
    if (this.seen.has(behaviour) || this.seen.size >= LIMIT) return;
    this.seen.add(behaviour);
    this.fresh++;
  }
}
