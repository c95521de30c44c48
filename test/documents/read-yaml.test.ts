import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { DocumentProblem } from '../../src/documents/problem.js';
import { RuleEngine } from '../../src/rules/engine.js';
import { readSignature } from '../../src/rules/read-signature.js';
import { Counters } from '../../src/telemetry/counters.js';
import { loadedOf, type SignatureParts, signatureText } from '../support/signature-texts.js';

const FILE = 'tools/SIP-TEST-001.yaml';
const IGNORE = { finding: () => true, repeated: () => true };

/** What reading and compiling finds wrong: `line: message`. */
function problemsOf(text: string, file = FILE): string[] {
  const problems: DocumentProblem[] = [];
  const signature = readSignature(file, text, problems);
  if (signature !== undefined) {
    problems.push(...new RuleEngine(loadedOf(signature), new Counters(), IGNORE).problems);
  }
  assert.ok(problems.every((problem) => problem.file === file));
  return problems.map(({ line, message }) => `${line}: ${message}`);
}

/** The line in `text` that holds `needle`, counted by hand: an oracle for reported lines. */
function lineWith(text: string, needle: string): number {
  return text.split('\n').findIndex((line) => line.includes(needle)) + 1;
}

interface Case {
  name: string;
  parts: SignatureParts;
  /** The reported line is the one with this text. */
  at: string;
  says: RegExp;
}

