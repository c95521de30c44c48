import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Destination, Outlet } from '../../src/outputs/destination.js';
import { fileDestination } from '../../src/outputs/file-destination.js';
import { LineWriter, type LineWriterOptions } from '../../src/outputs/line-writer.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';

const folder = temporaryFolder();
let files = 0;

function newPath(): string {
  return join(folder, `events-${++files}.jsonl`);
}

function writerTo(path: string, options: Partial<LineWriterOptions> = {}): LineWriter {
  return new LineWriter(fileDestination(path), { sink: 'events', ...options });
}

describe('lines written to a file', () => {
  test('are appended in order to what is there, and the file is not for everyone', async () => {
    const path = newPath();
    const writer = writerTo(path);
    assert.equal(await writer.open(), undefined);
    assert.equal(statSync(path).mode & 0o777, 0o640 & ~umask());
    for (let i = 0; i < 5000; i++) assert.equal(writer.write(`line ${i}`), true);
    assert.equal(await writer.flush(10_000), true);
    const wanted = Array.from({ length: 5000 }, (_, i) => `line ${i}\n`).join('');
    assert.equal(readFileSync(path, 'utf8'), wanted);
    const second = writerTo(path);
    second.write('with a line end\n');
    await second.close();
    await writer.close();
    assert.equal(readFileSync(path, 'utf8'), `${wanted}with a line end\n`);
    assert.deepEqual(writer.status(), {
      sink: 'events',
      written: 5000,
      dropped: 0,
      errors: 0,
      queued: 0,
      problem: undefined,
    });
  });

  test('nothing is written after the end, and that is counted', async () => {
    const path = newPath();
    const writer = writerTo(path);
    writer.write('one');
    await writer.close();
    assert.equal(writer.write('two'), false);
    assert.equal(readFileSync(path, 'utf8'), 'one\n');
    assert.equal(writer.status().dropped, 1);
  });

  test('a folder that does not exist is told at the start, and taken when it is there', async () => {
    const path = join(folder, 'later', 'events.jsonl');
    const problems: (string | undefined)[] = [];
    const writer = writerTo(path, { onProblem: (problem) => problems.push(problem) });
    const wanted = `cannot write ${path}: its folder does not exist (ENOENT)`;
    assert.equal(await writer.open(), wanted);
    writer.write('one');
    assert.equal(await writer.flush(50), false);
    assert.equal(writer.status().queued, 1);
    mkdirSync(join(folder, 'later'));
    assert.equal(await writer.flush(10_000), true);
    assert.equal(readFileSync(path, 'utf8'), 'one\n');
    assert.deepEqual(problems, [wanted, undefined]);
    assert.ok(writer.status().errors >= 1);
    await writer.close();
  });

  test('a folder in place of the file is told', async () => {
    assert.match((await writerTo(folder).open()) ?? '', /it is a folder \(EISDIR\)$/);
  });

  test('a file that this user may not write is told', async (t) => {
    if (process.getuid?.() === 0) {
      t.skip('the superuser may write everything');
      return;
    }
    const path = newPath();
    writeFileSync(path, '', { mode: 0o400 });
    assert.match((await writerTo(path).open()) ?? '', /permission denied \(EACCES\)$/);
  });

  test('a file that ends within a line is given a line end first', async () => {
    const path = newPath();
    writeFileSync(path, '{"whole":1}\n{"torn":');
    const writer = writerTo(path);
    writer.write('{"new":1}');
    await writer.close();
    assert.equal(readFileSync(path, 'utf8'), '{"whole":1}\n{"torn":\n{"new":1}\n');
  });
});

function umask(): number {
  return Number.parseInt(spawnSync('sh', ['-c', 'umask'], { encoding: 'utf8' }).stdout, 8);
}

describe('a rotated file', () => {
  test('moved away: lines go to the old file until it is opened anew', async () => {
    const path = newPath();
    const writer = writerTo(path);
    writer.write('one');
    await writer.flush(10_000);
    renameSync(path, `${path}.1`);
    writer.write('two');
    await writer.flush(10_000);
    assert.equal(existsSync(path), false);
    writer.reopen();
    writer.write('three');
    await writer.close(10_000);
    assert.equal(readFileSync(`${path}.1`, 'utf8'), 'one\ntwo\n');
    assert.equal(readFileSync(path, 'utf8'), 'three\n');
  });

  test('opened anew without anything to write, it is there at once', async () => {
    const path = newPath();
    const writer = writerTo(path);
    await writer.open();
    rmSync(path);
    writer.reopen();
    await until(() => existsSync(path), 'the file was made');
    await writer.close();
  });

  test('copied and truncated: lines go on at its beginning, without a hole', async () => {
    const path = newPath();
    const writer = writerTo(path);
    writer.write('one');
    await writer.flush(10_000);
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
    writer.write('two');
    await writer.flush(10_000);
    writer.reopen();
    writer.write('three');
    await writer.close(10_000);
    assert.equal(readFileSync(`${path}.1`, 'utf8'), 'one\n');
    assert.equal(readFileSync(path, 'utf8'), 'two\nthree\n');
  });
});

