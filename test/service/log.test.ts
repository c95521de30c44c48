import assert from 'node:assert/strict';
import { fstatSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { Destination } from '../../src/outputs/destination.js';
import { LineWriter } from '../../src/outputs/line-writer.js';
import { isJournal, Log, type LogOptions } from '../../src/service/log.js';

function logged(options: Partial<LogOptions>): { log: Log; text: () => Promise<string> } {
  let written = '';
  const destination: Destination = {
    name: 'memory',
    reopens: false,
    open: () =>
      Promise.resolve({
        write: (bytes, from) => {
          written += bytes.toString('utf8', from);
          return Promise.resolve(bytes.length - from);
        },
        tail: () => Promise.resolve(undefined),
        close: () => Promise.resolve(),
      }),
  };
  const writer = new LineWriter(destination, { sink: 'log' });
  const log = new Log(writer, { level: 'info', format: 'text', journal: false, ...options });
  const text = async () => {
    await log.close(5000);
    return written;
  };
  return { log, text };
}

describe('the log', () => {
  test('says when, how grave, and what of', async () => {
    const { log, text } = logged({});
    log.warning('capture eth0', 'interface is down');
    assert.match(
      await text(),
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ warning capture eth0: interface is down\n$/,
    );
    assert.equal(log.status().written, 1);
  });

  test('to the journal begins with the priority of sd-daemon(3), without a time', async () => {
    const { log, text } = logged({ level: 'debug', journal: true });
    log.error('a', 'one');
    log.warning('a', 'two');
    log.info('a', 'three');
    log.debug('a', 'four');
    assert.equal(await text(), '<3>a: one\n<4>a: two\n<6>a: three\n<7>a: four\n');
  });

  test('as JSON has one object a line', async () => {
    const { log, text } = logged({ format: 'json' });
    log.info('a "b"', 'c\nd');
    const { time, ...rest } = JSON.parse(await text());
    assert.ok(Math.abs(Date.parse(time) - Date.now()) < 60_000);
    assert.deepEqual(rest, { level: 'info', topic: 'a "b"', message: 'c\\u{a}d' });
  });

  test('leaves out what is less grave than its level, which may change', async () => {
    const { log, text } = logged({ level: 'warning', journal: true });
    log.error('a', 'one');
    log.info('a', 'two');
    log.debug('a', 'three');
    log.configure({ level: 'debug', format: 'text' });
    log.debug('a', 'four');
    log.configure({ level: 'error', format: 'text' });
    log.warning('a', 'five');
    assert.equal(await text(), '<3>a: one\n<7>a: four\n');
  });

  test('text from outside cannot break a line, steer a terminal or fill the disk', async () => {
    const { log, text } = logged({ journal: true });
    log.error('a', `x\n<0>y\r\x1b[2J\u202e${'z'.repeat(10_000)}`);
    const line = await text();
    assert.match(line, /^<3>a: x\\u\{a\}<0>y\\u\{d\}\\u\{1b\}\[2J\\u\{202e\}z+…\n$/);
    assert.ok(line.length < 2100);
  });

  test('what repeats is folded, and told before what comes next', async () => {
    const { log, text } = logged({ journal: true });
    for (let i = 0; i < 100; i++) log.error('a', 'again');
    log.info('a', 'again');
    assert.equal(log.folded, 99);
    assert.equal(await text(), '<3>a: again\n<3>a: again (repeated 99 times)\n<6>a: again\n');
  });
});

describe('whether standard error is the journal', () => {
  const { dev, ino } = fstatSync(2, { bigint: true });
  const cases: [stream: string | undefined, journal: boolean][] = [
    [`${dev}:${ino}`, true],
    [`${dev}:${ino + 1n}`, false],
    ['', false],
    [undefined, false],
  ];
  for (const [stream, journal] of cases) {
    test(`JOURNAL_STREAM ${stream === undefined ? 'unset' : `"${stream}"`}: ${journal}`, () => {
      assert.equal(isJournal(stream), journal);
    });
  }
});
