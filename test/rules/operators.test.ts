import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { type Field, FieldTable } from '../../src/rules/fields/field.js';
import { ListCache } from '../../src/rules/lists.js';
import { compileTest } from '../../src/rules/operators.js';
import type { Scalar } from '../../src/rules/signature.js';

interface Subject {
  readonly text?: string;
  /** Compares without case. */
  readonly token?: string;
  readonly other?: string;
  readonly number?: number;
  readonly flag?: boolean;
}

const field = (name: keyof Subject, type: Field<Subject>['type']): Field<Subject> => ({
  name,
  doc: '',
  type,
  fold: name === 'token',
  read: (subject) => subject[name],
});
const FIELDS = new FieldTable(
  [
    field('text', 'text'),
    field('token', 'text'),
    field('other', 'text'),
    field('number', 'number'),
    field('flag', 'boolean'),
  ],
  (_, read) => read,
);

function compiled(key: string, value: Scalar | Scalar[], lists = new ListCache([])) {
  return compileTest(key, value, FIELDS, lists);
}

function holds(key: string, value: Scalar | Scalar[], subject: Subject): boolean {
  const made = compiled(key, value);
  assert.ok(!('error' in made), 'error' in made ? made.error : '');
  return made.holds(subject);
}

const CASES: [key: string, value: Scalar | Scalar[], subject: Subject, holds: boolean][] = [
  ['text', 'Abc', { text: 'Abc' }, true],
  ['text', 'Abc', { text: 'abc' }, false],
  ['token', 'Abc', { token: 'aBC' }, true],
  ['text', ['a', 'b'], { text: 'b' }, true],
  ['text|in', ['a', 'b'], { text: 'c' }, false],
  ['text', 5, { text: '5' }, true],
  ['text', '', { text: '' }, true],
  ['text', '', {}, false],
  ['number', 5, { number: 5 }, true],
  ['number', [5, 6], { number: 6 }, true],
  ['number', 5, {}, false],
  ['flag', true, { flag: true }, true],
  ['flag', false, { flag: false }, true],
  ['flag', false, {}, false],
  ['text|exists', true, { text: '' }, true],
  ['text|exists', true, {}, false],
  ['text|exists', false, {}, true],
  ['text|exists', false, { text: 'a' }, false],
  ['number|exists', true, { number: 0 }, true],
  ['text|contains', 'bc', { text: 'abcd' }, true],
  ['text|contains', ['x', 'cd'], { text: 'abcd' }, true],
  ['text|contains', 'BC', { text: 'abcd' }, false],
  ['token|contains', 'BC', { token: 'abcd' }, true],
  ['text|contains', 'a', {}, false],
  ['text|startswith', 'ab', { text: 'abc' }, true],
  ['text|startswith', ['x', 'ab'], { text: 'abc' }, true],
  ['text|startswith', 'bc', { text: 'abc' }, false],
  ['text|endswith', 'bc', { text: 'abc' }, true],
  ['text|endswith', 'ab', { text: 'abc' }, false],
  ['text|matches', '^a[0-9]+$', { text: 'a12' }, true],
  ['text|matches', '^a[0-9]+$', { text: 'A12' }, false],
  ['token|matches', '^a[0-9]+$', { token: 'A12' }, true],
  ['text|matches', ['^x', '^a'], { text: 'abc' }, true],
  ['text|matches', '^a', {}, false],
  ['text|matches', '^a*$', { text: `${'a'.repeat(512)}!` }, true],
  ['text|length', 3, { text: 'abc' }, true],
  ['text|length|gt', 3, { text: 'abcd' }, true],
  ['number|gt', 5, { number: 5 }, false],
  ['number|gte', 5, { number: 5 }, true],
  ['number|lt', 5, { number: 4.9 }, true],
  ['number|lte', 5, { number: 5.1 }, false],
  ['number|lt', 5, {}, false],
  ['text|cidr', '203.0.113.0/24', { text: '203.0.113.77' }, true],
  ['text|cidr', '203.0.113.0/24', { text: '203.0.114.77' }, false],
  ['text|cidr', ['192.0.2.0/24', '2001:db8::/32'], { text: '2001:db8::1' }, true],
  ['text|cidr', '0.0.0.0/0', { text: '2001:db8::1' }, false],
  ['text|cidr', 'private', { text: '192.168.1.1' }, true],
  ['text|cidr', 'private', { text: '172.32.0.1' }, false],
  ['text|cidr', 'private', { text: 'fd00::1' }, true],
  ['text|cidr', 'loopback', { text: '127.1.2.3' }, true],
  ['text|cidr', 'loopback', { text: '::1' }, true],
  ['text|cidr', '10.1.2.3/8', { text: '10.200.0.1' }, true],
  ['text|cidr', '128.0.0.0/1', { text: '255.255.255.255' }, true],
  ['text|cidr', '128.0.0.0/1', { text: '127.255.255.255' }, false],
  ['text|cidr', '0.0.0.0/0', { text: '203.0.113.7' }, true],
  ['text|cidr', '203.0.113.7/32', { text: '203.0.113.7' }, true],
  ['text|cidr', '203.0.113.7/32', { text: '203.0.113.6' }, false],
  ['text|cidr', '10.0.0.0/8', { text: '010.0.0.1' }, false],
  ['text|cidr', '10.0.0.0/8', { text: '[10.0.0.1]' }, false],
  ['text|cidr', '::/0', { text: '10.0.0.1' }, false],
  ['text|cidr', '10.0.0.0/8', { text: '10.1' }, false],
  ['text|cidr', '10.0.0.0/8', { text: 'pbx.example' }, false],
  ['text|cidr', '10.0.0.0/8', { text: '0x0a000001' }, false],
  ['text|same_as', 'other', { text: 'a', other: 'a' }, true],
  ['text|same_as', 'other', { text: 'a', other: 'b' }, false],
  ['text|same_as', 'other', { text: '', other: '' }, false],
  ['text|same_as', 'other', { text: 'a' }, false],
  ['text|same_as', 'other', {}, false],
  ['text|same_as', 'other', { text: 'A', other: 'a' }, false],
  ['text|same_as', 'token', { text: 'A', token: 'a' }, false],
  ['token|same_as', 'token', { token: 'A' }, true],
  ['text|after:-|same_as', 'other', { text: 'z9hG4bK-77', other: '77' }, true],
  ['text|unhex|before:\\x01|same_as', 'other|lower', { text: '616201', other: 'AB' }, true],
  ['text|length|same_as', 'number', { text: 'abc', number: 3 }, true],
  // YAML holds UTF-8, the wire is read byte by byte: they meet as bytes.
  ['text|contains', 'é', { text: Buffer.from('café').toString('latin1') }, true],
  ['text', 'ÿ', { text: '\xff' }, false],
];