describe('a full disk', () => {
  test('keeps what comes up to the limit, drops and counts the rest, and goes on trying', async () => {
    const problems: (string | undefined)[] = [];
    const writer = writerTo('/dev/full', {
      maxLines: 3,
      onProblem: (problem) => problems.push(problem),
    });
    const taken = ['a', 'b', 'c', 'd', 'e'].map((line) => writer.write(line));
    assert.deepEqual(taken, [true, true, true, false, false]);
    await until(() => writer.status().errors >= 2, 'it was tried again');
    const problem = 'cannot write /dev/full: the disk is full (ENOSPC)';
    assert.deepEqual(problems, [problem]);
    assert.deepEqual(
      { ...writer.status(), errors: 0 },
      {
        sink: 'events',
        written: 0,
        dropped: 2,
        errors: 0,
        queued: 3,
        problem,
      },
    );
    await writer.close(20);
    assert.equal(writer.status().dropped, 5);
    assert.equal(writer.status().queued, 0);
  });

  test('the bytes that wait are bounded as well', () => {
    const writer = writerTo('/dev/full', { maxBytes: 10 });
    assert.deepEqual(
      ['1234', '12345', '1234'].map((line) => writer.write(line)),
      [true, false, true],
    );
    assert.equal(writer.status().dropped, 1);
  });
});

/** A destination that takes only `room` bytes, then fails until more room is made. */
class TightFile implements Destination {
  readonly name = 'the file';
  readonly reopens = true;
  readonly path: string;
  room = 0;
  opened = 0;

  constructor(path: string) {
    this.path = path;
  }

  async open(): Promise<Outlet> {
    this.opened++;
    const real = await fileDestination(this.path).open();
    const write = async (bytes: Buffer, from: number): Promise<number> => {
      if (this.room === 0) throw Object.assign(new Error('no room'), { code: 'ENOSPC' });
      const count = Math.min(this.room, bytes.length - from);
      await real.write(bytes.subarray(0, from + count), from);
      this.room -= count;
      return count;
    };
    return { write, tail: (length) => real.tail(length), close: () => real.close() };
  }
}

describe('a line of which only a part could be written', () => {
  async function partly(written: number) {
    const path = newPath();
    const file = new TightFile(path);
    const writer = new LineWriter(file, { sink: 'events' });
    file.room = written;
    for (const line of ['first', 'second', 'third']) writer.write(line);
    await until(() => writer.status().errors > 0, 'the room was used up');
    return { path, file, writer };
  }

  test('is gone on with when there is room again', async () => {
    const { path, file, writer } = await partly(9);
    assert.equal(readFileSync(path, 'utf8'), 'first\nsec');
    assert.deepEqual([writer.status().written, writer.status().queued], [1, 2]);
    file.room = 1000;
    assert.equal(await writer.flush(10_000), true);
    assert.equal(readFileSync(path, 'utf8'), 'first\nsecond\nthird\n');
    await writer.close();
  });

  test('is written anew when the file was emptied meanwhile', async () => {
    const { path, file, writer } = await partly(9);
    truncateSync(path);
    file.room = 1000;
    await writer.close(10_000);
    assert.equal(readFileSync(path, 'utf8'), 'second\nthird\n');
  });

  test('is written anew into the new file when the old one was moved away', async () => {
    const { path, file, writer } = await partly(9);
    renameSync(path, `${path}.1`);
    writer.reopen();
    file.room = 1000;
    await writer.close(10_000);
    assert.equal(readFileSync(`${path}.1`, 'utf8'), 'first\nsec');
    assert.equal(readFileSync(path, 'utf8'), 'second\nthird\n');
  });

  test('is written anew after a line end when something else stands behind its beginning', async () => {
    const { path, file, writer } = await partly(9);
    appendFileSync(path, 'XX');
    file.room = 1000;
    await writer.close(10_000);
    assert.equal(readFileSync(path, 'utf8'), 'first\nsecXX\nsecond\nthird\n');
  });

  test('however often it fails, every line is there once', async () => {
    const { path, file, writer } = await partly(1);
    for (let i = 0; i < 17; i++) {
      file.room = 1;
      const before = file.opened;
      await writer.flush(20);
      await until(() => file.room === 0 || file.opened > before, 'a byte was written');
    }
    file.room = 1000;
    await writer.close(10_000);
    assert.equal(readFileSync(path, 'utf8'), 'first\nsecond\nthird\n');
    assert.equal(writer.status().written, 3);
  });
});

/** Fails as told, or never answers. */
function failing(code: string, reopens: boolean): Destination {
  const write = () => Promise.reject(Object.assign(new Error('failed'), { code }));
  const tail = () => Promise.resolve(undefined);
  const close = () => Promise.resolve();
  return { name: 'it', reopens, open: () => Promise.resolve({ write, tail, close }) };
}

describe('a destination that cannot be opened again', () => {
  test('is given up when its reader is gone: told once, and what comes after is dropped', async () => {
    const told: string[] = [];
    const writer = new LineWriter(failing('EPIPE', false), {
      sink: 'stdout',
      onBroken: (problem) => told.push(problem),
    });
    writer.write('one');
    writer.write('two');
    assert.equal(await writer.flush(10_000), true);
    assert.equal(writer.write('three'), false);
    assert.deepEqual(told, ['cannot write it: nobody reads it any more (EPIPE)']);
    assert.equal(writer.status().dropped, 3);
    await writer.close();
    assert.equal(told.length, 1);
  });

  test('is tried again after other errors', async () => {
    const writer = new LineWriter(failing('ENOSPC', false), { sink: 'stdout' });
    writer.write('one');
    await until(() => writer.status().errors >= 2, 'tried again');
    assert.equal(writer.status().queued, 1);
    await writer.close(10);
  });

  test('an end does not wait for a write that never returns', async () => {
    const never: Outlet = {
      write: () => new Promise(() => {}),
      tail: () => Promise.resolve(undefined),
      close: () => Promise.resolve(),
    };
    const destination = { name: 'it', reopens: false, open: () => Promise.resolve(never) };
    const writer = new LineWriter(destination, { sink: 'stdout' });
    writer.write('one');
    await writer.close(20);
    assert.deepEqual([writer.status().dropped, writer.status().queued], [1, 0]);
  });
});
