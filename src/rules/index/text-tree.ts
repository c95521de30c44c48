/** Latin1 in lower case, as `toLowerCase` has it. */
export const LOWER = Uint8Array.from({ length: 256 }, (_, byte) =>
  String.fromCharCode(byte).toLowerCase().charCodeAt(0),
);

/** By a byte in lower case: those that become it. */
const CASES: readonly (readonly number[])[] = Array.from({ length: 256 }, (_, letter) =>
  [...LOWER.keys()].filter((byte) => LOWER[byte] === letter),
);

/** The bytes that are this one in lower case; none for what is no byte. */
export function eitherCase(letter: number): readonly number[] {
  return CASES[letter] ?? [];
}

/** A piece of texts with what belongs to the text that ends with it; see `TextTree`. */
export class Node<E> {
  text: string;
  readonly entries: E[] = [];
  private readonly followers: Node<E>[] = [];
  /** The first byte of each. */
  private readonly firsts: number[] = [];

  constructor(text: string) {
    this.text = text;
  }

  follower(byte: number): Node<E> | undefined {
    const at = this.firsts.indexOf(byte);
    return at === -1 ? undefined : this.followers[at];
  }

  /** The node of a text that goes on with `rest` behind this one. */
  grow(rest: string): Node<E> {
    if (rest === '') return this;
    let at = this.firsts.indexOf(rest.charCodeAt(0));
    if (at === -1) {
      at = this.firsts.push(rest.charCodeAt(0)) - 1;
      this.followers.push(new Node<E>(rest));
    }
    const node = this.followers[at]!;
    const same = commonLength(node.text, rest);
    if (same === node.text.length) return node.grow(rest.slice(same));
    const before = new Node<E>(node.text.slice(0, same));
    node.text = node.text.slice(same);
    before.firsts.push(node.text.charCodeAt(0));
    before.followers.push(node);
    this.followers[at] = before;
    return before.grow(rest.slice(same));
  }
}

/**
 * Texts in lower case, in pieces that those share which begin alike. Most texts that are looked up
 * begin with a byte that none of them begins with, and so it does not count how many they are.
 */
export class TextTree<E> {
  private readonly root = new Node<E>('');
  /** What follows the root, by its first byte in either case: there can be many. */
  private readonly starts: (Node<E> | undefined)[] = new Array(256).fill(undefined);

  /** The node of a text, which is not empty. */
  nodeOf(text: string): Node<E> {
    const node = this.root.grow(text);
    const first = text.charCodeAt(0);
    const start = this.root.follower(first);
    for (const byte of eitherCase(first)) this.starts[byte] = start;
    return node;
  }

  /** Where the texts begin that begin with this byte. */
  startOf(byte: number): Node<E> | undefined {
    return this.starts[byte];
  }
}

function commonLength(a: string, b: string): number {
  let i = 0;
  while (i < a.length && i < b.length && a[i] === b[i]) i++;
  return i;
}
