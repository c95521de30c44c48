import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { without } from '../support/installed.js';
import { type RunResult, runCommand } from '../support/run-program.js';

interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** The instructions of each stage; a line that ends in a backslash goes on in the next. */
function stages(text: string): Instruction[][] {
  const found: Instruction[][] = [];
  const whole = text.replaceAll(/^#.*\n/gm, '').replaceAll(/\\\n\s*/g, ' ');
  for (const line of whole.split('\n')) {
    const [, name, rest] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    if (name === undefined || rest === undefined) continue;
    if (name === 'FROM') found.push([]);
    found.at(-1)?.push({ name, rest });
  }
  return found;
}

const text = readFileSync('deploy/docker/Dockerfile', 'utf8');
const [build = [], final = []] = stages(text);
const all = [...build, ...final];
const valuesOf = (stage: readonly Instruction[], name: string) =>
  stage.filter((instruction) => instruction.name === name).map(({ rest }) => rest);

/** What COPY takes from the checkout. */
function copied(stage: readonly Instruction[]): string[] {
  return valuesOf(stage, 'COPY')
    .filter((rest) => !rest.startsWith('--from='))
    .flatMap((rest) => rest.split(' ').slice(0, -1));
}

test('the Dockerfile copies what is there, and .dockerignore lets it through', () => {
  assert.equal(stages(text).length, 2);
  const ignore = readFileSync('.dockerignore', 'utf8').split('\n');
  assert.ok(ignore.includes('*'));
  const through = ignore.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  const sources = [...new Set(copied(all))];
  assert.deepEqual(
    sources.filter((source) => !existsSync(source)),
    [],
  );
  assert.deepEqual(sources.sort(), through.sort());
});

test('the image runs without root, and no right lies on node', () => {
  assert.deepEqual(valuesOf(final, 'USER'), ['sipseer']);
  assert.equal(valuesOf(final, 'HEALTHCHECK').length, 1);
  const granted = all.flatMap(({ rest }) => rest.match(/setcap \S+ \S+/g) ?? []);
  assert.deepEqual(granted, ['setcap cap_net_raw=ep /opt/sipseer/capture/tcpdump']);
  assert.doesNotMatch(valuesOf(final, 'RUN').join(), /libpcap-dev|g\+\+|python3/);
});

test('the build stage, step by step in an empty folder, makes a program that runs', {
  skip: without('npm', 'python3', 'make', 'g++'),
}, async (t) => {
  const root = join(mkdtempSync(join(tmpdir(), 'sipseer-image-')), 'build');
  t.after(() => rmSync(dirname(root), { recursive: true }));
  mkdirSync(root);
  for (const { name, rest } of build) {
    if (name === 'COPY') for (const source of copied([{ name, rest }])) copy(source, root);
    if (name !== 'RUN' || rest.startsWith('apt-get ')) continue;
    const result = await shell(rest, root);
    if (/EAI_AGAIN|ENOTFOUND|ECONNREFUSED|ETIMEDOUT/.test(result.stderr)) {
      return t.skip('the npm registry cannot be reached');
    }
    if (/pcap\.h: No such file/.test(result.stderr)) return t.skip('not installed: libpcap-dev');
    assert.equal(result.code, 0, `${rest}\n${result.stdout}${result.stderr}`);
  }
  for (const source of copied(final)) copy(source, root);
  assert.equal(existsSync(join(root, 'node_modules/typescript')), false);
  const version = await runCommand(process.execPath, [join(root, 'dist/main.js'), '--version']);
  assert.deepEqual([version.code, version.stderr], [0, '']);
  const checked = await runCommand(process.execPath, [
    join(root, 'dist/main.js'),
    'signatures',
    'check',
  ]);
  assert.equal(checked.code, 0, checked.stderr);
});

function copy(source: string, root: string): void {
  cpSync(source, join(root, source), { recursive: true });
}

function shell(command: string, root: string): Promise<RunResult> {
  // The program under test is built for the Node that runs the test.
  const path = `${dirname(process.execPath)}:${process.env.PATH}`;
  const env = { PATH: path, npm_config_prefer_offline: 'true', npm_config_fetch_retries: '1' };
  return runCommand('sh', ['-c', command], { cwd: root, env });
}
