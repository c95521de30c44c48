import assert from 'node:assert/strict';
import { Agent, get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Turns } from '../../src/http/turns.js';
import { Metrics } from '../../src/metrics/metrics.js';
import { incidentOf, readingsOf, sensorOf } from '../support/readings.js';
import { ask, serve, talk } from '../support/web.js';

/** Limits that a test can wait for. */
const SHORT = { headers: 300, request: 600, check: 100, stalled: 1000 };

function open(t: TestContext, url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => resolve(socket));
    socket.on('error', reject);
    t.after(() => socket.destroy());
  });
}

test('a client that says nothing, or never ends its headers, is let go', async (t) => {
  const { url } = await serve(t, { limits: SHORT });
  assert.match(await talk(url, ''), /^(?:HTTP\/1\.1 408 .*)?/s);
  assert.match(await talk(url, 'GET / HTTP/1.1\r\nHost: localhost\r\nX-A: '), /^HTTP\/1\.1 408 /);
});

test('a client that never ends its body is let go', async (t) => {
  const { url } = await serve(t, { limits: SHORT });
  const request = 'POST /-/reload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\nabc';
  assert.match(await talk(url, request), /^HTTP\/1\.1 4/);
});

test('bodies are not taken, and a long one is cut off', async (t) => {
  const { url } = await serve(t);
  const { status, headers } = await ask(url, '/-/reload', {
    method: 'POST',
    headers: { 'Content-Length': '1000000' },
    body: 'x'.repeat(1000),
  }).catch(() => ({ status: 413, headers: { connection: 'close' } }));
  assert.equal(status, 413);
  assert.equal(headers.connection, 'close');
  const chunk = `400\r\n${'x'.repeat(1024)}\r\n`;
  const chunked = 'GET /-/healthy HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';
  const answer = await talk(url, chunked + chunk.repeat(100));
  assert.ok(answer.length < 2000, 'the connection was ended');
  const small = { headers: { 'Content-Length': '5' }, body: 'small' };
  assert.equal((await ask(url, '/-/healthy', small)).status, 200);
});

