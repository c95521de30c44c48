import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { ListenError } from '../../src/http/listen-error.js';
import { captureOf, readingsOf, reloadOf } from '../support/readings.js';
import { ask, serve, talk } from '../support/web.js';

test('metrics are served in the text format that Prometheus reads', async (t) => {
  const { url } = await serve(t);
  const accept = 'application/openmetrics-text; version=1.0.0,text/plain;version=0.0.4;q=0.5';
  const { status, headers, body } = await ask(url, '/metrics', { headers: { Accept: accept } });
  assert.equal(status, 200);
  assert.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
  assert.match(body, /^sipseer_build_info\{version="1\.2\.3",node_version="[\d.]+"\} 1$/m);
});

test('metrics have the path that the configuration names, and the old one is gone', async (t) => {
  const { url } = await serve(t, { services: { telemetryPath: '/other' } });
  assert.equal((await ask(url, '/other')).status, 200);
  assert.equal((await ask(url, '/metrics')).status, 404);
  assert.match((await ask(url, '/')).body, /<a href="\/other">/);
});

test('metrics may take the place of the landing page', async (t) => {
  const { url } = await serve(t, { services: { telemetryPath: '/' } });
  assert.match((await ask(url, '/')).body, /^# HELP sipseer_build_info/);
});

test('it is healthy at once, and ready once captures have begun and signatures are loaded', async (t) => {
  let captures = [captureOf({ state: 'starting', linkType: undefined })];
  let reload = reloadOf({ succeededAt: 0 });
  const readings = readingsOf({ captures: () => captures, reload: () => reload });
  const { url } = await serve(t, { readings });
  const ready = async () => {
    const { status, body } = await ask(url, '/-/ready');
    return `${status} ${body}`;
  };
  assert.equal((await ask(url, '/-/healthy')).status, 200);
  assert.equal(await ready(), '503 sipseer is not ready: the signatures are not loaded yet.\n');
  reload = reloadOf();
  assert.equal(await ready(), '503 sipseer is not ready: eth1: capture has not begun yet.\n');
  captures = [captureOf()];
  assert.equal(await ready(), '200 sipseer is ready.\n');
  captures = [captureOf({ state: 'link-down', problem: 'the link is down' })];
  assert.equal(await ready(), '200 sipseer is ready.\n', 'an outage has metrics of its own');
  captures = [];
  assert.equal(await ready(), '503 sipseer is not ready: no capture has been opened yet.\n');
});

test('HEAD has the headers of GET and no body, on every page', async (t) => {
  const { url } = await serve(t);
  for (const path of ['/', '/-/healthy', '/-/ready', '/api/v1/status', '/api/v1/sources']) {
    const got = await ask(url, path);
    const head = await ask(url, path, { method: 'HEAD' });
    assert.equal(head.status, got.status, path);
    assert.equal(head.body, '');
    assert.equal(head.headers['content-type'], got.headers['content-type']);
    assert.ok(Number(head.headers['content-length']) > 0);
  }
});

test('a wrong method is told which one is right', async (t) => {
  const { url } = await serve(t);
  const cases = [
    ['POST', '/metrics', 'GET, HEAD'],
    ['GET', '/-/reload', 'POST'],
    ['DELETE', '/api/v1/incidents/abc', 'GET, HEAD'],
    ['OPTIONS', '/', 'GET, HEAD'],
  ] as const;
  for (const [method, path, allow] of cases) {
    const { status, headers } = await ask(url, path, { method });
    assert.equal(status, 405, path);
    assert.equal(headers.allow, allow);
  }
});

test('an unknown page is told what was perhaps meant', async (t) => {
  const { url } = await serve(t);
  const { status, body } = await ask(url, '/metric');
  assert.equal(status, 404);
  assert.equal(body, 'there is nothing at /metric (did you mean "/metrics"?); / lists all pages\n');
  const api = await ask(url, '/api/v1/source');
  assert.equal(api.status, 404);
  assert.equal(JSON.parse(api.body).errorType, 'not_found');
  for (const target of ['/%', '/api/v1/sources/%ff', '//', '/../etc/passwd', '*', '/a\u0001b']) {
    assert.match(await talk(url, `GET ${target} HTTP/1.0\r\n\r\n`), /^HTTP\/1\.1 40[04] /, target);
  }
});

test('every answer says that it must not be kept or guessed at', async (t) => {
  const { url } = await serve(t);
  for (const path of ['/', '/metrics', '/nothing', '/api/v1/status']) {
    const { headers } = await ask(url, path);
    assert.equal(headers['cache-control'], 'no-store', path);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['x-frame-options'], 'DENY');
    assert.equal(headers['access-control-allow-origin'], undefined);
    assert.equal(headers.server, undefined);
  }
});

