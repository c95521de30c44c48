import assert from 'node:assert/strict';
import { Agent, get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { Metrics } from '../../src/metrics/metrics.js';
import { readingsOf } from '../support/readings.js';
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

test('packets are read between requests that come in one piece', async (t) => {
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
  const socket = await open(t, url);
  setImmediate(count);
  let text = '';
  socket.on('data', (chunk) => (text += chunk));
  socket.write('GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(50));
  while (text.split('# rendered').length < 51) {
    await new Promise((resolve) => socket.once('data', resolve));
  }
  counting = false;
  assert.equal(new Set(rendered).size, 50, 'no two in the same turn');
});

test('beyond so many requests at once, the rest is told to come back', async (t) => {
  const { url } = await serve(t);
  const socket = await open(t, url);
  let text = '';
  socket.on('data', (chunk) => (text += chunk));
  socket.write('GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(300));
  while (text.split('HTTP/1.1 ').length < 301) {
    await new Promise((resolve) => socket.once('data', resolve));
  }
  assert.match(text, /HTTP\/1\.1 503 /);
  assert.match(text, /HTTP\/1\.1 200 /);
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
