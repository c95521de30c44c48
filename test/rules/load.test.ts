import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { packageRoot } from '../../src/package-root.js';
import { loadSignatures } from '../../src/rules/load.js';
import { signatureOf, signatureText } from '../support/signature-texts.js';

describe('folders of signatures', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sipseer-load-'));
  after(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

  test('every file below is read in order of name, and a bad one does not stop the others', () => {
    mkdirSync(join(folder, 'tools'));
    mkdirSync(join(folder, 'a-folder.yaml'));
    write('tools/SIP-B-002.yaml', signatureText({ id: 'id: SIP-B-002' }));
    write('tools/SIP-A-001-name.yaml', signatureText({ id: 'id: SIP-A-001' }));
    write('tools/SIP-C-003.yaml', 'nonsense');
    write('tools/README.md', 'not a signature');
    const { signatures, problems } = loadSignatures([folder]);
    assert.deepEqual(
      signatures.map(({ id, kind }) => [id, kind]),
      [
        ['SIP-A-001', 'tools'],
        ['SIP-B-002', 'tools'],
      ],
    );
    assert.deepEqual(
      problems.map(({ file }) => file.slice(folder.length + 1)),
      ['a-folder.yaml', 'tools/SIP-C-003.yaml'],
    );
  });

  test('an id that is taken is a problem that names who has it', () => {
    write('tools/SIP-A-001-twin.yaml', signatureText({ id: 'id: SIP-A-001' }));
    const { problems } = loadSignatures([folder]);
    const twin = problems.find(({ message }) => message.includes('is taken by'));
    assert.match(
      String(twin),
      /SIP-A-001-twin\.yaml:1: id SIP-A-001 is taken by .*SIP-A-001-name\.yaml/,
    );
  });

  test('a folder that is not there is a problem', () => {
    assert.match(
      String(loadSignatures([join(folder, 'nowhere')]).problems[0]),
      /nowhere:1: cannot be read/,
    );
  });

  test('a folder without a signature is a problem, and .yml is as good as .yaml', () => {
    const other = join(folder, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'SIP-E-005.yam'), signatureText({ id: 'id: SIP-E-005' }));
    assert.match(String(loadSignatures([other]).problems[0]), /other:1: holds no signature/);
    writeFileSync(join(other, 'SIP-E-005.yml'), signatureText({ id: 'id: SIP-E-005' }));
    const { signatures, problems } = loadSignatures([other]);
    assert.deepEqual([signatures.map(({ id }) => id), problems], [['SIP-E-005'], []]);
  });

  test('every shipped signature names at least one reference', () => {
    const { signatures, problems } = loadSignatures([join(packageRoot(), 'signatures')]);
    assert.deepEqual(problems, []);
    assert.ok(signatures.length > 0);
    const without = signatures.filter(({ references }) => references.length === 0);
    assert.deepEqual(
      without.map(({ id }) => id),
      [],
    );
  });

  test('a file without read permission is a problem', (t) => {
    if (process.getuid?.() === 0) return t.skip('root reads everything');
    write('tools/SIP-D-004.yaml', signatureText({ id: 'id: SIP-D-004' }));
    chmodSync(join(folder, 'tools/SIP-D-004.yaml'), 0);
    const { problems } = loadSignatures([folder]);
    assert.ok(problems.some(({ message }) => message.includes('cannot be read')));
  });

  test('a single file is read too', () => {
    const { signatures } = loadSignatures([join(folder, 'tools/SIP-B-002.yaml')]);
    assert.deepEqual(
      signatures.map(({ id }) => id),
      ['SIP-B-002'],
    );
  });
});

describe('a good file', () => {
  test('what is left out takes its default', () => {
    const signature = signatureOf();
    assert.equal(signature.subject, 'message');
    assert.equal(signature.stage, 'recon');
    assert.deepEqual(signature.alert.suppressBy, ['source.ip']);
    assert.equal(signature.alert.suppressFor, 3600);
    assert.equal(signature.count, undefined);
  });

  test('the number of an id is stable and clear of the numbers of other rule sets', () => {
    // FNV-1a of the id: a change would rename the rule for everyone who filters by number.
    assert.equal(signatureOf().sid, signatureOf({ title: 'title: Another title' }).sid);
    assert.ok(signatureOf().sid >= 100_000_000 && signatureOf().sid < 1_000_000_000);
  });

  test('steps take the keys that stand beside them', () => {
    const signature = signatureOf({
      examples: `examples:
  - name: shared
    expect: alert
    from: 198.51.100.9:5070
    repeat: { times: 3, every: 1s }
    steps:
      - message: a
      - { message: b, from: "198.51.100.10:5080", after: 2s }`,
    });
    const [example] = signature.examples;
    assert.deepEqual(
      example?.steps.map(({ from, after }) => [from, after]),
      [
        ['198.51.100.9:5070', 0.1],
        ['198.51.100.10:5080', 2],
      ],
    );
    assert.equal(example?.rounds.times, 3);
  });
});