describe('operators', () => {
  for (const [key, value, subject, expected] of CASES) {
    test(`${key}: ${JSON.stringify(value)} on ${JSON.stringify(subject).slice(0, 60)}: ${expected}`, () => {
      assert.equal(holds(key, value, subject), expected);
    });
  }

  const errors: [key: string, value: Scalar | Scalar[], says: RegExp][] = [
    ['number', 'five', /is a number; give a number without quotes/],
    ['flag', 'true', /is a boolean; give a boolean without quotes/],
    ['number', [5, 'x'], /is a number/],
    ['text|exists', 'yes', /takes true or false/],
    ['text|gt', 5, /both sides must be numbers/],
    ['number|gt', '5', /both sides must be numbers/],
    ['text|cidr', '203.0.113.0', /is not a network/],
    ['text|cidr', 'public', /is not a network/],
    ['text|cidr', 'constructor', /is not a network/],
    ['text|cidr', '203.0.113.0/33', /is not a network/],
    ['text|same_as', 'othre', /did you mean "other"/],
    ['text|matches', 'a', /pattern a: must begin with \^/],
    ['text|containz', 'a', /did you mean "contains"/],
    ['txt|contains', 'a', /did you mean "text"/],
    ['text|toString', 'a', /is not a transform/],
    ['text', 'list:none', /there is no list lists\/none.txt/],
  ];
  for (const [key, value, says] of errors) {
    test(`${key}: ${JSON.stringify(value)} is an error`, () => {
      const made = compiled(key, value);
      assert.ok('error' in made, 'it was compiled');
      assert.match(made.error, says);
    });
  }
});

describe('lists', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sipseer-lists-'));
  after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'lists'));
  const write = (name: string, text: string) => writeFileSync(join(folder, 'lists', name), text);

  test('a value list:NAME stands for the lines of the file, without comments and blanks', () => {
    write(
      'names.txt',
      '# example.org, 2026-01-15\nalice\r\n\n  bob  # a comment\n# carol\nda#ve\n',
    );
    const made = compiled('text', ['list:names', 'erin'], new ListCache([folder]));
    assert.ok(!('error' in made));
    const found = ['alice', 'bob', 'carol', 'da#ve', 'erin', ''].filter((text) =>
      made.holds({ text }),
    );
    assert.deepEqual(found, ['alice', 'bob', 'da#ve', 'erin']);
  });

  test('a list that does not say where it is from is refused', () => {
    write('anonymous.txt', 'alice\n');
    const made = compiled('text', 'list:anonymous', new ListCache([folder]));
    assert.ok('error' in made);
    assert.match(made.error, /lists\/anonymous.txt must be "# source, date/);
  });

  test('files of one name in several folders are one list', () => {
    const second = mkdtempSync(join(tmpdir(), 'sipseer-lists-'));
    mkdirSync(join(second, 'lists'));
    writeFileSync(join(second, 'lists/names.txt'), '# other, 2026-01-15\nzoe\n');
    const made = compiled('text', 'list:names', new ListCache([second, folder]));
    rmSync(second, { recursive: true });
    assert.ok(!('error' in made));
    assert.equal(made.holds({ text: 'zoe' }), true);
    assert.equal(made.holds({ text: 'alice' }), true, "the first one's names are in it, too");
  });

  for (const name of ['../../../etc/passwd', 'lists/../names', '/etc/passwd', '..']) {
    test(`list:${name} does not leave the folder`, () => {
      assert.ok('error' in compiled('text', `list:${name}`, new ListCache([folder])));
    });
  }

  test('an empty list matches nothing', () => {
    write('empty.txt', '# nobody, 2026-01-15\n');
    const made = compiled('text', 'list:empty', new ListCache([folder]));
    assert.ok(!('error' in made));
    assert.equal(made.holds({ text: '' }), false);
  });
});
