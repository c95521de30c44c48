import assert from 'node:assert/strict';
import { test } from 'node:test';
import sip from 'sip';
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

test('of long lists the first eight values are there, and their names are told', () => {
  const values = Array.from({ length: 40 }, (_, i) => `<sip:${i}@h>`);
  const lines = [
    `m: ${values.join()}`,
    'Contact: <sip:x@h>',
    `Route: ${values.slice(0, 8).join()}`,
  ];
  const via = 'v: SIP/2.0/UDP a\n'.repeat(9);
  const data = structured(
    crlf(`OPTIONS sip:a SIP/2.0\n${lines.join('\n')}\n${via}Subject: a,b\n\n`),
  );
  const { contact, route, via: vias, subject } = data!.headers as Record<string, unknown[]>;
  assert.deepEqual(
    (contact as { uri: string }[]).map(({ uri }) => uri),
    values.slice(0, 8).map((value) => value.slice(1, -1)),
  );
  assert.equal(route?.length, 8);
  assert.equal(vias?.length, 8);
  assert.equal(subject, 'a,b');
  assert.deepEqual([...(data?.shortened ?? [])].sort(), ['contact', 'via']);
});

test('of many parameters the first are there', () => {
  const parameters = Array.from({ length: 100 }, (_, i) => `;p${i}=${i}`).join('');
  const data = structured(crlf(`OPTIONS sip:a SIP/2.0\nFrom: <sip:a>${parameters}\n\n`));
  const { params } = data!.headers.from as { params: Record<string, string> };
  assert.deepEqual(
    Object.keys(params),
    Array.from({ length: 32 }, (_, i) => `p${i}`),
  );
  assert.deepEqual(data?.shortened, ['from']);
});

test('credentials are read as the package reads them', () => {
  const names = ['Authorization', 'Proxy-Authenticate', 'authentication-INFO'];
  const values = [
    'Digest username="a b", realm="x\\"y", nonce=z, response="0"',
    'Digest a = b ,c="d",E=f',
    'Digest a="b",\r\n\tc="d"',
    'Digest a=b, Other c=d',
    'Digest ="b"',
    'Digest a="b',
    'Basic YTpi==',
    'Basic YTpi',
    'word',
    '',
  ];
  for (const name of names) {
    for (const value of values) {
      const head = `REGISTER sip:a SIP/2.0\r\n${name}: ${value}\r\n\r\n`;
      const wanted = JSON.parse(JSON.stringify(sip.parse(head.replace('\r\n\t', ' '))));
      const data = structured(Buffer.from(head, 'latin1'));
      assert.deepEqual({ ...data?.headers }, wanted.headers, `${name}: ${value}`);
    }
  }
});

test('of credentials that end in the middle, what could be read is there', () => {
  const data = structured(crlf('REGISTER sip:a SIP/2.0\nAuthorization: Digest a=b, c="d\n\n'));
  assert.deepEqual(data?.headers.authorization, [{ scheme: 'Digest', a: 'b' }]);
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
