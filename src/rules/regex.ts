import { type AST, RegExpParser } from '@eslint-community/regexpp';

/** Longest text that a pattern of a signature is tried on; the rest of a longer one is not seen. */
export const REGEX_INPUT_LIMIT = 512;
const PATTERN_LIMIT = 400;
/** Atoms after `{n}` is written out: what the engine has to compile. */
const UNFOLDED_LIMIT = 2000;
/** Steps that matching one text may take: some tens of milliseconds at the very worst. */
const WORK_LIMIT = 4_000_000;

/**
 * Compiles a pattern of a signature, or says why it is refused. Refused is whatever could make a
 * backtracking engine work for long: patterns that can start anywhere, back-references,
 * look-arounds, and choices that one byte of the text cannot settle, where they multiply. A
 * choice is settled when its options begin with different bytes; then only one is ever followed.
 */
export function safeRegex(pattern: string, foldCase: boolean): RegExp | { error: string } {
  if (pattern.length > PATTERN_LIMIT) return { error: `longer than ${PATTERN_LIMIT} characters` };
  const flags = foldCase ? 'i' : '';
  try {
    const ast = new RegExpParser({ ecmaVersion: 2023 }).parsePattern(pattern);
    new Backtracking(flags).check(ast);
    const regex = new RegExp(pattern, flags);
    // Compiles it now, and to machine code: V8 interprets the first run of a pattern.
    for (let run = 0; run < 3; run++) regex.test('');
    return regex;
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

/** Which bytes can come next: one bit each, and one more for the end of the text. */
type ByteSet = bigint;
const END: ByteSet = 1n << 256n;

/** How many ways a backtracking engine could take through a pattern, at most. */
class Backtracking {
  private readonly flags: string;
  private readonly known = new Map<string, ByteSet>();
  private choices = 1;

  constructor(flags: string) {
    this.flags = flags;
  }

  /** Throws the reason when the pattern is refused. */
  check({ alternatives }: AST.Pattern): void {
    if (!alternatives.every((branch) => isStart(branch.elements[0]))) {
      throw new Error(
        'must begin with ^ (each branch of it), so that it is tried at one place only',
      );
    }
    if (unfolded(alternatives) > UNFOLDED_LIMIT) {
      throw new Error(`unfolds to more than ${UNFOLDED_LIMIT} characters`);
    }
    // Who gets to the end of the pattern has matched and never comes back: nothing follows.
    const ways = this.waysOfBranches(alternatives, 0n);
    if (ways * REGEX_INPUT_LIMIT * this.choices > WORK_LIMIT) {
      throw new Error(
        'could backtrack without bound: let the branches of an alternative, and a repetition and what follows it, begin with different characters',
      );
    }
  }

  private waysOfBranches(branches: readonly AST.Alternative[], follow: ByteSet): number {
    this.choices += branches.length - 1;
    const inner = branches.map(({ elements }) => this.waysOfSequence(elements, follow));
    const starts = branches.map(({ elements }) => this.startOfSequence(elements, follow));
    return mostShared(starts) * Math.max(...inner);
  }

  private waysOfSequence(elements: readonly AST.Element[], follow: ByteSet): number {
    let ways = 1;
    let next = follow;
    for (const element of elements.toReversed()) {
      ways *= this.waysOf(element, next);
      next = this.startOf(element, next);
    }
    return ways;
  }

  private waysOf(element: AST.Element, follow: ByteSet): number {
    if (element.type === 'Quantifier') return this.waysOfQuantifier(element, follow);
    if (element.type === 'Group' || element.type === 'CapturingGroup') {
      return this.waysOfBranches(element.alternatives, follow);
    }
    return 1;
  }

  private waysOfQuantifier(quantifier: AST.Quantifier, follow: ByteSet): number {
    const { element: body, min } = quantifier;
    const max = Math.min(quantifier.max, REGEX_INPUT_LIMIT);
    if (max > 1 && this.startOf(body, 0n) !== this.startOf(body, END)) {
      throw new Error('what is repeated must not be able to be empty');
    }
    this.choices++;
    const start = this.startOf(body, follow);
    const inner = this.waysOf(body, max > 1 ? start | follow : follow);
    const exits = (start & follow) === 0n ? 1 : Math.max(1, max - min + 1);
    return exits * inner ** max;
  }

  /** The bytes that can come next where `element` stands, and behind it what begins so. */
  private startOf(element: AST.Element, follow: ByteSet): ByteSet {
    switch (element.type) {
      case 'Backreference':
        throw new Error('back-references are not allowed');
      case 'Assertion':
        if (element.kind === 'lookahead' || element.kind === 'lookbehind') {
          throw new Error('look-arounds are not allowed');
        }
        return element.kind === 'end' ? END : follow;
      case 'Quantifier': {
        if (element.max === 0) return follow;
        return this.startOf(element.element, follow) | (element.min === 0 ? follow : 0n);
      }
      case 'Group':
      case 'CapturingGroup':
        return element.alternatives.reduce(
          (set, { elements }) => set | this.startOfSequence(elements, follow),
          0n,
        );
      default:
        return this.bytesOf(element.raw);
    }
  }

  private startOfSequence(elements: readonly AST.Element[], follow: ByteSet): ByteSet {
    return elements.reduceRight((next, element) => this.startOf(element, next), follow);
  }

  /** The bytes that a character or class matches, by trying them all. */
  private bytesOf(raw: string): ByteSet {
    let set = this.known.get(raw);
    if (set === undefined) {
      const one = new RegExp(`^(?:${raw})`, this.flags);
      set = 0n;
      for (let byte = 0; byte < 256; byte++) {
        if (one.test(String.fromCharCode(byte))) set |= 1n << BigInt(byte);
      }
      this.known.set(raw, set);
    }
    return set;
  }
}

function isStart(element: AST.Element | undefined): boolean {
  return element?.type === 'Assertion' && element.kind === 'start';
}

/** The most options that one next byte leaves open. */
function mostShared(starts: readonly ByteSet[]): number {
  if (starts.length === 1) return 1;
  let most = 1;
  for (let bit = 0n; bit <= 256n; bit++) {
    const open = starts.filter((set) => ((set >> bit) & 1n) === 1n).length;
    if (open > most) most = open;
  }
  return most;
}

function unfolded(branches: readonly AST.Alternative[]): number {
  let size = 0;
  for (const { elements } of branches) for (const element of elements) size += sizeOf(element);
  return size;
}

function sizeOf(element: AST.Element): number {
  if (element.type === 'Group' || element.type === 'CapturingGroup') {
    return 1 + unfolded(element.alternatives);
  }
  if (element.type !== 'Quantifier') return 1;
  const times = Number.isFinite(element.max) ? element.max : element.min + 1;
  return 1 + sizeOf(element.element) * times;
}