const CASES: Case[] = [
  {
    name: 'an unknown key',
    parts: { more: 'falsepositive: [x]' },
    at: 'falsepositive: [x]',
    says: /unknown key "falsepositive".*remove it or correct it/,
  },
  {
    name: 'a key that is nearly right',
    parts: { severity: 'severty: low' },
    at: 'severty',
    says: /did you mean "severity"/,
  },
  {
    name: 'an unknown key inside an example',
    parts: { examples: 'examples:\n  - name: a\n    expect: alert\n    mesage: x' },
    at: 'mesage',
    says: /did you mean "message"/,
  },
  {
    name: 'a duplicate key',
    parts: { more: 'date: 2026-01-16' },
    at: '2026-01-16',
    says: /twice; remove one/,
  },
  { name: 'a number for a text', parts: { author: 'author: 5' }, at: 'author: 5', says: /quotes/ },
  {
    name: 'a word that is no severity',
    parts: { severity: 'severity: grave' },
    at: 'grave',
    says: /severity: give one of info, low, medium, high, critical$/,
  },
  {
    name: 'a map for a value of a selection',
    parts: { match: 'match:\n  one: { user_agent: { a: b } }\n  condition: one' },
    at: 'user_agent',
    says: /give a text, a number/,
  },
  {
    name: 'a duration without a unit',
    parts: { count: 'count:\n  at_least: 5\n  within: 60' },
    at: 'within: 60',
    says: /a number and a unit: 250ms/,
  },
  {
    name: 'a duration in weeks',
    parts: { count: 'count:\n  at_least: 5\n  within: 1w' },
    at: 'within: 1w',
    says: /a number and a unit: 250ms/,
  },
  {
    name: 'a count of nothing',
    parts: { count: 'count:\n  at_least: 0\n  within: 60s' },
    at: 'at_least: 0',
    says: /must be at least 1$/,
  },
  {
    name: 'a window given twice over',
    parts: {
      count: 'count:\n  at_least: 5\n  within: 1s\n  windows: [{ at_least: 1, within: 1s }]',
    },
    at: 'count:',
    says: /either at_least and within, or windows/,
  },
  {
    name: 'a pattern that could run for ever',
    parts: {
      match: "match:\n  one:\n    method: X\n    user_agent|matches: '^(a+)+$'\n  condition: one",
    },
    at: 'matches',
    says: /begin with different characters/,
  },
  {
    name: 'a field that is not there',
    parts: {
      match: 'match:\n  one: { method: X }\n  two:\n    user_agnt: x\n  condition: one or two',
    },
    at: 'user_agnt',
    says: /did you mean "user_agent"/,
  },
  {
    name: 'an operator that is not there',
    parts: { match: 'match:\n  one:\n    user_agent|containz: x\n  condition: one' },
    at: 'containz',
    says: /did you mean "contains"/,
  },
  {
    name: 'a condition over a selection that is not there',
    parts: { match: 'match:\n  one: { method: X }\n  condition: one and two' },
    at: 'condition:',
    says: /"two" is not a selection; there are: one/,
  },
  {
    name: 'a selection that is not used',
    parts: { match: 'match:\n  one: { method: X }\n  two: { method: Y }\n  condition: one' },
    at: 'two:',
    says: /not used in the condition; use it or remove it/,
  },
  {
    name: 'a list that is not there',
    parts: { match: "match:\n  one:\n    user_agent: 'list:nobody'\n  condition: one" },
    at: 'list:nobody',
    says: /there is no list lists\/nobody.txt/,
  },
  {
    name: 'a place of the message that is not there',
    parts: { alert: 'alert:\n  message: "{source.ip} and {incident.nothing}"' },
    at: 'message: "',
    says: /there are: incident.sources/,
  },
  {
    name: 'a field of the message that is not there',
    parts: { alert: 'alert:\n  message: "{source.ipp} did it"' },
    at: 'message: "',
    says: /did you mean "source.ip"/,
  },
  {
    name: 'a group by no field',
    parts: { count: 'count:\n  group_by: [source]\n  at_least: 5\n  within: 1s' },
    at: 'group_by',
    says: /there is no field "source"/,
  },
  {
    name: 'a proviso over a selection that is not there',
    parts: { count: 'count:\n  at_least: 5\n  within: 1s\n  provided: one and two' },
    at: 'provided',
    says: /"two" is not a selection; there are: one/,
  },
  {
    name: 'an extract of no field',
    parts: { extract: 'extract:\n  account: form.user' },
    at: 'form.user',
    says: /did you mean "from.user"/,
  },
  {
    name: 'an informing class that accuses',
    parts: { class: 'class: survey' },
    at: 'severity:',
    says: /severity must be info/,
  },
  {
    name: 'a stable signature without a quiet example',
    parts: { status: 'status: stable' },
    at: 'examples:',
    says: /needs an example with "expect: quiet"/,
  },
  {
    name: 'a date of another country',
    parts: { date: 'date: 15.01.2026' },
    at: '15.01',
    says: /YYYY-MM-DD/,
  },
  {
    name: 'a date that no calendar has',
    parts: { date: 'date: 2026-02-30' },
    at: '2026-02-30',
    says: /a day of the calendar as YYYY-MM-DD/,
  },
  {
    name: 'a short title',
    parts: { title: 'title: Hi' },
    at: 'title',
    says: /is too short: at least 5 characters/,
  },
  {
    name: 'an empty list',
    parts: { falsepositives: 'falsepositives: []' },
    at: 'falsepositives',
    says: /the list must have at least 1 entry/,
  },
  {
    name: 'a text for a list',
    parts: { falsepositives: 'falsepositives: none' },
    at: 'falsepositives',
    says: /give a list/,
  },
  {
    name: 'a number for an extract',
    parts: { extract: 'extract:\n  account: 5' },
    at: 'account: 5',
    says: /give a field such as from\.user/,
  },
  {
    name: 'a user agent alone that is said to be certain',
    parts: { confidence: 'confidence: high' },
    at: 'confidence',
    says: /at most medium/,
  },
  {
    name: 'an operator as another rule language calls it',
    parts: { match: 'match:\n  one:\n    user_agent|beginswith: x\n  condition: one' },
    at: 'beginswith',
    says: /not a transform and not an operator \(did you mean "startswith"\?\)/,
  },
  {
    name: 'an operator that does not stand last',
    parts: { match: 'match:\n  one:\n    user_agent|startswith|lower: x\n  condition: one' },
    at: 'startswith',
    says: /the operator "startswith" must stand last/,
  },
  {
    name: 'an id that is no id',
    parts: { id: 'id: sip-1' },
    at: 'id: sip-1',
    says: /looks like SIP-TOOL-001/,
  },
  {
    name: 'an id that is not the file name',
    parts: { id: 'id: SIP-OTHER-001' },
    at: 'id: SIP-OTHER',
    says: /file name must begin with the id: SIP-OTHER-001/,
  },
  {
    name: 'a second document',
    parts: { more: '---\nid: SIP-TEST-002' },
    at: '---',
    says: /second document/,
  },
  {
    name: 'a tag of another language',
    parts: { author: 'author: !!js/function x' },
    at: '!!js',
    says: /tag/i,
  },
];

