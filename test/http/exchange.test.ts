import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { CurrentWebConfig } from '../../src/http/current-web-config.js';
import { Exchange } from '../../src/http/exchange.js';
import { Router } from '../../src/http/router.js';
import { Metrics } from '../../src/metrics/metrics.js';
import { readingsOf, reloadOf } from '../support/readings.js';
import { temporaryFile } from '../support/temporary-file.js';
import { ask } from '../support/web.js';

/** A server whose requests are judged by this configuration. */
async function serveWith(t: TestContext, config: CurrentWebConfig, warnings: string[] = []) {
  const readings = readingsOf();
  const router = new Router({
    readings,
    metrics: new Metrics(readings),
    telemetryPath: '/metrics',
    lifecycle: false,
    reload: () => Promise.resolve(reloadOf()),
  });
  const warn = (message: string) => void warnings.push(message);
  const exchange = new Exchange(router, config, new Set(), warn, 10_000);
  const server = createServer((request, response) => void exchange.handle(request, response));
  t.after(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a fault of the configuration is a 500 and a line in the log', async (t) => {
  class Faulty extends CurrentWebConfig {
    override get(): never {
      throw new Error('secret detail');
    }
  }
  const warnings: string[] = [];
  const url = await serveWith(t, new Faulty(undefined, () => {}), warnings);
  const { status, body } = await ask(url, '/metrics');
  assert.equal(status, 500);
  assert.doesNotMatch(body, /secret detail/);
  assert.match(warnings.join(), /secret detail/);
});

test('requests beyond the rate limit cost no look at the files', async (t) => {
  let looks = 0;
  class Counting extends CurrentWebConfig {
    override get() {
      looks++;
      return super.get();
    }
  }
  const file = temporaryFile(t, 'web.yml', 'rate_limit: { interval: 1h, burst: 1 }\n');
  const url = await serveWith(t, new Counting(file, () => {}));
  const began = performance.now();
  for (let i = 0; i < 30; i++) await ask(url, '/-/healthy');
  const seconds = (performance.now() - began) / 1000;
  assert.equal((await ask(url, '/-/healthy')).status, 429);
  assert.ok(looks <= 3 + 2 * seconds, `${looks} looks in ${seconds} s`);
});
