import { spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What one run of set-up did. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Stands in for npm: notes its command, fails as told by NPM_FAILS, else "installs" a compiler. */
const NPM = `
const { appendFileSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const command = process.argv[2];
appendFileSync('npm-calls', command + '\\n');
if (command === 'rebuild' || process.env.NPM_FAILS) {
  console.error(process.env.NPM_FAILS ?? 'npm error gyp: no compiler');
  process.exit(1);
}
setTimeout(() => {
  for (const name of ['cap', 'typescript', 'assemblyscript']) {
    mkdirSync('node_modules/' + name + '/bin', { recursive: true });
    writeFileSync('node_modules/' + name + '/package.json', '{"version":"1.0.0"}');
  }
  writeFileSync('node_modules/typescript/bin/tsc', \`
    const { copyFileSync, mkdirSync, readFileSync } = require('node:fs');
    if (readFileSync('src/main.ts', 'utf8').includes('wrong')) {
      console.log('src/main.ts(1,1): error TS1005: wrong.');
      process.exit(1);
    }
    mkdirSync('dist', { recursive: true });
    copyFileSync('src/main.ts', 'dist/main.js');
  \`);
  writeFileSync('node_modules/assemblyscript/bin/asc.js', \`
    const { copyFileSync, readFileSync } = require('node:fs');
    if (readFileSync('assembly/index.ts', 'utf8').includes('wrong')) {
      console.log('ERROR TS1005: wrong.\\\\n   :\\\\n 1 | wrong\\\\n   └─ in assembly/index.ts(1,1)');
      process.exit(1);
    }
    copyFileSync('assembly/index.ts', 'dist/kernel.wasm');
  \`);
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  delete lock.packages['node_modules/elsewhere'];
  writeFileSync('node_modules/.package-lock.json', JSON.stringify(lock));
}, Number(process.env.NPM_TAKES_MS ?? 0));
`;

/**
 * A small project in a folder of its own, with the real set-up, a stand-in for npm, and a PATH
 * that has compilers (which are never run) but no apt-get, so that nothing outside is touched.
 */
export class SetUpProject {
  readonly root = join(mkdtempSync(join(tmpdir(), 'sipseer set-up ')), 'a project');
  private readonly tools = join(this.root, '../tools');

  constructor() {
    cpSync('deploy', join(this.root, 'deploy'), { recursive: true });
    this.write('package.json', { dependencies: { cap: '1.0.0' } });
    this.write('package-lock.json', {
      packages: {
        '': { dependencies: { cap: '1.0.0' } },
        'node_modules/cap': { version: '1.0.0' },
        'node_modules/typescript': { version: '1.0.0' },
        'node_modules/assemblyscript': { version: '1.0.0' },
        'node_modules/elsewhere': { version: '1.0.0', optional: true, os: ['beos'] },
      },
    });
    this.write('tsconfig.json', {});
    this.write('src/main.ts', 'export {};\n');
    this.write('asconfig.json', {});
    this.write('assembly/index.ts', 'export {};\n');
    this.write('../tools/npm-cli.js', NPM);
    for (const tool of ['python3', 'make', 'g++']) {
      this.write(`../tools/${tool}`, '');
      chmodSync(join(this.tools, tool), 0o755);
    }
  }

  write(path: string, content: string | object): void {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  /** Runs set-up to its end; `env` is all it has besides PATH, HOME and npm. */
  setUp(env: Record<string, string> = {}, ...args: string[]): Promise<Outcome> {
    const child = spawn(process.execPath, [join(this.root, 'deploy/setup.mjs'), ...args], {
      cwd: tmpdir(),
      env: {
        PATH: this.tools,
        HOME: this.root,
        npm_execpath: join(this.tools, 'npm-cli.js'),
        ...env,
      },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    return new Promise((resolve) => {
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    });
  }
}
