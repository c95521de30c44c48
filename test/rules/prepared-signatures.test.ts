import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { signatureFolders } from '../../src/cli/signature-folders.js';
import { loadSignatures } from '../../src/rules/load.js';
import { loadPrepared } from '../../src/rules/load-prepared.js';
import { prepareSignatures } from '../../src/rules/prepare-signatures.js';
import { PreparedSignatures, sealed } from '../../src/rules/prepared-signatures.js';
import { signatureText } from '../support/signature-texts.js';

describe('prepared signatures', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sipseer-prepared-'));
  after(() => rmSync(folder, { recursive: true }));
  const place = (name: string) => join(folder, name);
  const shipped = prepareSignatures(signatureFolders());
  writeFileSync(place('shipped.json'), sealed(shipped));

  /** A folder with one signature of this title. */
  function ownFolder(title: string): string {
    mkdirSync(place('own/tools'), { recursive: true });
    const text = signatureText({ title: `title: ${title}` });
    writeFileSync(place('own/tools/SIP-TEST-001.yaml'), text);
    return place('own');
  }

  test('every shipped file is prepared, and comes to what reading it comes to', async () => {
    const read = loadSignatures(signatureFolders());
    assert.equal(Object.keys(shipped.files).length, read.signatures.length);
    const prepared = new PreparedSignatures(place('shipped.json'));
    for (const signature of read.signatures) {
      const ready = prepared.signature(signature.file, readFileSync(signature.file));
      assert.deepEqual(ready, signature);
      assert.deepEqual(Object.keys(ready!), Object.keys(signature));
    }
    const loaded = await loadPrepared(signatureFolders(), place('shipped.json'));
    assert.deepEqual(loaded, read);
  });

  test('a file that was changed since is read again, and so is one under another name', () => {
    const own = ownFolder('As it was when it was prepared');
    writeFileSync(place('own.json'), sealed(prepareSignatures([own])));
    const prepared = new PreparedSignatures(place('own.json'));
    const bytes = readFileSync(join(own, 'tools/SIP-TEST-001.yaml'));
    assert.equal(prepared.signature('a/SIP-TEST-001-b.yaml', bytes)?.kind, 'a');
    assert.equal(prepared.signature('a/SIP-TEST-002.yaml', bytes), undefined);
    bytes[bytes.length - 1] = 0x20;
    assert.equal(prepared.signature('a/SIP-TEST-001.yaml', bytes), undefined);
  });

  test('what is wrong is not prepared: loading says why', async () => {
    const own = ownFolder('bad');
    const { files } = prepareSignatures([own]);
    assert.deepEqual(files, {});
    const loaded = await loadPrepared([own, ...signatureFolders()], place('shipped.json'));
    assert.deepEqual(loaded.problems.map(String), loadSignatures([own]).problems.map(String));
    assert.equal(loaded.problems.length, 1);
  });

  test('a damaged, cut or missing preparation, or one of other code, counts for nothing', () => {
    const own = ownFolder('A signature that is right');
    const prepared = prepareSignatures([own]);
    const file = join(own, 'tools/SIP-TEST-001.yaml');
    const finds = (content: string | Buffer) => {
      writeFileSync(place('tried.json'), content);
      return new PreparedSignatures(place('tried.json')).signature(file, readFileSync(file));
    };
    const whole = Buffer.from(sealed(prepared));
    assert.ok(finds(whole));
    for (const length of [0, 1, 44, 45, 46, 500, whole.length - 1]) {
      assert.equal(finds(whole.subarray(0, length)), undefined, `cut after ${length}`);
    }
    const title = whole.indexOf('that is right');
    const changed = Buffer.from(whole);
    changed[title] = 0x54;
    assert.equal(finds(changed), undefined);
    for (const reader of ['rules/schema.js', 'zod/package.json', 'yaml/package.json']) {
      assert.ok(prepared.readers[reader], reader);
      const readers = { ...prepared.readers, [reader]: 'another' };
      assert.equal(finds(sealed({ ...prepared, readers })), undefined, reader);
    }
    const readers = { ...prepared.readers, 'rules/gone.js': 'gone' };
    assert.equal(finds(sealed({ ...prepared, readers })), undefined);
    assert.equal(new PreparedSignatures(place('nowhere')).signature(file, whole), undefined);
  });
});
