import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readSnapshot, writeSnapshot } from '../../src/state/snapshot-file.js';
import type { SavedEntry } from '../../src/telemetry/saved-entry.js';

const folder = mkdtempSync(join(tmpdir(), 'sipseer-state-'));
after(() => rmSync(folder, { recursive: true }));

let made = 0;

/** A file in a folder of its own. */
function newFile(): string {
  const own = join(folder, String(++made));
  mkdirSync(own);
  return join(own, 'state');
}

const ENTRIES: SavedEntry[] = [
  ['clock', 1768478400.25, null, 3],
  ['source', '\u0000\u00ff"\\\u2028', true, [1, 2, 3], {}],
  ['login', 2 ** 53 - 1, -0.1, 'ä'],
];

/** Entries that tell which snapshot they are from. */
function numbered(number: number): SavedEntry[] {
  return [...ENTRIES, ['number', number]];
}

/** A source with as many targets (IPv6) and accounts as one can have, each as long as can be. */
function fullest(character: string): SavedEntry {
  const targets = Array.from({ length: 1024 }, () => [character.repeat(16), 255]).flat();
  const accounts = Array.from({ length: 1024 }, () => [character.repeat(64), 255]).flat();
  const most = Number.MAX_SAFE_INTEGER;
  const counts = [most, most, most, most, most, most];
  return ['source', character.repeat(16), true, true, 1.7e9, 1.7e9, counts, targets, accounts];
}

function entriesIn(file: string): SavedEntry[] | undefined {
  const { snapshot } = readSnapshot(file);
  return snapshot && [...snapshot.entries];
}

describe('a snapshot', () => {
  test('is read back as it was written, and only its owner may read it', async () => {
    const file = newFile();
    const header = { program: '1.2.3', saved_at: '2026-01-15T12:00:00Z' };
    const written = await writeSnapshot(file, header, ENTRIES);
    assert.equal(written.entries, 3);
    assert.equal(written.bytes, statSync(file).size);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(join(file, '..')), ['state']);
    const { snapshot, problem } = readSnapshot(file);
    assert.equal(problem, undefined);
    assert.deepEqual([...snapshot!.entries], ENTRIES);
    assert.deepEqual([...snapshot!.entries], ENTRIES, 'once more');
    assert.deepEqual({ ...snapshot!.header }, { magic: 'sipseer snapshot', version: 1, ...header });
  });

  test('without any entry is one too', async () => {
    const file = newFile();
    await writeSnapshot(file, {}, []);
    assert.deepEqual(entriesIn(file), []);
  });

  test('keeps the one before it, and no more', async () => {
    const file = newFile();
    for (const number of [1, 2, 3]) await writeSnapshot(file, { number }, numbered(number));
    assert.deepEqual(readdirSync(join(file, '..')).sort(), ['state', 'state.old']);
    assert.deepEqual(entriesIn(file), numbered(3));
    assert.deepEqual(entriesIn(`${file}.old`), numbered(2));
  });

  test('is not written into a file that somebody laid in its way', async () => {
    const file = newFile();
    const victim = join(file, '..', 'victim');
    writeFileSync(victim, 'precious');
    symlinkSync(victim, `${file}.new-${process.pid}`);
    await writeSnapshot(file, {}, ENTRIES);
    assert.equal(readFileSync(victim, 'utf8'), 'precious');
    assert.deepEqual(entriesIn(file), ENTRIES);
  });

  test('that does not exist is a first start, and no problem', () => {
    assert.deepEqual(readSnapshot(newFile()), { snapshot: undefined, problem: undefined });
  });

  test('leaves out an entry too long to be read back', async () => {
    const file = newFile();
    const written = await writeSnapshot(file, {}, [
      ['long', 'x'.repeat(2 ** 20)],
      ['short', 1],
    ]);
    assert.equal(written.entries, 1);
    assert.equal(written.skipped, 1);
    assert.deepEqual(entriesIn(file), [['short', 1]]);
  });

  test('has room for the fullest source, whatever characters fill it', async () => {
    const file = newFile();
    const sources = ['\u0001', '\u00ff', '"', 'x'].map((character) => fullest(character));
    const written = await writeSnapshot(file, {}, sources);
    assert.equal(written.entries, sources.length);
    assert.equal(written.skipped, 0);
    assert.deepEqual(entriesIn(file), sources);
  });

  test('counts bytes, not characters, when a line is long', async () => {
    const file = newFile();
    const written = await writeSnapshot(file, {}, [
      ['wide', '\u20ac'.repeat(2 ** 20 / 3)],
      ['plain', 'x'.repeat(2 ** 19)],
    ]);
    assert.deepEqual([written.entries, written.skipped], [1, 1]);
    assert.equal(entriesIn(file)?.length, 1);
  });

  test('of many entries is written in slices, and read by lines', async () => {
    const file = newFile();
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const many = Array.from({ length: 60_000 }, (_, i): SavedEntry => ['n', i, 'x'.repeat(i % 99)]);
    const { longestSlice } = await writeSnapshot(file, {}, many);
    clearInterval(timer);
    assert.ok(turns > 5, `${turns} turns of the event loop`);
    assert.ok(longestSlice < 250, `${longestSlice} ms`);
    assert.deepEqual(entriesIn(file), many);
  });
});

