import assert from 'node:assert/strict';
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { eveLine } from '../../src/outputs/eve.js';
import { EventSink } from '../../src/outputs/event-sink.js';
import { fileDestination } from '../../src/outputs/file-destination.js';
import { LineWriter } from '../../src/outputs/line-writer.js';
import { alertOf } from '../support/alerts.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';

const folder = temporaryFolder();

function writerTo(name: string, sink: string): LineWriter {
  return new LineWriter(fileDestination(join(folder, name)), { sink });
}

describe('events', () => {
  test('go to every way out, as EVE lines, and one that fails does not hold up the other', async () => {
    const sink = new EventSink([writerTo('one', 'events'), writerTo('no/two', 'second')]);
    const alerts = ['a1', 'a2'].map((alertId) => alertOf({ alertId, reason: 'line\nbreak' }));
    for (const alert of alerts) sink.alert(alert);
    await until(() => sink.status()[0]?.written === 2, 'the first got both');
    assert.equal(readFileSync(join(folder, 'one'), 'utf8'), alerts.map(eveLine).join(''));
    const [, second] = sink.status();
    assert.deepEqual([second?.sink, second?.written, second?.queued], ['second', 0, 2]);
    assert.match(second?.problem ?? '', /its folder does not exist/);
    await sink.close(20);
    assert.deepEqual(
      sink.status().map(({ dropped }) => dropped),
      [0, 2],
    );
  });

  test('go on in a new file when told that the old one was moved away', async () => {
    const sink = new EventSink([writerTo('log', 'events')]);
    sink.alert(alertOf({ alertId: 'a1' }));
    await until(() => existsSync(join(folder, 'log')), 'the file was made');
    await until(() => sink.status()[0]?.queued === 0, 'the first event was written');
    renameSync(join(folder, 'log'), join(folder, 'log.1'));
    sink.reopen();
    sink.alert(alertOf({ alertId: 'a2' }));
    await sink.close(10_000);
    const ids = ['log.1', 'log'].map(
      (name) => JSON.parse(readFileSync(join(folder, name), 'utf8')).sipseer.alert_id,
    );
    assert.deepEqual(ids, ['a1', 'a2']);
  });

  test('without any way out go nowhere', async () => {
    const sink = new EventSink([]);
    sink.alert(alertOf());
    assert.deepEqual(sink.status(), []);
    await sink.close(10);
  });
});
