import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HEADERS, Header, headerId, METHOD_NAMES, Method, methodId } from '../../src/sip/tokens.js';

function header(name: string): Header {
  const bytes = Buffer.from(`::${name}::`, 'latin1');
  return headerId(bytes, 2, 2 + name.length);
}

function method(name: string): Method {
  const bytes = Buffer.from(`XX${name}XX`, 'latin1');
  return methodId(bytes, 2, 2 + name.length);
}

test('the header table is indexed by id, and no name, compact form or code stands twice', () => {
  assert.equal(HEADERS.length, Object.keys(Header).length);
  for (const [index, row] of HEADERS.entries()) assert.equal(row.id, index);
  for (const key of ['name', 'code'] as const) {
    const values = HEADERS.map((row) => row[key].toLowerCase());
    assert.equal(new Set(values).size, values.length, key);
  }
  const compact = HEADERS.map((row) => row.compact).filter((letter) => letter !== '');
  assert.equal(new Set(compact).size, compact.length);
});

test('every header is found by name, in any case, compact, and with blanks before the colon', () => {
  for (const { id, name, compact } of HEADERS.slice(1)) {
    for (const spelling of [name, name.toUpperCase(), name.toLowerCase(), `${name} \t`]) {
      assert.equal(header(spelling), id, spelling);
    }
    if (compact === '') continue;
    assert.equal(header(compact), id);
    assert.equal(header(compact.toUpperCase()), id);
  }
});

test('near misses are Other', () => {
  for (const name of [
    '',
    ' ',
    'Vi',
    'Viaa',
    'Vua',
    'Call\rID',
    'Call_ID',
    'Call-IE',
    'z',
    '\u00d6',
  ]) {
    assert.equal(header(name), Header.Other, JSON.stringify(name));
  }
});

test('every method is found, in any case, since some servers fold it against RFC 3261 §7.1', () => {
  for (const [id, name] of METHOD_NAMES.entries()) {
    if (id === Method.Other) continue;
    assert.equal(method(name), id);
    assert.equal(method(name.toLowerCase()), id);
    assert.equal(method(`${name}X`), Method.Other);
  }
  assert.equal(method('other'), Method.Other);
  assert.equal(METHOD_NAMES.length, Object.keys(Method).length);
});
