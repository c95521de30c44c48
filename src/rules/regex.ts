import { type AST, RegExpParser } from '@eslint-community/regexpp';

/** Longest text that a pattern of a signature is tried on; the rest of a longer one is not seen. */
export const REGEX_INPUT_LIMIT = 512;
const PATTERN_LIMIT = 400;

/**
 * Compiles a pattern of a signature, or says why it is refused. Refused is whatever could make a
 * backtracking engine work for more than about `REGEX_INPUT_LIMIT` squared steps: no pattern that
 * can start anywhere, no back-references or look-arounds, no repetition inside a repetition, and
 * at most one repetition that may give characters back to what follows it.
 */
export function safeRegex(pattern: string, foldCase: boolean): RegExp | { error: string } {
  if (pattern.length > PATTERN_LIMIT) return { error: `longer than ${PATTERN_LIMIT} characters` };
  let ast: AST.Pattern;
  try {
    ast = new RegExpParser({ ecmaVersion: 2023 }).parsePattern(pattern);
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
  const refusal = refuse(ast);
  return refusal === undefined ? new RegExp(pattern, foldCase ? 'i' : '') : { error: refusal };
}

function refuse(ast: AST.Pattern): string | undefined {
  if (!ast.alternatives.every((branch) => isStart(branch.elements[0]))) {
    return 'must begin with ^ (each branch of it), so that it is tried at one place only';
  }
  const budget = { ambiguous: 0 };
  for (const branch of ast.alternatives) {
    const refusal = walk(branch.elements, [], false, budget);
    if (refusal !== undefined) return refusal;
  }
  return budget.ambiguous > 1
    ? 'more than one repetition overlaps with what follows it: it could backtrack without bound'
    : undefined;
}

function isStart(element: AST.Element | undefined): boolean {
  return element?.type === 'Assertion' && element.kind === 'start';
}

/** Walks a sequence; `rest` is what stands behind it, `repeated` whether a repetition holds it. */
function walk(
  elements: readonly AST.Element[],
  rest: readonly AST.Element[],
  repeated: boolean,
  budget: { ambiguous: number },
): string | undefined {
  for (const [i, element] of elements.entries()) {
    const follow = [...elements.slice(i + 1), ...rest];
    const refusal = walkElement(element, follow, repeated, budget);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function walkElement(
  element: AST.Element,
  follow: readonly AST.Element[],
  repeated: boolean,
  budget: { ambiguous: number },
): string | undefined {
  switch (element.type) {
    case 'Backreference':
      return 'back-references are not allowed';
    case 'Assertion':
      return element.kind === 'start' || element.kind === 'end' || element.kind === 'word'
        ? undefined
        : 'look-arounds are not allowed';
    case 'Quantifier': {
      const varies = element.min !== element.max;
      if (varies && repeated) return 'a repetition inside a repetition is not allowed';
      if (varies && mayGiveBack(element, follow)) budget.ambiguous++;
      return walkElement(element.element, follow, repeated || element.max > 1, budget);
    }
    case 'Group':
    case 'CapturingGroup':
      for (const branch of element.alternatives) {
        const refusal = walk(branch.elements, follow, repeated, budget);
        if (refusal !== undefined) return refusal;
      }
      return undefined;
    default:
      return undefined;
  }
}

/** Whether characters taken by the repetition could also begin what follows it. */
function mayGiveBack(quantifier: AST.Quantifier, follow: readonly AST.Element[]): boolean {
  if (quantifier.max <= 1) return false;
  const next = firstOf(follow);
  if (next === undefined) return false;
  const own = firstOf([quantifier.element]);
  if (own === undefined || quantifier.element.type === 'Group') return true;
  return own.some((member, code) => member && next[code] === true);
}

type CharSet = boolean[];

/** The bytes that a sequence can begin with; undefined when nothing of it must be there. */
function firstOf(elements: readonly AST.Element[]): CharSet | undefined {
  const set: CharSet = new Array<boolean>(256).fill(false);
  for (const element of elements) {
    if (element.type === 'Assertion') {
      if (element.kind === 'end') return undefined;
      continue;
    }
    addFirst(element, set);
    if (!(element.type === 'Quantifier' && element.min === 0)) return set;
  }
  return undefined;
}

function addFirst(element: AST.Element | AST.CharacterClassElement, set: CharSet): void {
  switch (element.type) {
    case 'Character':
      addRange(set, element.value, element.value);
      return;
    case 'CharacterClassRange':
      addRange(set, element.min.value, element.max.value);
      return;
    case 'CharacterClass':
      addClass(element, set);
      return;
    case 'Quantifier':
      addFirst(element.element, set);
      return;
    case 'Group':
    case 'CapturingGroup':
      for (const branch of element.alternatives) {
        if (branch.elements[0] !== undefined) addFirst(branch.elements[0], set);
      }
      return;
    case 'CharacterSet':
      if (element.kind === 'digit' && !element.negate) addRange(set, 0x30, 0x39);
      else set.fill(true);
      return;
    default:
      set.fill(true);
  }
}

function addClass(element: AST.CharacterClass, set: CharSet): void {
  const members: CharSet = new Array<boolean>(256).fill(false);
  for (const member of element.elements) addFirst(member as AST.CharacterClassElement, members);
  for (let code = 0; code < 256; code++) if (members[code] !== element.negate) set[code] = true;
}

/** Adds a range in both cases: a folded pattern must not look more certain than it is. */
function addRange(set: CharSet, min: number, max: number): void {
  for (let code = min; code <= Math.min(max, 255); code++) {
    set[code] = true;
    const letter = String.fromCharCode(code);
    set[letter.toLowerCase().charCodeAt(0) & 255] = true;
    set[letter.toUpperCase().charCodeAt(0) & 255] = true;
  }
}