test('headers that are too long, and what is not HTTP, are refused in one line', async (t) => {
  const { url } = await serve(t);
  const long = `GET / HTTP/1.1\r\nHost: localhost\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`;
  assert.match(await talk(url, long), /^HTTP\/1\.1 431 /);
  assert.match(await talk(url, 'REGISTER sip:a SIP/2.0\r\n\r\n'), /^HTTP\/1\.1 400 /);
  assert.match(await talk(url, '\u0000\u0001\u0002\r\n\r\n'), /^HTTP\/1\.1 400 /);
  assert.match(await talk(url, 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n'), /^(?:HTTP\/1\.1 4|$)/);
});

test('connections beyond the limit are not taken, and idle ones make room', async (t) => {
  const { url } = await serve(t, { limits: { connections: 3 } });
  const agent = new Agent({ keepAlive: true });
  t.after(() => agent.destroy());
  const idle = () =>
    new Promise<void>((resolve, reject) => {
      get(`${url}/-/healthy`, { agent }, (response) => {
        response.resume().on('end', resolve);
      }).on('error', reject);
    });
  await Promise.all([idle(), idle(), idle()]);
  await ask(url, '/-/healthy').catch(() => undefined);
  // The three idle ones were ended when the fourth came.
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal((await ask(url, '/-/healthy')).status, 200);
});

test('the newest client is served while idle ones come up to the limit', async (t) => {
  const { url } = await serve(t, { limits: { connections: 3 } });
  for (let i = 0; i < 8; i++) {
    const socket = await open(t, url);
    socket.write('GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const answer = await new Promise((resolve) => {
      socket.once('data', resolve);
      socket.once('close', () => resolve('dropped'));
    });
    assert.match(String(answer), /^HTTP\/1\.1 200 /, `client ${i}`);
    await wait(50);
  }
});

test('one connection serves request after request', async (t) => {
  const { url } = await serve(t);
  const socket = await open(t, url);
  let text = '';
  socket.on('data', (chunk) => (text += chunk));
  socket.write('GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(3));
  while (text.split('sipseer is healthy.').length < 4) {
    await new Promise((resolve) => socket.once('data', resolve));
  }
  assert.match(text, /Connection: keep-alive/);
});

test('packets are read between requests that come at once', async (t) => {
  let turn = 0;
  let counting = true;
  const count = () => {
    turn++;
    if (counting) setImmediate(count);
  };
  const rendered: number[] = [];
  const metrics = Object.assign(Object.create(new Metrics(readingsOf())) as Metrics, {
    text: () => {
      rendered.push(turn);
      return Promise.resolve('# rendered\n');
    },
  });
  const { url } = await serve(t, { services: { metrics } });
  setImmediate(count);
  await Promise.all(Array.from({ length: 50 }, () => ask(url, '/metrics')));
  counting = false;
  assert.equal(new Set(rendered).size, 50, 'no two in the same turn');
});

test('a connection with more requests than may wait is ended, and others are served', async (t) => {
  const { url } = await serve(t);
  const text = await talk(url, 'GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(300));
  assert.ok(text.split('HTTP/1.1 ').length < 300);
  assert.equal((await ask(url, '/-/healthy')).status, 200);
});

/** More than any socket buffers. */
const HUGE = 'x'.repeat(32 * 1024 * 1024);

/** Metrics that are huge, and how often they were made. */
function hugeMetrics(): { readonly metrics: Metrics; made: () => number } {
  let made = 0;
  const text = () => {
    made++;
    return Promise.resolve(HUGE);
  };
  const metrics = Object.assign(Object.create(new Metrics(readingsOf())) as Metrics, { text });
  return { metrics, made: () => made };
}

const METRICS = 'GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n';

test('a client that takes no answer has no second one made', async (t) => {
  const { metrics, made } = hugeMetrics();
  const { url } = await serve(t, { services: { metrics } });
  const socket = await open(t, url);
  socket.pause();
  socket.write(METRICS.repeat(10));
  await until(() => made() > 0);
  await wait(200);
  assert.equal(made(), 1);
  socket.resume();
  await until(() => made() === 10);
});

test('a client that never takes all of an answer is let go, though it goes on to ask', async (t) => {
  const { metrics, made } = hugeMetrics();
  const { url } = await serve(t, { services: { metrics }, limits: { answer: 300 } });
  const socket = await open(t, url);
  socket.pause();
  socket.write(METRICS);
  await until(() => made() > 0);
  const more = setInterval(() => socket.write('X'), 50);
  t.after(() => clearInterval(more));
  await new Promise((resolve) => socket.once('close', resolve));
  assert.equal((await ask(url, '/-/healthy')).status, 200);
});

test('while much is unsent no list is made, and metrics are', async (t) => {
  const { metrics, made } = hugeMetrics();
  const { url } = await serve(t, { services: { metrics } });
  const socket = await open(t, url);
  socket.pause();
  socket.write(METRICS);
  await until(() => made() > 0);
  for (const page of ['/', '/api/v1/sources', '/api/v1/incidents']) {
    const { status, headers } = await ask(url, page);
    assert.equal(status, 503, page);
    assert.ok(headers['retry-after']);
  }
  for (const page of ['/-/ready', '/metrics', '/api/v1/status']) {
    assert.equal((await ask(url, page)).status, 200, page);
  }
  socket.destroy();
  await until(async () => (await ask(url, '/api/v1/sources')).status === 200);
});

/** Readings whose incidents take 5 ms each to look at. */
function slowReadings() {
  const sensor = sensorOf({ open: Array.from({ length: 30 }, (_, i) => incidentOf(`id${i}`)) });
  const alertOf: typeof sensor.incidents.alertOf = (...args) => {
    const since = performance.now();
    while (performance.now() - since < 5);
    return sensor.incidents.alertOf(...args);
  };
  return readingsOf({ sensor: { ...sensor, incidents: { ...sensor.incidents, alertOf } } });
}

test('a few lists are made at once, the rest is told to come back, and scrapes go before', async (t) => {
  const { url } = await serve(t, { readings: slowReadings() });
  const order: string[] = [];
  const note = async (page: string) => {
    const { status } = await ask(url, page);
    order.push(`${page} ${status}`);
  };
  const list = '/api/v1/incidents';
  await Promise.all([...Array.from({ length: 10 }, () => note(list)), note('/metrics')]);
  assert.equal(order.filter((line) => line === `${list} 200`).length, 4);
  assert.equal(order.filter((line) => line === `${list} 503`).length, 6);
  assert.ok(order.indexOf('/metrics 200') < order.indexOf(`${list} 200`), order.join());
  await note(list);
  assert.equal(order.at(-1), `${list} 200`);
});

test('what is pressing has its turn before what came earlier', async () => {
  const turns = new Turns();
  const order: string[] = [];
  const take = (name: string, isPressing: boolean) =>
    turns.next(isPressing).then(() => order.push(name));
  await Promise.all([
    take('list 1', false),
    take('list 2', false),
    take('scrape 1', true),
    take('scrape 2', true),
  ]);
  assert.deepEqual(order, ['scrape 1', 'scrape 2', 'list 1', 'list 2']);
});

test('closing ends idle connections at once and busy ones within two seconds', async (t) => {
  let finish = () => {};
  const readings = readingsOf();
  const metrics = new Metrics(readings);
  const slow = Object.assign(Object.create(metrics) as Metrics, {
    text: () => new Promise<string>((resolve) => (finish = () => resolve('late\n'))),
  });
  const { server, url } = await serve(t, { services: { metrics: slow } });
  const busy = ask(url, '/metrics').catch(() => undefined);
  const idle = await open(t, url);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const started = performance.now();
  await server.close();
  const took = performance.now() - started;
  assert.ok(took > 1000 && took < 4000, `${took} ms`);
  assert.equal(await busy, undefined);
  finish();
  assert.ok(idle.destroyed || idle.readableEnded || (await ended(idle)));
  await assert.rejects(ask(url, '/-/healthy'));
});

function ended(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => socket.resume().once('close', () => resolve(true)));
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await wait(10);
}