describe('a damaged file', () => {
  /** Two good snapshots, and the bytes of the later. */
  async function twoSnapshots(): Promise<[file: string, bytes: Buffer]> {
    const file = newFile();
    await writeSnapshot(file, { number: 1 }, numbered(1));
    await writeSnapshot(file, { number: 2 }, numbered(2));
    return [file, readFileSync(file)];
  }

  test('cut off at any byte: the one before is used, and the bad one kept aside', async () => {
    const [file, bytes] = await twoSnapshots();
    for (let length = 0; length < bytes.length; length++) {
      writeFileSync(file, bytes.subarray(0, length));
      const { snapshot, problem } = readSnapshot(file);
      assert.deepEqual([...snapshot!.entries], numbered(1), `cut at ${length}`);
      assert.match(
        problem!,
        /^state cannot be used, it .*state\.bad\): goes on from the one before/,
      );
      assert.deepEqual(readFileSync(`${file}.bad`), bytes.subarray(0, length));
      assert.equal(existsSync(file), false);
    }
  });

  test('with any bit flipped: never half of it is used', async () => {
    const [file, bytes] = await twoSnapshots();
    for (let at = 0; at < bytes.length; at++) {
      const flipped = Buffer.from(bytes);
      flipped[at]! ^= 1 << (at % 8);
      writeFileSync(file, flipped);
      assert.deepEqual(entriesIn(file), numbered(1), `flipped at ${at}`);
    }
  });

  test('with bytes behind it, doubled, empty or foreign', async () => {
    const [file, bytes] = await twoSnapshots();
    const others = [
      Buffer.concat([bytes, Buffer.from('\n')]),
      Buffer.concat([bytes, bytes]),
      Buffer.alloc(0),
      Buffer.alloc(5000),
      Buffer.from('{}\n{}\n'),
      Buffer.from('\n'.repeat(300)),
    ];
    for (const other of others) {
      writeFileSync(file, other);
      assert.deepEqual(entriesIn(file), numbered(1));
    }
  });

  test('of another version of the format is not guessed at', async () => {
    const file = newFile();
    await writeSnapshot(file, { version: 99 }, ENTRIES);
    assert.deepEqual(entriesIn(file), ENTRIES, 'the caller cannot name one');
    const [header = '', ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n').slice(0, -1);
    const body = [header.replace('"version":1', '"version":99'), ...lines, ''].join('\n');
    const sha256 = createHash('sha256').update(body).digest('hex');
    writeFileSync(file, `${body}${JSON.stringify({ entries: lines.length, sha256 })}\n`);
    const { snapshot, problem } = readSnapshot(file);
    assert.equal(snapshot, undefined);
    assert.match(problem!, /version 99 of the format.*\(kept as state\.bad\): starts afresh$/);
  });

  test('that is too large is not read', async () => {
    const [file, bytes] = await twoSnapshots();
    const { snapshot, problem } = readSnapshot(file, bytes.length - 1);
    assert.equal(snapshot, undefined);
    assert.match(problem!, /more than the \d+ allowed.*state\.old cannot be used.*starts afresh$/);
  });

  test('with a line without end is not read into memory', () => {
    const file = newFile();
    writeFileSync(
      file,
      `{"magic":"sipseer snapshot"}\n${'x'.repeat(2 ** 21)}\n{"entries":1,"sha256":""}\n`,
    );
    assert.match(readSnapshot(file).problem!, /a line that is too long/);
  });

  test('both bad: says of both, in one line, that it starts afresh', async () => {
    const [file] = await twoSnapshots();
    writeFileSync(file, 'rubbish');
    writeFileSync(`${file}.old`, 'rubbish');
    const { snapshot, problem } = readSnapshot(file);
    assert.equal(snapshot, undefined);
    assert.match(problem!, /^state cannot .*; state\.old cannot .*: starts afresh$/);
    await writeSnapshot(file, {}, ENTRIES);
    assert.deepEqual(entriesIn(file), ENTRIES);
  });

  test('a folder, or a pipe, in its place is said and left alone', () => {
    const file = newFile();
    mkdirSync(file);
    assert.match(readSnapshot(file).problem!, /it is no file: starts afresh/);
    assert.ok(statSync(file).isDirectory());
    const pipe = newFile();
    assert.equal(spawnSync('mkfifo', [pipe]).status, 0);
    assert.match(readSnapshot(pipe).problem!, /it is no file/);
  });
});

