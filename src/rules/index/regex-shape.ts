import { type AST, RegExpParser } from '@eslint-community/regexpp';
import { REGEX_INPUT_LIMIT } from '../regex.js';
import type { ByteSet, TextSieve } from './sieve.js';

/** What a text is like that a pattern matches: one shape for each of its branches. */
export function shapesOfPattern(pattern: string, foldCase: boolean): Partial<TextSieve>[] {
  const { alternatives } = new RegExpParser({ ecmaVersion: 2023 }).parsePattern(pattern);
  return alternatives.map(({ elements }) => shapeOf(elements, foldCase ? 'i' : ''));
}

function shapeOf(elements: readonly AST.Element[], flags: string): Partial<TextSieve> {
  const [least, most] = lengthOf(elements);
  const prefix = prefixOf(elements);
  const part = longestRun(elements.slice(1 + prefix.length));
  const shape = { prefix, least, part };
  // A pattern sees no more than this of a text, so a longer text only passes beyond it.
  if (!isEnd(elements.at(-1)) || most >= REGEX_INPUT_LIMIT) return shape;
  const only = new Uint8Array(256);
  addBytes(elements, flags, only);
  return { ...shape, most, only };
}

function isEnd(element: AST.Element | undefined): boolean {
  return element?.type === 'Assertion' && element.kind === 'end';
}

/** The plain characters behind `^`. */
function prefixOf(elements: readonly AST.Element[]): string {
  let prefix = '';
  for (const element of elements.slice(1)) {
    if (element.type !== 'Character' || element.value > 255) break;
    prefix += String.fromCharCode(element.value);
  }
  return prefix;
}

/** The longest run of plain characters, in lower case. */
function longestRun(elements: readonly AST.Element[]): string {
  let [longest, run] = ['', ''];
  for (const element of elements) {
    const isPlain = element.type === 'Character' && element.value <= 255;
    run = isPlain ? run + String.fromCharCode(element.value) : '';
    if (run.length > longest.length) longest = run;
  }
  return longest.toLowerCase();
}

type Range = readonly [least: number, most: number];

function lengthOf(elements: readonly AST.Element[]): Range {
  let [least, most] = [0, 0];
  for (const element of elements) {
    const [from, to] = lengthOfOne(element);
    least += from;
    most += to;
  }
  return [least, most];
}

function lengthOfOne(element: AST.Element): Range {
  switch (element.type) {
    case 'Assertion':
      return [0, 0];
    case 'Quantifier': {
      const [least, most] = lengthOfOne(element.element);
      return [least * element.min, element.max === 0 ? 0 : most * element.max];
    }
    case 'Group':
    case 'CapturingGroup': {
      const ranges = element.alternatives.map(({ elements }) => lengthOf(elements));
      return [
        Math.min(...ranges.map(([least]) => least)),
        Math.max(...ranges.map(([, most]) => most)),
      ];
    }
    default:
      return [1, 1];
  }
}

const known = new Map<string, ByteSet>();

/** Adds every byte that some part of the pattern can match. */
function addBytes(elements: readonly AST.Element[], flags: string, into: ByteSet): void {
  for (const element of elements) {
    if (element.type === 'Assertion') continue;
    if (element.type === 'Quantifier') addBytes([element.element], flags, into);
    else if (element.type === 'Group' || element.type === 'CapturingGroup') {
      for (const branch of element.alternatives) addBytes(branch.elements, flags, into);
    } else {
      const set = bytesMatching(element.raw, flags);
      for (let byte = 0; byte < 256; byte++) into[byte] |= set[byte];
    }
  }
}

/** The bytes that a character or class matches, by trying them all. */
function bytesMatching(raw: string, flags: string): ByteSet {
  const key = `${flags}/${raw}`;
  let set = known.get(key);
  if (set === undefined) {
    const one = new RegExp(`^(?:${raw})`, flags);
    set = Uint8Array.from({ length: 256 }, (_, byte) =>
      one.test(String.fromCharCode(byte)) ? 1 : 0,
    );
    known.set(key, set);
  }
  return set;
}
