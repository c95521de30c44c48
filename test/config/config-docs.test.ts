import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';
import { DEFAULT_CONFIG } from '../../src/config/config.js';
import { type ConfigKey, configKeys } from '../../src/config/config-keys.js';
import { configSchema } from '../../src/config/config-schema.js';
import { configJsonSchema } from '../../src/config/json-schema.js';
import { readConfig } from '../../src/config/read-config.js';
import { packageRoot } from '../../src/package-root.js';
import { configFile, knownKeys } from '../support/config-files.js';
import { withKeyTable } from '../support/config-table.js';
import { exampleConfig, uncommented } from '../support/example-config.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();

function shipped(name: string): string {
  return readFileSync(join(packageRoot(), name), 'utf8');
}

function allKeys(keys: readonly ConfigKey[] = configKeys()): ConfigKey[] {
  return keys.flatMap((key) => [key, ...allKeys(key.keys)]);
}

/** Reads the JSON Schema as an editor would: nothing of ours takes part. */
function editorSchema(): z.ZodType {
  return z.fromJSONSchema(JSON.parse(shipped('deploy/config.schema.json')));
}

describe('what is made from the schema of the configuration', () => {
  test('every key says what it means', () => {
    const keys = allKeys();
    assert.ok(keys.length >= 28);
    for (const { path, description } of keys) {
      assert.match(description, /^[A-Z`].{15,}\.$/s, path);
    }
  });

  test('a number says its unit, and a duration its letters', () => {
    const text = JSON.stringify(z.toJSONSchema(configSchema, { io: 'input' }));
    assert.match(text, /"integer"/);
    for (const { path, description, default: value } of allKeys()) {
      if (typeof value === 'number') assert.match(description, /\b(?:MiB|Bytes|Seconds)\b/, path);
      if (/^\d+[smhd]$/.test(String(value))) assert.match(description, /\(?s, m, h, d\)/, path);
    }
  });

  test('a value without a default has an example', () => {
    for (const key of allKeys()) {
      if (key.keys.length === 0) assert.notEqual(key.default ?? key.example, undefined, key.path);
    }
  });

  test('a default is written as it would be printed', () => {
    const encoded = z.encode(configSchema, DEFAULT_CONFIG) as Record<string, object>;
    for (const section of configKeys()) {
      const wanted = section.keys.flatMap(({ name, default: value }) =>
        value === undefined ? [] : [[name, value]],
      );
      const isSection = section.keys.length > 0;
      const asWritten = isSection ? Object.fromEntries(wanted) : section.default;
      assert.deepEqual(encoded[section.name], asWritten);
    }
  });

  test('the example, the JSON Schema and the table are up to date (npm run config-docs)', () => {
    assert.equal(shipped('deploy/config.example.yaml'), exampleConfig());
    assert.deepEqual(
      JSON.parse(shipped('deploy/config.schema.json')),
      JSON.parse(configJsonSchema()),
    );
    const document = shipped('docs/CONFIGURATION.md');
    assert.equal(document, withKeyTable(document));
  });
});

test('what docs/CONFIGURATION.md shows is right', () => {
  const blocks = [...shipped('docs/CONFIGURATION.md').matchAll(/```yaml\n(.*?)```/gs)];
  assert.ok(blocks.length > 0);
  for (const [, text = ''] of blocks) {
    assert.deepEqual(readConfig(configFile(folder, text), {}).problems, []);
  }
});

describe('the example file', () => {
  const text = shipped('deploy/config.example.yaml');

  test('changes nothing as it stands', () => {
    const { config, problems } = readConfig(configFile(folder, text), {});
    assert.deepEqual(problems, []);
    assert.deepEqual(knownKeys(config), knownKeys(DEFAULT_CONFIG));
  });

  test('is right with every key of it in force', () => {
    const full = uncommented(text);
    const { problems } = readConfig(configFile(folder, full), {});
    assert.deepEqual(problems, []);
    const names = new Set([...full.matchAll(/^ *([a-z_]+):/gm)].map(([, name]) => name));
    for (const { name, path } of allKeys()) assert.ok(names.has(name), path);
  });

  test('is right with any single key in force', () => {
    const keys = allKeys().filter((key) => key.path.split('.').length === 2 && !key.keys.length);
    for (const { name } of keys) {
      const one = text.replace(new RegExp(`^  #(?=${name}:)`, 'm'), '  ');
      assert.notEqual(one, text, name);
      assert.deepEqual(readConfig(configFile(folder, one), {}).problems, [], name);
    }
  });

  test('names the schema that lies beside it', () => {
    assert.match(text, /^# yaml-language-server: \$schema=config\.schema\.json\n/);
  });
});

describe('the JSON Schema', () => {
  const editor = editorSchema();

  test('accepts the example, as it stands and with every key in force', () => {
    const text = shipped('deploy/config.example.yaml');
    for (const document of [text, uncommented(text)]) {
      assert.deepEqual(editor.safeParse(parse(document)).error?.issues ?? [], []);
    }
  });

  const bad: Record<string, unknown> = {
    'an unknown key': { logs: {} },
    'an unknown key in a section': { log: { levels: 'info' } },
    'a word that is none of those allowed': { log: { level: 'warn' } },
    'a number out of bounds': { capture: { buffer_mib: 4096 } },
    'a port out of bounds': { capture: { ports: [70_000] } },
    'a duration without a unit': { state: { interval: 60 } },
    'a missing key': { capture: { record: { limit_mib: 5 } } },
  };
  for (const [name, document] of Object.entries(bad)) {
    test(`refuses ${name}`, () => assert.equal(editor.safeParse(document).success, false));
  }
});