describe('a power cut', () => {
  test('between the two renamings leaves the one before, and nothing is wrong', async () => {
    const file = newFile();
    await writeSnapshot(file, {}, numbered(1));
    renameSync(file, `${file}.old`);
    writeFileSync(`${file}.new-4194304999`, 'half');
    const { snapshot, problem } = readSnapshot(file);
    assert.equal(problem, undefined);
    assert.deepEqual([...snapshot!.entries], numbered(1));
    await writeSnapshot(file, {}, numbered(2));
    assert.deepEqual(entriesIn(file), numbered(2));
    assert.deepEqual(entriesIn(`${file}.old`), numbered(1));
    assert.deepEqual(readdirSync(join(file, '..')).sort(), ['state', 'state.old']);
  });

  test('at any moment of writing leaves a whole snapshot, older or newer', async () => {
    const file = newFile();
    const writer = fileURLToPath(new URL('../support/snapshot-writer.js', import.meta.url));
    await writeSnapshot(file, { number: 0 }, numbered(0));
    let written = 0;
    for (let round = 0; round < 15; round++) {
      const child = spawn(process.execPath, [writer, file], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(child.stdout, 'data');
      await wait(10 + round * 7);
      child.kill('SIGKILL');
      await once(child, 'close');
      const { snapshot, problem } = readSnapshot(file);
      assert.equal(problem, undefined);
      const { number } = snapshot!.header;
      const entries = [...snapshot!.entries];
      if (number !== 0) {
        written++;
        assert.equal(entries.length, 3000);
        assert.ok(entries.every(([, own]) => own === number));
      }
      assert.equal(existsSync(`${file}.bad`), false);
    }
    assert.ok(written > 5, `${written} of 15 had written one`);
  });
});

describe('two programs that write the same snapshot', () => {
  test('leave a whole one at every moment, and do not disturb each other', async () => {
    const file = newFile();
    const writer = fileURLToPath(new URL('../support/snapshot-writer.js', import.meta.url));
    const child = spawn(process.execPath, [writer, file], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    const many = Array.from({ length: 5000 }, (_, i): SavedEntry => ['own', i]);
    for (let round = 0; round < 20; round++) {
      await writeSnapshot(file, {}, many);
      const { snapshot, problem } = readSnapshot(file);
      assert.equal(problem, undefined);
      assert.ok(snapshot !== undefined);
    }
    assert.equal(child.exitCode, null, 'the other goes on writing');
    child.kill('SIGKILL');
    await once(child, 'close');
    const count = entriesIn(file)?.length ?? 0;
    assert.ok(count === 3000 || count === 5000, `${count} entries`);
  });
});

describe('a disk that is full', () => {
  test('leaves the snapshot before as it was, and says so', async (t) => {
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', disk]);
    if (mount.status !== 0) {
      t.skip('no small disk can be mounted here: that takes root');
      return;
    }
    try {
      const file = join(disk, 'state');
      await writeSnapshot(file, {}, numbered(1));
      const large = Array.from(
        { length: 3000 },
        (_, i): SavedEntry => ['large', i, 'x'.repeat(99)],
      );
      await assert.rejects(writeSnapshot(file, {}, large), /ENOSPC/);
      assert.deepEqual(entriesIn(file), numbered(1));
      assert.deepEqual(readdirSync(disk), ['state']);
      await writeSnapshot(file, {}, numbered(2));
      assert.deepEqual(entriesIn(file), numbered(2));
    } finally {
      spawnSync('umount', [disk]);
    }
  });

  test('a folder that is gone is an error, and no crash', async () => {
    const file = join(folder, 'nowhere', 'state');
    await assert.rejects(writeSnapshot(file, {}, ENTRIES), /ENOENT/);
  });
});