describe('a signature file with an error', () => {
  for (const { name, parts, at, says } of CASES) {
    test(`${name}: told with its line and what to do`, () => {
      const text = signatureText(parts);
      const found = problemsOf(text);
      const wanted = `${lineWith(text, at)}: `;
      assert.ok(
        found.some((line) => line.startsWith(wanted) && says.test(line)),
        `wanted ${wanted}${says}, got:\n${found.join('\n')}`,
      );
    });
  }

  test('a missing key is said to be missing', () => {
    assert.deepEqual(problemsOf(signatureText({ examples: '' })), [
      '1: examples: is missing; add it',
    ]);
  });

  test('all errors are told at once', () => {
    const found = problemsOf(
      signatureText({ severity: 'severity: grave', author: 'author: 5', more: 'foo: 1' }),
    );
    assert.equal(found.length, 3);
    const compiled = problemsOf(
      signatureText({
        match: 'match:\n  one: { user_agnt: x, method|gt: 5 }\n  condition: one and two',
        alert: 'alert:\n  message: "{nobody} did it"',
      }),
    );
    assert.equal(compiled.length, 4, compiled.join('\n'));
  });

  test('many errors are cut to a number that can be read', () => {
    const keys = Array.from({ length: 500 }, (_, i) => `key${i}: 1`).join('\n');
    const found = problemsOf(signatureText({ more: keys }));
    assert.equal(found.length, 21);
    assert.match(found[20]!, /and 480 more/);
  });
});

describe('a hostile signature file', () => {
  const nine = (name: string) => `[${Array.from({ length: 9 }, () => name).join(', ')}]`;
  const bomb = [
    'a: &a [x]',
    ...'bcdefghi'.split('').map((k, i) => `${k}: &${k} ${nine(`*${'abcdefgh'[i]}`)}`),
  ];
  const cases: Record<string, string> = {
    'aliases that unfold without end': bomb.join('\n'),
    'an alias of nothing': signatureText({ author: 'author: *nobody' }),
    'an alias of itself': signatureText({ author: 'author: &a [*a]' }),
    'a huge file': signatureText({ more: `x: [${'a,'.repeat(500_000)}]` }),
    'a hundred thousand brackets': '['.repeat(100_000),
    'fifty thousand braces': '{'.repeat(50_000),
    'lists of lists on one line': '- '.repeat(50_000),
    'questions within questions': '? '.repeat(50_000),
    'tabs for indentation': signatureText().replace('  one:', '\tone:'),
    'no text at all': '',
    'a single word': 'hello',
    'a NUL': '\0',
    'a byte order mark and nothing': '\ufeff',
    'a list as a key': signatureText({ more: '? [a, b]\n: c' }),
    'merge keys': signatureText({ more: '<<: { author: x }' }),
    'a prototype as a key': signatureText({ more: '__proto__: { author: x }' }),
  };
  for (const [name, text] of Object.entries(cases)) {
    test(`${name}: a problem, no exception, and soon`, () => {
      const began = performance.now();
      assert.ok(problemsOf(text).length > 0);
      assert.ok(performance.now() - began < 5000);
    });
  }

  test('any change of a good file gives a signature or problems, never an exception', () => {
    const good = signatureText({ count: 'count: { at_least: 5, within: 60s }' });
    const changed = fc
      .array(fc.tuple(fc.nat(good.length), fc.nat(12), fc.string({ maxLength: 8 })), {
        maxLength: 4,
      })
      .map((edits) =>
        edits.reduce(
          (text, [at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut),
          good,
        ),
      );
    fc.assert(
      fc.property(changed, (text) => {
        for (const line of problemsOf(text)) assert.match(line, /^\d+: ./);
      }),
      { numRuns: 300 },
    );
  });
});
