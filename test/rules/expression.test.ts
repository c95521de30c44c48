import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { compileExpression } from '../../src/rules/expression.js';
import { type Field, FieldTable, type Value } from '../../src/rules/fields/field.js';

interface Subject {
  readonly text?: string;
  readonly number?: number;
}

const field = (name: 'text' | 'number'): Field<Subject> => ({
  name,
  doc: '',
  type: name,
  fold: false,
  read: (subject) => subject[name],
});
const FIELDS = new FieldTable([field('text'), field('number')], (_, read) => read);

function read(expression: string, subject: Subject): Value {
  const compiled = compileExpression(expression, FIELDS);
  assert.ok(!('error' in compiled), 'error' in compiled ? compiled.error : '');
  return compiled.read(subject);
}

const CASES: [expression: string, text: string, value: Value][] = [
  ['text', 'Abc', 'Abc'],
  ['text|lower', 'AbC', 'abc'],
  ['text|length', 'abc', 3],
  ['text|length', '', 0],
  ['text|distinct_chars', 'aabbc', 3],
  ['text|digits', '+44 (0)20-7946', '440207946'],
  ['text|unhex', '313a32', '1:2'],
  ['text|unhex', '313A', '1:'],
  ['text|unhex', 'ff00', '\xff\0'],
  ['text|unhex', '313', undefined],
  ['text|unhex', '', undefined],
  ['text|unhex', '31 32', undefined],
  ['text|unhex', '0x31', undefined],
  ['text|hex_to_decimal', 'ff', '255'],
  ['text|hex_to_decimal', 'FFFFFFFF', '4294967295'],
  ['text|hex_to_decimal', '100000000', undefined],
  ['text|hex_to_decimal', '', undefined],
  ['text|hex_to_decimal', 'g', undefined],
  ['text|before:-', 'a-b-c', 'a'],
  ['text|after:-', 'a-b-c', 'b-c'],
  ['text|before:-', 'abc', undefined],
  ['text|after:-', '-', ''],
  ['text|before:\\x40', 'user@host', 'user'],
  ['text|after:\\x01', 'a\x01b', 'b'],
  ['text|unhex|before:\\x01|after:\\x3a', '3130303a7077310131', 'pw1'],
  ['text|unhex|before:\\x01|after:\\x3a', '3130303a707731', undefined],
  ['text|after:-|length', 'a-bcd', 3],
  ['number|length', '', undefined],
];

describe('expressions', () => {
  for (const [expression, text, value] of CASES) {
    test(`${expression} of ${JSON.stringify(text)} is ${JSON.stringify(value)}`, () => {
      assert.equal(read(expression, { text }), value);
    });
  }

  test('the type of the last transform is the type of the expression', () => {
    const compiled = compileExpression('text|after:-|length', FIELDS);
    assert.ok(!('error' in compiled));
    assert.equal(compiled.type, 'number');
  });

  const errors: [expression: string, says: RegExp][] = [
    ['txt', /no field "txt" here \(did you mean "text"\?\)/],
    ['', /no field ""/],
    ['text|lowr', /"lowr" is not a transform \(did you mean "lower"\?\)/],
    ['text|before', /"before" is not a transform/],
    ['text|before:', /"before:" is not a transform/],
    ['text|', /"" is not a transform/],
    ['constructor', /no field/],
    ['text|constructor', /is not a transform/],
    ['text|constructor:x', /is not a transform/],
    ['text|__proto__', /is not a transform/],
    ['text|toString', /is not a transform/],
  ];
  for (const [expression, says] of errors) {
    test(`${JSON.stringify(expression)} is an error`, () => {
      const compiled = compileExpression(expression, FIELDS);
      assert.ok('error' in compiled, 'it was compiled');
      assert.match(compiled.error, says);
    });
  }

  test('names of every object are no transforms', () => {
    for (const name of ['constructor', 'toString', '__proto__', 'valueOf']) {
      assert.ok('error' in compileExpression(`text|${name}`, FIELDS), name);
    }
  });

  test('unhex turns back what hex made', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
        const text = Buffer.from(bytes).toString('hex');
        assert.equal(read('text|unhex', { text }), Buffer.from(bytes).toString('latin1'));
      }),
    );
  });

  test('no text makes a transform throw, and a long one gives nothing', () => {
    const chain = fc.array(
      fc.constantFrom(
        'lower',
        'digits',
        'unhex',
        'hex_to_decimal',
        'before:a',
        'after:\\x00',
        'length',
      ),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(chain, fc.string({ unit: 'binary' }), (parts, text) => {
        read(['text', ...parts].join('|'), { text });
      }),
    );
    assert.equal(read('text|lower', { text: 'A'.repeat(5000) }), undefined);
  });
});
