import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { z } from 'zod';
import type { DocumentProblem } from '../../src/documents/problem.js';
import { readYaml } from '../../src/documents/read-yaml.js';

const step = z.strictObject({ colour: z.string(), speed: z.int().optional() });
const schema = z.strictObject({
  name: z.string().min(3).optional(),
  step: step.optional(),
  steps: z.array(step).optional(),
  named: z.record(z.string().regex(/^[a-z]+$/, { message: 'small letters' }), step).optional(),
  either: z.union([z.int(), step, z.array(step).min(1)], { error: 'give one or many' }).optional(),
  plain: z.union([z.int(), z.boolean()]).optional(),
  later: z.strictObject({ depth: z.int() }).optional(),
});

function problemsOf(text: string): string[] {
  const problems: DocumentProblem[] = [];
  readYaml('file', text, schema, problems);
  return problems.map(({ line, message }) => `${line}: ${message}`);
}

const CASES: readonly (readonly [name: string, text: string, ...says: string[]])[] = [
  [
    'a slip at the top',
    'nmae: []',
    '1: unknown key "nmae" (did you mean "name"?); remove it or correct it',
  ],
  [
    'a slip in an entry of a list: the keys of that place are offered',
    'steps:\n  - color: red\n    speed: 5',
    '2: steps.0.colour: is missing; add it',
    '2: unknown key "color" (did you mean "colour"?); remove it or correct it',
  ],
  [
    'a slip below a name of free choice',
    'named:\n  one: { colour: red, sped: 5 }',
    '2: unknown key "sped" (did you mean "speed"?); remove it or correct it',
  ],
  [
    'a key that is taken is not offered again',
    'steps:\n  - { colour: red, colours: blue }',
    '2: unknown key "colours"; remove it or correct it',
  ],
  [
    'a key of another place',
    'depth: 5',
    '1: unknown key "depth" (it belongs below "later"); remove it or correct it',
  ],
  [
    'a key of the top in a section',
    'later:\n  depth: 1\n  plain: 5',
    '3: unknown key "plain" (it belongs at the top of the file); remove it or correct it',
  ],
  [
    'a key that belongs in too many places is not placed',
    'speed: 5',
    '1: unknown key "speed"; remove it or correct it',
  ],
  ['a key that is not allowed', 'named:\n  A1: { colour: red }', '2: named.A1: small letters'],
  ['a union that nothing fits', 'either: text', '1: either: give one or many'],
  [
    'a union of which one branch is meant: what is wrong with that one',
    'either:\n  colur: red',
    '1: either.colour: is missing; add it',
    '2: unknown key "colur" (did you mean "colour"?); remove it or correct it',
  ],
  [
    'a union of which a list is meant',
    'either:\n  - colour: red\n  - colour: 5',
    '3: either.1.colour: give a text; put the value in quotes if it is meant as text',
  ],
  ['a union without a text of its own', 'plain: text', '1: plain: give another value'],
  ['no value', 'name:', '1: name: has no value; give one, or remove the line'],
  ['a text that is too short', 'name: ab', '1: name: is too short: at least 3 characters'],
  [
    'several, in the order of their lines',
    'later: { depth: x }\nname: 5\nxyz: 1',
    '1: later.depth: give a number without quotes',
    '2: name: give a text; put the value in quotes if it is meant as text',
    '3: unknown key "xyz"; remove it or correct it',
  ],
  [
    'only the first fault of a line that is no YAML',
    `name: {a: \${b}, c: "d"}`,
    '1: Unexpected flow-map-start at node end',
  ],
];

describe('what is wrong with a document', () => {
  for (const [name, text, ...says] of CASES) {
    test(`${name}: ${JSON.stringify(text)}`, () => assert.deepEqual(problemsOf(text), says));
  }

  test('the data may be changed before it is checked, and what is told of that comes once', () => {
    const problems: DocumentProblem[] = [];
    const read = readYaml('file', 'name: x\nstep: {}', schema, problems, (data, tell) => {
      tell(['name'], 'not this one');
      return { ...(data as object), step: { colour: 'red' } };
    });
    assert.equal(read, undefined);
    assert.equal(problems.join('\n'), 'file:1: not this one');
    const good = readYaml('file', '', schema, [], () => ({ plain: 5 }));
    assert.deepEqual(good?.value, { plain: 5 });
  });
});
