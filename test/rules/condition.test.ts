import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Condition, namesIn, parseCondition } from '../../src/rules/condition.js';

const NAMES = ['trait_a', 'trait_b', 'trait_c', 'x_one', 'x_two', 'other'];
type Truth = Readonly<Record<string, boolean>>;

function holds(condition: Condition, truth: Truth): boolean {
  switch (condition.kind) {
    case 'name':
      return truth[condition.name]!;
    case 'not':
      return !holds(condition.operand, truth);
    case 'and':
      return condition.operands.every((operand) => holds(operand, truth));
    case 'or':
      return condition.operands.some((operand) => holds(operand, truth));
    case 'of':
      return condition.names.filter((name) => truth[name]).length >= condition.atLeast;
  }
}

/** A random condition as text, and the same as JavaScript: the reference. */
interface Pair {
  text: string;
  script: string;
}

const leaf: fc.Arbitrary<Pair> = fc.oneof(
  fc.constantFrom(...NAMES).map((name) => ({ text: name, script: `t.${name}` })),
  fc.constantFrom(['1', 1], ['2', 2], ['3', 3], ['any', 1], ['all', 3]).map(([amount, number]) => ({
    text: `${amount} of trait_*`,
    script: `(t.trait_a+t.trait_b+t.trait_c>=${number})`,
  })),
  fc.constantFrom('any', 'all').map((amount) => ({
    text: `${amount} of x_*`,
    script: `(t.x_one+t.x_two>=${amount === 'any' ? 1 : 2})`,
  })),
);

const { pair: pairs } = fc.letrec<{ pair: Pair }>((tie) => ({
  pair: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    tie('pair').map(({ text, script }) => ({ text: `not (${text})`, script: `!(${script})` })),
    leaf.map(({ text, script }) => ({ text: `not ${text}`, script: `!${script}` })),
    tie('pair').map(({ text, script }) => ({ text: `(${text})`, script: `(${script})` })),
    // Without brackets: "and" binds tighter than "or", as it does in JavaScript.
    fc
      .tuple(tie('pair'), fc.constantFrom(['and', '&&'], ['or', '||']), tie('pair'))
      .map(([a, [word, sign], b]) => ({
        text: `${a.text} ${word} ${b.text}`,
        script: `${a.script} ${sign} ${b.script}`,
      })),
  ),
}));

const truths = fc.record(Object.fromEntries(NAMES.map((name) => [name, fc.boolean()])));

describe('conditions', () => {
  test('mean what the same expression means in JavaScript', () => {
    fc.assert(
      fc.property(pairs, truths, ({ text, script }, truth) => {
        const condition = parseCondition(text, NAMES);
        assert.ok(!('error' in condition), text);
        const reference = new Function('t', `return Boolean(${script})`) as (t: Truth) => boolean;
        assert.equal(holds(condition, truth), reference(truth), `${text} / ${script}`);
      }),
      { numRuns: 1000 },
    );
  });

  test('any text gives a condition or an error, never an exception', () => {
    const words = fc.constantFrom(
      ...NAMES,
      'and',
      'or',
      'not',
      'of',
      '(',
      ')',
      '2',
      'any',
      'x_*',
      '*',
      '',
    );
    const anything = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.array(words, { maxLength: 12 }).map((list) => list.join(' ')),
    );
    fc.assert(
      fc.property(anything, (text) => {
        const result = parseCondition(text, NAMES);
        assert.ok('error' in result ? result.error.length > 0 : namesIn(result).length > 0);
      }),
      { numRuns: 1000 },
    );
  });

  const errors: [text: string, says: RegExp][] = [
    ['', /ends where/],
    ['other and', /ends where/],
    ['nobody', /"nobody" is not a selection; there are: trait_a/],
    ['(other', /closing bracket/],
    ['other)', /left over/],
    ['other other', /left over/],
    ['4 of trait_*', /there are 3/],
    ['0 of trait_*', /there are 3/],
    ['1.5 of trait_*', /there are 3/],
    ['2 of trait_a', /covers no selection/],
    ['2 of y_*', /covers no selection/],
    ['any of', /covers no selection/],
    [`${'('.repeat(50)}other${')'.repeat(50)}`, /too deeply/],
    [`${'not '.repeat(50)}other`, /too deeply/],
  ];
  for (const [text, says] of errors) {
    test(`"${text.slice(0, 30)}" is an error that says what is wrong`, () => {
      const result = parseCondition(text, NAMES);
      assert.ok('error' in result);
      assert.match(result.error, says);
    });
  }

  test('a long chain is no nesting', () => {
    const text = Array.from({ length: 5000 }, () => 'other').join(' or ');
    assert.ok(!('error' in parseCondition(text, NAMES)));
  });
});
