import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { buildIsStale, removeOrphans } from '../deploy/setup/build.mjs';
import { packagesAreMissing, whyNpmFailed } from '../deploy/setup/packages.mjs';
import { SetUpProject } from './support/set-up-project.js';

interface LockFile {
  readonly packages: Record<string, { hasInstallScript?: boolean }>;
}

interface Manifest {
  readonly allowScripts: Record<string, boolean>;
  readonly engines: { readonly node: string };
}

function project(t: TestContext): SetUpProject {
  const made = new SetUpProject();
  t.after(() => rmSync(dirname(made.root), { recursive: true }));
  return made;
}

describe('what is committed', () => {
  const lockText = readFileSync('package-lock.json', 'utf8');
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;

  test('the lock file names no registry', () => {
    assert.doesNotMatch(lockText, /"resolved"/);
  });

  test('every package with an install script is allowed to run it, and no other', () => {
    const { packages } = JSON.parse(lockText) as LockFile;
    // By name and not by version: npm takes a version only from a "resolved" address.
    const scripted = Object.entries(packages)
      .filter(([, entry]) => entry.hasInstallScript)
      .map(([path]) => path.replace(/.*node_modules\//, ''));
    assert.deepEqual(scripted, Object.keys(manifest.allowScripts));
  });

  test('set-up asks for the Node that package.json asks for', () => {
    assert.equal(manifest.engines.node, '>=20.20.0');
    assert.match(readFileSync('deploy/setup.mjs', 'utf8'), /major < 20 .* minor < 20/);
  });
});

describe('set-up', () => {
  test('installs and builds a fresh clone, then has nothing to say', async (t) => {
    const fresh = project(t);
    const first = await fresh.setUp();
    assert.equal(first.code, 0, first.stderr);
    const steps =
      /^setup: npm packages \.\.\. \d+\.\d s\nsetup: build \.\.\. .*\nsetup: kernel \.\.\. /;
    assert.match(first.stderr, steps);
    assert.match(first.stderr, /replay is ready; live capture is not: .*npm run setup/);
    assert.equal(first.stdout, '');
    assert.ok(existsSync(join(fresh.root, 'dist/main.js')));
    assert.ok(existsSync(join(fresh.root, 'dist/kernel.wasm')));
    assert.deepEqual(await fresh.setUp(), { code: 0, stdout: '', stderr: '' });
    const retried = await fresh.setUp({}, '--retry');
    assert.match(retried.stderr, /live capture is not/);
  });

  test('builds again when a source has changed, and not when only its time has', async (t) => {
    const built = project(t);
    await built.setUp();
    built.write('src/main.ts', built.read('src/main.ts'));
    assert.equal((await built.setUp()).stderr, '');
    built.write('src/main.ts', 'export const changed = 1;\n');
    assert.match((await built.setUp()).stderr, /^setup: build \.\.\. \d+\.\d s\n$/);
    assert.equal(built.read('dist/main.js'), 'export const changed = 1;\n');
  });

  test('a build that fails says where, fails again next time, and is mended', async (t) => {
    const broken = project(t);
    broken.write('src/main.ts', 'wrong');
    for (let i = 0; i < 2; i++) {
      const { code, stderr } = await broken.setUp();
      assert.equal(code, 1);
      assert.match(stderr, /the build failed:\nsrc\/main\.ts\(1,1\): error TS1005/);
    }
    broken.write('src/main.ts', 'export {};');
    assert.equal((await broken.setUp()).code, 0);
  });

  test('the kernel is compiled again when its source has changed, and only then', async (t) => {
    const built = project(t);
    await built.setUp();
    built.write('assembly/index.ts', 'wrong');
    for (let i = 0; i < 2; i++) {
      const { code, stderr } = await built.setUp();
      assert.equal(code, 1);
      assert.match(stderr, /did not compile:\nassembly\/index\.ts\(1,1\): TS1005: wrong\.\n$/);
    }
    built.write('assembly/index.ts', 'other');
    assert.match((await built.setUp()).stderr, /^setup: kernel \.\.\. \d+\.\d s\n$/);
    assert.equal(built.read('dist/kernel.wasm'), 'other');
    assert.equal((await built.setUp()).stderr, '');
    rmSync(join(built.root, 'dist/kernel.wasm'));
    assert.match((await built.setUp()).stderr, /^setup: kernel/);
  });

  test('signatures are read again when one has changed, and a failure stops nothing', async (t) => {
    const built = project(t);
    await built.setUp();
    const program = "require('node:fs').writeFileSync(__dirname + '/signatures.json', '{}');\n";
    built.write('dist/prepare.js', program);
    for (const text of ['one', 'another']) {
      built.write('signatures/tools/a.yaml', text);
      assert.match((await built.setUp()).stderr, /^setup: signatures \.\.\. \d+\.\d s\n$/);
      assert.equal(built.read('dist/signatures.json'), '{}');
      assert.equal((await built.setUp()).stderr, '');
    }
    built.write('dist/prepare.js', 'process.exit(1);\n');
    built.write('signatures/tools/a.yaml', 'a third');
    const { code, stderr } = await built.setUp();
    assert.equal(code, 0);
    assert.match(stderr, /^setup: signatures \.\.\. failed after \d+\.\d s\n$/);
  });

  test('without a network: one line, exit code 1', async (t) => {
    const offline = project(t);
    const { code, stderr } = await offline.setUp({ NPM_FAILS: 'npm error code EAI_AGAIN' });
    assert.equal(code, 1);
    assert.match(stderr, /\nsetup: the npm registry cannot be reached: .*\n$/);
    assert.equal(stderr.split('\n').length, 3);
    assert.match(offline.read('setup.log'), /EAI_AGAIN/);
  });

  test('an install that was interrupted is done again', async (t) => {
    const cut = project(t);
    await cut.setUp();
    rmSync(join(cut.root, 'node_modules/.package-lock.json'));
    assert.match((await cut.setUp()).stderr, /^setup: npm packages/);
  });

  test('two at once install once', async (t) => {
    const shared = project(t);
    const both = await Promise.all([
      shared.setUp({ NPM_TAKES_MS: '600' }),
      shared.setUp({ NPM_TAKES_MS: '600' }),
    ]);
    assert.deepEqual(
      both.map(({ code }) => code),
      [0, 0],
    );
    assert.equal(shared.read('npm-calls').match(/^ci$/gm)?.length, 1);
    assert.equal(existsSync(join(shared.root, '.setup.lock')), false);
  });

  test('the lock of a process that is gone is taken over', async (t) => {
    const left = project(t);
    const gone = spawnSync(process.execPath, ['-e', '0']).pid;
    left.write('.setup.lock', `${hostname()} ${gone}`);
    assert.equal((await left.setUp()).code, 0);
  });

  test('a package.json ahead of its lock file is mended by hand in CI, else by npm', async (t) => {
    const ahead = project(t);
    ahead.write('package.json', { dependencies: { cap: '1.0.0', yaml: '^2' } });
    const inCi = await ahead.setUp({ CI: 'true' });
    assert.equal(inCi.code, 1);
    assert.match(inCi.stderr, /do not agree: run `npm install`/);
    await ahead.setUp();
    assert.match(ahead.read('npm-calls'), /^install$/m);
  });
});

describe('what set-up looks at', () => {
  test('packages: absent, another version, a folder gone, one for another system', async (t) => {
    const { root, write } = await installed(t);
    assert.equal(packagesAreMissing(root), false);
    rmSync(join(root, 'node_modules/typescript'), { recursive: true });
    assert.equal(packagesAreMissing(root), true);
    write('node_modules/typescript/package.json', '{}');
    assert.equal(packagesAreMissing(root), false);
    const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
    write('package-lock.json', lock.replace('"version":"1.0.0"', '"version":"1.0.1"'));
    assert.equal(packagesAreMissing(root), true);
    write('package-lock.json', lock.replace('beos', process.platform));
    assert.equal(packagesAreMissing(root), true);
  });

  test('build: a compiled file gone, the compiler changed', async (t) => {
    const { root, write } = await installed(t);
    assert.equal(buildIsStale(root), false);
    write('node_modules/typescript/package.json', '{"version":"2.0.0"}');
    assert.equal(buildIsStale(root), true);
    write('node_modules/typescript/package.json', '{"version":"1.0.0"}');
    assert.equal(buildIsStale(root), false);
    rmSync(join(root, 'dist/main.js'));
    assert.equal(buildIsStale(root), true);
  });

  test('compiled files without a source are removed', async (t) => {
    const { root, write } = await installed(t);
    write('dist/cli/gone.js', '');
    removeOrphans(join(root, 'dist'), join(root, 'src'));
    assert.equal(existsSync(join(root, 'dist/cli/gone.js')), false);
    assert.equal(existsSync(join(root, 'dist/main.js')), true);
  });

  test('npm’s reasons are told in one line', () => {
    const notFound = 'npm error code E404\nnpm error 404 Not Found - GET /x\nnpm error 404 more';
    assert.equal(whyNpmFailed(notFound), 'npm failed: 404 Not Found - GET /x');
    assert.match(whyNpmFailed('npm error code EACCES\nnpm error syscall mkdir'), /may not write/);
    assert.match(whyNpmFailed('npm ERR! code ENOSPC'), /disk is full/);
    assert.match(whyNpmFailed('spawn npm ENOENT'), /not installed/);
    assert.match(whyNpmFailed(''), /no reason given/);
  });
});

async function installed(t: TestContext) {
  const made = project(t);
  assert.equal((await made.setUp()).code, 0);
  const write = (path: string, content: string) => made.write(path, content);
  return { root: made.root, write };
}
