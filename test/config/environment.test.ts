import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { fillFromEnvironment } from '../../src/config/environment.js';
import { readConfig } from '../../src/config/read-config.js';
import { configFile } from '../support/config-files.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const schema = z.strictObject({
  text: z.string(),
  number: z.int().default(1),
  flag: z.boolean().optional(),
  list: z.array(z.union([z.int(), z.string()])),
});

function fill(data: unknown, environment: Record<string, string>) {
  const problems: string[] = [];
  const paths: string[] = [];
  const value = fillFromEnvironment(
    data,
    schema,
    environment,
    (path, message) => problems.push(`${path.join('/')} ${message}`),
    (path) => paths.push(path.join('/')),
  );
  return { value, problems, paths };
}

describe('values from the environment', () => {
  test('stand alone or inside a text, and are noted with their path', () => {
    const { value, problems, paths } = fill(
      { text: `a \${A}\${B}.`, list: [`\${A}`, 'plain', '$A {A}'] },
      { A: 'x', B: 'y' },
    );
    assert.deepEqual(value, { text: 'a xy.', list: ['x', 'plain', '$A {A}'] });
    assert.deepEqual(problems, []);
    assert.deepEqual([...new Set(paths)], ['text', 'list/0']);
  });

  test('become numbers, true or false only where the schema wants them', () => {
    const environment = { N: '64', T: 'true' };
    const { value } = fill(
      { text: `\${N}`, number: `\${N}`, flag: `\${T}`, list: [`\${N}`, `x\${N}`] },
      environment,
    );
    assert.deepEqual(value, { text: '64', number: 64, flag: true, list: [64, 'x64'] });
    assert.deepEqual(fill({ number: `6\${N}` }, environment).value, { number: '664' });
    assert.deepEqual(fill({ number: `\${T}`, flag: `\${N}` }, environment).value, {
      number: 'true',
      flag: '64',
    });
  });

  test('bring no keys, no entries and no further values with them', () => {
    const key = `\${A}`;
    const { value } = fill(
      { text: `\${A}`, list: [`\${B}`], [key]: 1 },
      { A: `\${B}: {a: b}`, B: '[1, 2]\n- 3' },
    );
    assert.deepEqual(value, { text: `\${B}: {a: b}`, list: ['[1, 2]\n- 3'], [key]: 1 });
  });

  test('that are empty are values; that are missing are errors, each told once', () => {
    assert.deepEqual(fill({ text: `\${A}` }, { A: '' }).value, { text: '' });
    const { problems } = fill({ text: `\${A}\${A}\${toString}`, number: `\${B-1}` }, {});
    assert.deepEqual(problems, [
      'text text: the environment has no A; set it, or write the value itself',
      'text text: the environment has no toString; set it, or write the value itself',
      `number number: write \${NAME}, with letters, digits and _; or $\${ for a plain \${`,
    ]);
  });

  test(`$\${ is a plain \${`, () => {
    const { value, problems, paths } = fill({ text: `$\${A} \${A} $$\${A}` }, { A: 'x' });
    assert.deepEqual(value, { text: `\${A} x $\${A}` });
    assert.deepEqual([problems, paths], [[], ['text']]);
  });

  test('data that leads back to itself is left alone', () => {
    const circle: Record<string, unknown> = { text: `\${A}` };
    circle.list = [circle];
    assert.deepEqual((fill(circle, { A: 'x' }).value as { text: string }).text, 'x');
  });

  test('fill a file, and a wrong value names the key and not the value', () => {
    const folder = temporaryFolder();
    const file = configFile(folder, `capture:\n  buffer_mib: \${MIB}\nlog:\n  level: \${LEVEL}\n`);
    const good = readConfig(file, { MIB: '64', LEVEL: 'debug' });
    assert.deepEqual(good.problems, []);
    assert.equal(good.config.capture.buffer_mib, 64);
    assert.deepEqual([...good.fromEnvironment], ['capture.buffer_mib', 'log.level']);
    const bad = readConfig(file, { MIB: 'sesame', LEVEL: 'sesame' });
    assert.deepEqual(
      bad.problems.map(({ line, message }) => `${line}: ${message}`),
      [
        '2: capture.buffer_mib: give a number without quotes',
        '4: log.level: give one of error, warning, info, debug',
      ],
    );
  });
});
