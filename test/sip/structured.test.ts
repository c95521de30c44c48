import assert from 'node:assert/strict';
import { test } from 'node:test';
import { structured } from '../../src/sip/structured.js';
import { crlf } from './messages.js';
import { TORTURE } from './torture-cases.js';

test('a message becomes plain data', () => {
  const data = structured(crlf('INVITE sip:b@h SIP/2.0\nf: "A" <sip:a@h>;tag=1\nX-Own: y\n\nbody'));
  assert.deepEqual(JSON.parse(JSON.stringify(data)), {
    method: 'INVITE',
    uri: 'sip:b@h',
    version: '2.0',
    headers: { from: { name: '"A"', uri: 'sip:a@h', params: { tag: '1' } }, 'x-own': 'y' },
  });
  assert.equal(structured(crlf('SIP/2.0 404 Not Found\n\n'))?.status, 404);
});

test('what it cannot read gives undefined, and never throws', () => {
  for (const text of ['', '\r\n', 'hello', '\0\0', 'OPTIONS', ': : :']) {
    assert.equal(structured(Buffer.from(text, 'latin1')), undefined, JSON.stringify(text));
  }
});

test('broken heads still give their readable lines', () => {
  const data = structured(
    Buffer.from('OPTIONS sip:a SIP/2.0\nno colon\nSubject: a\n  b\nTo: x', 'latin1'),
  );
  assert.equal(data?.headers.subject, 'a b');
  assert.deepEqual(data?.headers.to, { uri: 'x', params: {} });
});

test('header names that are names of objects are only text', () => {
  const names = ['constructor', '__proto__', 'CONSTRUCTOR', 'c%6fnstructor', '__defineGetter__'];
  const lines = names.map((name) => `${name}: evil`).join('\n');
  const data = structured(crlf(`OPTIONS sip:a SIP/2.0\n${lines}\nTo: <sip:b@h>;__proto__=x\n\n`));
  assert.ok(data);
  assert.equal(Object.getPrototypeOf(data.headers), null);
  assert.equal(data.headers.constructor, 'evil');
  assert.equal(Object.getOwnPropertyDescriptor(data.headers, '__proto__')?.value, 'evil');
  assert.equal(({} as Record<string, unknown>).evil, undefined);
  assert.equal(Object.prototype.toString.call(data.headers.to), '[object Object]');
});

test('every torture message with a readable first line gives data that survives JSON', () => {
  for (const { name, bytes } of TORTURE) {
    const data = structured(bytes);
    if (['ltgtruri', 'lwsruri', 'lwsstart'].includes(name)) continue;
    assert.ok(data, name);
    assert.deepEqual(JSON.parse(JSON.stringify(data)).method, data.method);
  }
});
