import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostProblem, namesOfThisMachine, originProblem } from '../../src/http/browser-guard.js';

const own = namesOfThisMachine(['sensor.example.net', '127.0.0.1', '']);

test('on a loopback address only names that nobody else can own are answered', () => {
  const answered = [
    '127.0.0.1:15060',
    '127.0.0.1',
    '[::1]:15060',
    '192.0.2.1',
    'localhost:15060',
    'LocalHost',
    'localhost.:15060',
    'app.localhost',
    'sensor.example.net:15060',
    'SENSOR.example.net.',
  ];
  for (const host of answered) {
    for (const address of ['127.0.0.1', '127.0.0.53', '::1', '::ffff:127.0.0.1']) {
      assert.equal(hostProblem(host, address, own), undefined, host);
    }
  }
  const refused = [
    'evil.example',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'evil.example:15060',
    '127.0.0.1:15060:evil',
    '[evil]',
    '',
  ];
  for (const host of refused) {
    assert.match(hostProblem(host, '127.0.0.1', own) ?? '', /DNS rebinding/, host);
    assert.equal(hostProblem(host, '192.0.2.1', own), undefined, host);
  }
});

test('a page of another origin cannot set anything off', () => {
  const host = 'localhost:15060';
  assert.equal(originProblem({ host }), undefined);
  assert.equal(originProblem({ host, origin: 'http://localhost:15060' }), undefined);
  assert.equal(originProblem({ host, 'sec-fetch-site': 'same-origin' }), undefined);
  for (const headers of [
    { host, origin: 'http://evil.example' },
    { host, origin: 'http://localhost:8080' },
    { host, origin: 'null' },
    { host, 'sec-fetch-site': 'cross-site' },
    { host, origin: 'http://localhost:15060', 'sec-fetch-site': 'same-site' },
  ]) {
    assert.notEqual(originProblem(headers), undefined, JSON.stringify(headers));
  }
});
