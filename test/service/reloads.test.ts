import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_CONFIG } from '../../src/config/config.js';
import type { Log } from '../../src/service/log.js';
import { Reloads } from '../../src/service/reloads.js';
import { needsRestart, type ReadSetup, type Setup } from '../../src/service/setup.js';

const SETUP = { config: DEFAULT_CONFIG, signatures: {} } as unknown as Setup;

function reloads(
  read: ReadSetup,
  apply: (setup: Setup) => Promise<void> = () => Promise.resolve(),
) {
  const said: string[] = [];
  const say = (_: string, message: string) => said.push(message);
  const log = { info: say, error: say } as unknown as Log;
  return { said, reloads: new Reloads(read, log, apply) };
}

test('files with errors are not applied, and the errors are kept and told', async () => {
  const { said, reloads: tried } = reloads(
    () => Promise.resolve({ problems: ['a.yaml:3: no'] }),
    () => assert.fail('it was applied'),
  );
  const before = tried.status();
  const status = await tried.reload();
  assert.deepEqual(status.problems, ['a.yaml:3: no']);
  assert.deepEqual([status.successful, status.attempts, status.failures], [false, 2, 1]);
  assert.equal(status.succeededAt, before.succeededAt);
  assert.deepEqual(said, ['a.yaml:3: no', 'attempt 1: nothing was changed']);
});

test('what cannot be put to use counts as a failure', async () => {
  const { reloads: tried } = reloads(
    () => Promise.resolve(SETUP),
    () => Promise.reject(new Error('there is no interface eth9')),
  );
  const status = await tried.reload();
  assert.deepEqual(status.problems, ['there is no interface eth9']);
});

test('who asks while files are read gets a later reading, one for all that asked', async () => {
  let readings = 0;
  let let1Go: () => void = () => {};
  const first = new Promise<void>((resolve) => {
    let1Go = resolve;
  });
  const { reloads: tried } = reloads(async () => {
    if (++readings === 1) await first;
    return SETUP;
  });
  const running = tried.reload();
  const others = [tried.reload(), tried.reload(), tried.reload()];
  let1Go();
  assert.equal((await running).attempts, 2);
  for (const other of others) assert.equal((await other).attempts, 3);
  await tried.settled();
  assert.equal(readings, 2);
});

test('keys that a running sensor does not follow are named, against those of its start', () => {
  const { capture, web, state } = DEFAULT_CONFIG;
  const changed = {
    ...DEFAULT_CONFIG,
    capture: { ...capture, buffer_mib: 7, record: { file: '/r', limit_mib: 1 } },
    web: { ...web, telemetry_path: '/m' },
    state: { ...state, interval: 5 },
  };
  assert.deepEqual(needsRestart(DEFAULT_CONFIG, DEFAULT_CONFIG), []);
  assert.deepEqual(needsRestart(DEFAULT_CONFIG, changed), [
    'state.interval',
    'web.telemetry_path',
    'capture.record',
  ]);
});
