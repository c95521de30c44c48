import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { captureFiles } from '../../src/capture/capture-files.js';
import { makePcap } from '../support/pcap-writer.js';

const root = mkdtempSync(join(tmpdir(), 'sipseer-files-'));
after(() => rmSync(root, { recursive: true }));

const at = (time: number) => makePcap([{ time, bytes: Buffer.from('x') }], { format: 'pcapng' });

function put(path: string, bytes: string | Uint8Array): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), bytes);
}

put('a/2.pcap', at(20));
put('a/10.txt', at(10));
put('a/sub/deep/z.gz', gzipSync(at(30)));
put('a/notes.txt', 'no capture');
put('a/fake.pcap', '');
put('a/cut.pcap', makePcap([]).subarray(0, 9));
symlinkSync('..', join(root, 'a/sub/loop'));
symlinkSync('nowhere', join(root, 'a/dangling'));
symlinkSync('2.pcap', join(root, 'a/same.pcap'));
put('text/notes.txt', 'no capture');
put('text/x.snoop', 'snoop\0\0\0\0\0\0\x02');
mkdirSync(join(root, 'empty'));

async function find(...paths: string[]) {
  const found = await captureFiles(paths.map((path) => (path === '-' ? path : join(root, path))));
  return {
    files: found.files.map((file) => [
      file.path === '-' ? '-' : relative(root, file.path),
      file.firstTime,
    ]),
    problems: found.problems.map((line) => line.replaceAll(`${root}/`, '')),
    skipped: found.skipped,
  };
}

test('a directory is walked in the order of names, by content, once round a loop', async () => {
  assert.deepEqual(await find('a'), {
    files: [
      ['a/10.txt', 10],
      ['a/2.pcap', 20],
      ['a/cut.pcap', undefined],
      ['a/sub/deep/z.gz', 30],
    ],
    problems: [],
    skipped: 3,
  });
});

test('several paths keep their order, and nothing is read twice', async () => {
  const found = await find('a/sub/deep', '-', 'a/2.pcap', 'a/same.pcap', 'a', 'a/2.pcap', '-');
  assert.deepEqual(found.files, [
    ['a/sub/deep/z.gz', 30],
    ['-', undefined],
    ['a/2.pcap', 20],
    ['a/10.txt', 10],
    ['a/cut.pcap', undefined],
  ]);
});

test('a directory whose captures were all named before is no problem', async () => {
  const found = await find('a/sub/deep/z.gz', 'a/sub/deep');
  assert.deepEqual(found, { files: [['a/sub/deep/z.gz', 30]], problems: [], skipped: 0 });
});

test('a directory that only leads back to itself holds nothing', async () => {
  mkdirSync(join(root, 'round'));
  symlinkSync('.', join(root, 'round/again'));
  const { problems } = await find('round');
  assert.deepEqual(problems, ['round: holds no files; name one with pcap or pcapng files']);
});

test('each wrong path is one line, and the others are still found', async () => {
  const hint = 'editcap -F pcap converts other capture formats';
  assert.deepEqual(
    await find('missing', 'text/x.snoop', 'empty', 'text', 'a/2.pcap', 'a/dangling'),
    {
      files: [['a/2.pcap', 20]],
      problems: [
        'missing: no such file or directory; check the path',
        `text/x.snoop: not a pcap or pcapng capture (begins with 73 6e 6f 6f …); ${hint}`,
        'empty: holds no files; name one with pcap or pcapng files',
        'text: holds no captures (other files: 1); name one with pcap or pcapng files',
        'a/dangling: no such file or directory; check the path',
      ],
      skipped: 1,
    },
  );
});