test('a reload is refused unless it was allowed, and says how to allow it', async (t) => {
  let reloads = 0;
  const reload = () => {
    reloads++;
    return Promise.resolve(reloadOf());
  };
  const { url } = await serve(t, { services: { reload } });
  const { status, body } = await ask(url, '/-/reload', { method: 'POST' });
  assert.equal(status, 403);
  assert.match(body, /--web\.enable-lifecycle/);
  assert.equal(reloads, 0);
});

test('a reload that is allowed is answered when it is done, with its problems', async (t) => {
  let outcome = reloadOf();
  const services = { lifecycle: true, reload: () => Promise.resolve(outcome) };
  const { url } = await serve(t, { services });
  assert.equal((await ask(url, '/-/reload', { method: 'POST' })).status, 200);
  outcome = reloadOf({ successful: false, problems: ['a.yaml:3: unknown key', 'b.yaml:1: gone'] });
  const { status, body } = await ask(url, '/-/reload', { method: 'POST' });
  assert.equal(status, 500);
  assert.match(body, /the old ones stay at work:\na\.yaml:3: unknown key\nb\.yaml:1: gone\n/);
});

test('a page of another origin can neither reload nor read through a name of its own', async (t) => {
  let reloads = 0;
  const reload = () => {
    reloads++;
    return Promise.resolve(reloadOf());
  };
  const { url } = await serve(t, { services: { lifecycle: true, reload } });
  const forged = { Origin: 'http://evil.example' };
  assert.equal((await ask(url, '/-/reload', { method: 'POST', headers: forged })).status, 403);
  const rebound = await ask(url, '/api/v1/sources', { headers: { Host: 'evil.example:15060' } });
  assert.equal(rebound.status, 421);
  assert.match(rebound.body, /DNS rebinding/);
  const own = { Origin: url };
  assert.equal((await ask(url, '/-/reload', { method: 'POST', headers: own })).status, 200);
  assert.equal(reloads, 1);
});

test('it listens on several addresses, IPv6 among them', async (t) => {
  const listenAddresses = ['127.0.0.1:0', '[::1]:0', ':0', 'localhost:0'];
  const { server } = await serve(t, { listenAddresses });
  const urls = server.urls();
  assert.equal(urls.length, 4);
  assert.match(urls[1]!, /^http:\/\/\[::1\]:\d+$/);
  for (const url of urls) {
    const reachable = url.replace('[::]', '127.0.0.1').replace('0.0.0.0', '127.0.0.1');
    assert.equal((await ask(reachable, '/-/healthy')).status, 200, url);
  }
});

test('a port that is taken is a ListenError, and the addresses before it are let go', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  t.after(() => other.close());
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as { port: number };
  const free = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => free.once('listening', resolve));
  const freePort = (free.address() as { port: number }).port;
  await new Promise((resolve) => free.close(resolve));
  const listenAddresses = [`127.0.0.1:${freePort}`, `127.0.0.1:${port}`];
  await assert.rejects(serve(t, { listenAddresses }), (error: unknown) => {
    assert.ok(error instanceof ListenError);
    assert.equal(error.kind, 'in-use');
    assert.match(error.message, new RegExp(`^cannot listen on 127\\.0\\.0\\.1:${port}: `));
    return true;
  });
  await serve(t, { listenAddresses: [`127.0.0.1:${freePort}`] });
});

test('what is no address is refused before anything is opened', async (t) => {
  await assert.rejects(serve(t, { listenAddresses: ['15060'] }), /"15060" is no address/);
  await assert.rejects(serve(t, { listenAddresses: ['192.0.2.1:0'] }), /no such address/);
});

test('a fault of ours is a 500 without its reason, which is in the log', async (t) => {
  const readings = readingsOf();
  const { url, warnings } = await serve(t, {
    readings,
    services: { reload: () => Promise.reject(new Error('secret detail')), lifecycle: true },
  });
  const { status, body } = await ask(url, '/-/reload', { method: 'POST' });
  assert.equal(status, 500);
  assert.doesNotMatch(body, /secret detail/);
  assert.match(warnings.join(), /secret detail/);
  assert.equal((await ask(url, '/-/healthy')).status, 200);
});
