import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NameAddrView } from '../../src/sip/name-addr.js';

const view = new NameAddrView();

function value(text: string, list = false): NameAddrView {
  view.set(Buffer.from(`:${text}">,;tag=wrong`, 'latin1'), 1, 1 + text.length, list);
  return view;
}

test('display names: quoted, escaped, bare, with and without a space, absent', () => {
  const cases: [string, string | undefined][] = [
    ['"Alice" <sip:a@b>;tag=1', 'Alice'],
    ['"sipvicious"<sip:a@b>;tag=1', 'sipvicious'],
    ['"a \\"b\\" \\\\ c" <sip:a@b>;tag=1', 'a "b" \\ c'],
    ['"<sip:no@no>;x, y" <sip:a@b>;tag=1', '<sip:no@no>;x, y'],
    ['A. Bell <sip:a@b>;tag=1', 'A. Bell'],
    ['100<sip:a@b>;tag=1', '100'],
    ['"" <sip:a@b>;tag=1', undefined],
    ['<sip:a@b>;tag=1', undefined],
    ['sip:a@b;tag=1', undefined],
  ];
  for (const [text, display] of cases) {
    assert.equal(value(text).display(), display, text);
    assert.equal(view.uri.text(), 'sip:a@b', text);
    assert.equal(view.tag(), '1', text);
    assert.equal(view.valid, true, text);
  }
});

test('without brackets the parameters belong to the header (RFC 3261 §20.10)', () => {
  value('sip:a@b;transport=udp;tag=x');
  assert.equal(view.hasBrackets, false);
  assert.equal(view.uri.param('transport'), undefined);
  assert.equal(view.param('transport'), 'udp');
  value('<sip:a@b;transport=udp>;tag=x');
  assert.equal(view.hasBrackets, true);
  assert.equal(view.uri.param('transport'), 'udp');
  assert.equal(view.param('transport'), undefined);
});

test('blanks and folds may stand around everything', () => {
  value('  "A"\r\n  <sip:a@b> \t;\r\n tag \r\n =  \r\n x  ');
  assert.equal(view.display(), 'A');
  assert.equal(view.tag(), 'x');
  assert.equal(view.valid, true);
});

test('in a list a comma ends the value, but not inside quotes or brackets', () => {
  value('"a,b" <sip:a,b@c>;q="1,2", <sip:next@d>', true);
  assert.equal(view.uri.text(), 'sip:a,b@c');
  assert.equal(view.param('q'), '1,2');
  assert.equal(view.raw(), '"a,b" <sip:a,b@c>;q="1,2"');
  assert.equal(value('sip:a@b, sip:c@d', true).uri.text(), 'sip:a@b');
});

test('a star is a Contact of its own', () => {
  assert.equal(value('*', true).isStar, true);
  assert.equal(view.valid, true);
  assert.equal(value('<sip:a@b>', true).isStar, false);
});

test('what is broken is not valid', () => {
  const broken = ['', '"Open <sip:a@b>', '"A" sip:a@b', '<sip:a@b', '< sip:a@b>', '<sip:a@b >'];
  broken.push('Bell, A <sip:a@b>', 'sip:a@b?x=y', 'anonymous', '<>', '<sip:a@b>x', '<sip:a@b>;');
  broken.push(
    '<sip:a@b>;;tag=1',
    '<sip:a@b>;tag=',
    '<sip:a@b>;=1',
    '<sip:a@b>;tag="x',
    'a"b <sip:a@b>',
  );
  for (const text of broken) assert.equal(value(text).valid, false, text);
});

test('an unended quote does not hide the URI', () => {
  value('"Mr. J. User <sip:j.user@example.com>;tag=9');
  assert.equal(view.display(), 'Mr. J. User');
  assert.equal(view.uri.user(), 'j.user');
  assert.equal(view.tag(), '9');
});
