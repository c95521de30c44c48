import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { printable } from '../../src/incident/printable.js';

const wire = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

const CASES: [name: string, wire: string, shown: string][] = [
  ['plain text', 'alice', 'alice'],
  ['UTF-8', wire('Zoë Müller 日本'), 'Zoë Müller 日本'],
  ['an emoji', wire('a😀b'), 'a😀b'],
  ['latin1 that is no UTF-8', 'Zo\xeb', 'Zoë'],
  ['a line end', 'a\r\nb', 'a\\u{d}\\u{a}b'],
  ['a tab and a NUL', 'a\t\0', 'a\\u{9}\\u{0}'],
  ['an escape sequence', '\x1b[31mred\x1b]0;title\x07', '\\u{1b}[31mred\\u{1b}]0;title\\u{7}'],
  ['a C1 control', '\x9b31m', '\\u{9b}31m'],
  ['delete', '\x7f', '\\u{7f}'],
  ['a change of direction', wire('a\u202eb\u2066c'), 'a\\u{202e}b\\u{2066}c'],
  ['a zero-width space', wire('a\u200bb'), 'a\\u{200b}b'],
  ['a line separator', wire('a\u2028b\u2029c'), 'a\\u{2028}b\\u{2029}c'],
  ['a next-line control', wire('a\u0085b'), 'a\\u{85}b'],
  ['a byte order mark', wire('\ufeffa'), '\\u{feff}a'],
  ['a lone surrogate', 'a\ud800b', 'a\\u{d800}b'],
  ['an overlong form', '\xc0\xaf', 'À¯'],
  ['a tag character', wire('\u{e0041}'), '\\u{e0041}'],
];

describe('wire text made safe to show', () => {
  for (const [name, text, shown] of CASES) {
    test(name, () => assert.equal(printable(text), shown));
  }

  test('long text is cut and says so', () => {
    assert.equal(printable('x'.repeat(300)), `${'x'.repeat(256)}…`);
    assert.equal(printable('x'.repeat(256)), 'x'.repeat(256));
    assert.equal(printable('abcdef', 3), 'abc…');
  });

  test('the cut does not turn UTF-8 into latin1, and splits no character', () => {
    assert.equal(printable(wire('é'.repeat(300))), `${'é'.repeat(256)}…`);
    assert.equal(printable(wire(`x${'日'.repeat(600)}`), 10), `x${'日'.repeat(9)}…`);
    assert.equal(printable(wire('😀'.repeat(5)), 3), '😀😀😀…');
  });

  test('no text brings a character that steers a terminal or a line', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('latin1')),
        ),
        (text) => {
          const shown = printable(text);
          assert.doesNotMatch(shown, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
          assert.equal(JSON.parse(JSON.stringify(shown)), shown);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
