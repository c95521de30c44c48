import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileDestination } from '../../src/outputs/file-destination.js';
import { LineWriter, type LineWriterOptions } from '../../src/outputs/line-writer.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';

const folder = temporaryFolder();
let pipes = 0;

function writerTo(path: string, options: Partial<LineWriterOptions> = {}): LineWriter {
  return new LineWriter(fileDestination(path), { sink: 'events', ...options });
}

describe('a named pipe', () => {
  function newFifo(): string {
    const path = join(folder, `pipe-${++pipes}`);
    assert.equal(spawnSync('mkfifo', [path]).status, 0);
    return path;
  }

  test('that nobody reads is a problem, not a standstill; a reader that comes gets the lines', async () => {
    const path = newFifo();
    const writer = writerTo(path);
    assert.equal(await writer.open(), `cannot write ${path}: nobody reads it (ENXIO)`);
    writer.write('one');
    const reader = spawn('head', ['-n', '1', path]);
    let text = '';
    reader.stdout.on('data', (part: Buffer) => (text += part));
    await writer.flush(10_000);
    await until(() => text === 'one\n', 'the reader got it');
    await writer.close();
  });

  test('whose reader stalls holds up nothing: lines wait, are dropped, and go out when it reads', async () => {
    const path = newFifo();
    const reader = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = writerTo(path, { maxLines: 5000 });
    const line = 'x'.repeat(99);
    let taken = 0;
    for (let i = 0; i < 10_000; i++) if (writer.write(line)) taken++;
    assert.equal(taken, 5000);
    await until(() => writer.status().written > 300, 'the pipe was filled');
    assert.equal(await writer.flush(50), false);
    const { written, queued, dropped, errors, problem } = writer.status();
    assert.ok(written < 1000, `a pipe holds little: ${written}`);
    assert.deepEqual([written + queued, dropped, errors, problem], [5000, 5000, 0, undefined]);
    // The thread pool is free: four more tasks than it has threads come to an end.
    await Promise.all(
      Array.from({ length: 8 }, () => open('/dev/null').then((file) => file.close())),
    );
    let bytes = 0;
    const drain = setInterval(() => {
      void reader.read(Buffer.alloc(65_536), 0, 65_536, null).then(
        ({ bytesRead }) => (bytes += bytesRead),
        () => {}, // nothing to read just now
      );
    }, 1);
    assert.equal(await writer.flush(20_000), true);
    await until(() => bytes === 5000 * 100, `all came through: ${bytes}`);
    clearInterval(drain);
    assert.equal(writer.status().written, 5000);
    await writer.close();
    await reader.close();
  });

  test('whose reader goes away in the middle of a line: the next one gets the line whole', async () => {
    const path = newFifo();
    const first = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = writerTo(path);
    const long = 'y'.repeat(200_000);
    writer.write(long);
    writer.write('short');
    await until(() => writer.status().queued === 2, 'the line is larger than the pipe');
    await writer.flush(50);
    closeSync(first);
    // The second error is that of opening anew: until the pipe is closed, it keeps what it holds.
    await until(() => writer.status().errors > 1, 'the reader was missed');
    const reader = spawn('head', ['-n', '2', path]);
    let text = '';
    reader.stdout.on('data', (part: Buffer) => (text += part));
    assert.equal(await writer.flush(10_000), true);
    await until(() => text.length >= 200_007, 'the second reader got both');
    assert.equal(text, `${long}\nshort\n`);
    await writer.close();
  });
});
