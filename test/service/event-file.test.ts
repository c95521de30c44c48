import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { EventFile, EventFileError } from '../../src/service/event-file.js';
import type { Log } from '../../src/service/log.js';
import { alertOf } from '../support/alerts.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();
const log = { info: () => {}, error: () => {} } as unknown as Log;
const lines = (path: string) => readFileSync(path, 'utf8').split('\n').length - 1;

test('events go on in another file, the old one is complete, and counts do not fall', async () => {
  const [one, two] = [join(folder, 'one.json'), join(folder, 'two.json')];
  const events = new EventFile(log);
  (await events.prepare(one)).use();
  for (let i = 0; i < 5; i++) events.alert(alertOf({}));
  (await events.prepare(two)).use();
  for (let i = 0; i < 3; i++) events.alert(alertOf({}));
  await events.close(2000);
  assert.deepEqual([lines(one), lines(two)], [5, 3]);
  assert.equal(events.status()[0]!.written, 8);
});

test('a file that cannot be opened is refused, and the one before goes on', async () => {
  const good = join(folder, 'good.json');
  const events = new EventFile(log);
  (await events.prepare(good)).use();
  await assert.rejects(events.prepare(join(folder, 'nowhere', 'x.json')), EventFileError);
  events.alert(alertOf({}));
  await events.close(2000);
  assert.equal(lines(good), 1);
});

test('what was prepared and dropped is not written to', async () => {
  const [kept, dropped] = [join(folder, 'kept.json'), join(folder, 'dropped.json')];
  const events = new EventFile(log);
  (await events.prepare(kept)).use();
  (await events.prepare(dropped)).drop();
  events.alert(alertOf({}));
  await events.close(2000);
  assert.deepEqual([lines(kept), lines(dropped)], [1, 0]);
});
