import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';

interface Room {
  readonly rooms: readonly string[];
  readonly packages: readonly string[];
}

const PACKET_WAY = ['capture', 'wire', 'sip', 'detect', 'rules', 'incident', 'outputs'];
const BESIDE = ['config', 'documents', 'kernel', 'package-root', 'sensor', 'tables', 'telemetry'];
/** What runs for months round the sensor: interfaces read, state kept, metrics and pages served. */
const LIVE = ['live', 'state', 'metrics', 'http', 'service'];
const OUTSIDE = [...PACKET_WAY, ...BESIDE, ...LIVE, 'selftest'];

/**
 * The house, room by room on the way of the packet: which rooms (or single files) and which
 * packages a room may import besides itself. What is not in the table is not allowed.
 */
const ROOMS: Record<string, Room | undefined> = {
  telemetry: { rooms: [], packages: [] },
  /** Where tables keep their entries must not be foreseen by who sends; no result depends on it. */
  'telemetry/secret': { rooms: [], packages: ['node:crypto'] },
  /** Maps with a limit, for keys that an attacker chooses. */
  tables: { rooms: ['telemetry'], packages: [] },
  capture: {
    rooms: ['telemetry'],
    packages: ['cap', 'node:child_process', 'node:fs', 'node:path', 'node:stream', 'node:zlib'],
  },
  wire: { rooms: ['tables', 'telemetry'], packages: [] },
  /** The WebAssembly that reads heads of messages, and its memory. */
  kernel: { rooms: ['package-root'], packages: ['node:fs', 'node:path'] },
  sip: { rooms: ['kernel', 'wire', 'tables', 'telemetry'], packages: [] },
  'sip/structured': { rooms: ['sip', 'wire', 'telemetry'], packages: ['sip'] },
  detect: { rooms: ['sip', 'wire', 'tables', 'telemetry'], packages: [] },
  rules: {
    rooms: ['documents', 'detect', 'kernel', 'sip', 'wire', 'tables', 'telemetry'],
    packages: ['@eslint-community/regexpp', 'ipaddr.js', 'node:fs', 'node:path', 'yaml', 'zod'],
  },
  /** What the build made of signature files; it is known by hashes. */
  'rules/prepared-signatures': {
    rooms: ['rules'],
    packages: ['node:crypto', 'node:fs', 'node:module', 'node:path'],
  },
  'rules/prepare-signatures': {
    rooms: ['rules'],
    packages: ['node:fs', 'node:path', 'node:util'],
  },
  incident: {
    rooms: ['rules', 'detect', 'sip', 'wire', 'tables', 'telemetry'],
    packages: ['node:crypto'],
  },
  outputs: {
    rooms: ['incident', 'rules', 'documents/duration', 'wire/address', 'telemetry'],
    packages: ['node:fs', 'node:path', 'node:stream', 'node:util'],
  },
  /** YAML documents that people write: read, checked, and their faults told with the line. */
  documents: { rooms: [], packages: ['yaml', 'zod'] },
  config: {
    rooms: [
      'documents',
      'wire/address',
      'wire/trusted-ends',
      'detect/hosts/peer-roles',
      'telemetry',
    ],
    packages: ['ipaddr.js', 'node:fs', 'node:path', 'yaml', 'zod'],
  },
  /** Interfaces: child processes that write capture streams, and who looks after them. */
  live: {
    rooms: ['capture', 'telemetry'],
    packages: ['cap', 'node:child_process', 'node:fs', 'node:os', 'node:path', 'node:url'],
  },
  /** The file that keeps what the sensor knows over a restart. */
  state: { rooms: ['telemetry'], packages: ['node:crypto', 'node:fs', 'node:path'] },
  metrics: {
    rooms: [...PACKET_WAY, ...BESIDE, 'live'],
    packages: ['prom-client', 'node:perf_hooks'],
  },
  http: {
    rooms: [...PACKET_WAY, ...BESIDE, 'live', 'metrics'],
    packages: ['bcryptjs', 'ipaddr.js', 'node:', 'yaml', 'zod'],
  },
  /** `run`: joins the sensor with all that lives round it. */
  service: { rooms: [...PACKET_WAY, ...BESIDE, ...LIVE], packages: ['node:'] },
  /** Joins the rooms. What runs it stands outside them, and nothing imports that. */
  sensor: { rooms: [...PACKET_WAY, 'config', 'telemetry'], packages: [] },
  selftest: { rooms: ['sensor', 'rules', 'wire', 'telemetry'], packages: ['node:net'] },
  'package-root': { rooms: [], packages: ['node:fs', 'node:path', 'node:url'] },
  cli: { rooms: OUTSIDE, packages: ['commander', 'ipaddr.js', 'yaml', 'zod', 'node:'] },
  /** The last step of a build. */
  prepare: { rooms: ['cli', 'rules'], packages: ['node:fs'] },
  main: { rooms: [...OUTSIDE, 'cli'], packages: ['commander', 'node:'] },
};

/** Here time is packet time and a replay gives the same bytes each time; nothing is sent. */
const PURE = new Set(['tables', 'capture', 'wire', 'sip', 'detect', 'rules', 'incident']);
const NOT_PURE = /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b|\bhrtime\b|\bMath\.random\b/;
/** What reads frames, and so might also write them. */
const READERS = new Set(['capture', 'live']);
const NETWORK = /^node:(?:net|dgram|tls|https?|http2)$/;
const ADDRESS_TESTS = /^import \{ (?:isIP(?:v[46])?(?:, )?)+ \} from/;
const VAGUE_NAME = /(?:^|\/|-)(?:utils?|helpers?|common|misc)(?:[-./]|$)/;
const MAX_LINES = 400;

const NO_ROOM: Room = { rooms: [], packages: [] };

/** Source text by path below src/, e.g. `wire/packet.ts`. */
type Tree = ReadonlyMap<string, string>;

/** Everything in a tree that is against the house, one line each. */
function violations(tree: Tree): string[] {
  const found: string[] = [];
  for (const [file, text] of tree) {
    const code = text.replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*/g, '');
    const room = roomOf(file);
    const tell = (what: string) => found.push(`${file}: ${what}`);
    if (text.split('\n').length - 1 > MAX_LINES) tell(`more than ${MAX_LINES} lines`);
    if (VAGUE_NAME.test(file)) tell('a name that says nothing');
    if (ROOMS[room] === undefined) tell(`no room ${room} in the table`);
    if (PURE.has(room) && NOT_PURE.test(code)) tell(`not packet time: ${NOT_PURE.exec(code)?.[0]}`);
    if (READERS.has(room) && /\bsend\b/.test(code)) tell('may transmit: send');
    if (/\b(?:require|import)\((?!')/.test(code)) tell('an import that cannot be read');
    for (const { statement, target } of importsOf(code)) {
      const fault = importFault(file, statement, target);
      if (fault !== undefined) tell(fault);
    }
  }
  return [...found, ...cycles(tree)];
}

/** `wire/packet.ts` is in wire; a file directly in src/ is a room of its own. */
function roomOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : file.replace(/\.ts$/, '');
}

function importsOf(code: string): { statement: string; target: string }[] {
  const pattern =
    /^(?:import|export)\s[^'";]*?from\s+'([^']+)'|^import\s+'([^']+)'|\b(?:import|require)\('([^']+)'\)/gm;
  return [...code.matchAll(pattern)].map((match) => ({
    statement: match[0],
    target: match[1] ?? match[2] ?? match[3] ?? '',
  }));
}

function importFault(file: string, statement: string, target: string): string | undefined {
  const room = roomOf(file);
  const { rooms, packages } = ROOMS[file.replace(/\.ts$/, '')] ?? ROOMS[room] ?? NO_ROOM;
  if (target.startsWith('.')) {
    const path = resolve(file, target).replace(/\.ts$/, '');
    const to = roomOf(path);
    if (to === room || rooms.includes(to) || rooms.includes(path)) return undefined;
    return `${room} imports ${path}`;
  }
  if (PURE.has(room) && NETWORK.test(target) && !ADDRESS_TESTS.test(statement)) {
    return `${room} imports ${target} for more than to tell an address`;
  }
  return packages.some((name) => isPartOf(target, name))
    ? undefined
    : `${room} imports the package ${target}`;
}

/** `node:fs/promises` is part of `node:fs`, and that of `node:`. */
function isPartOf(target: string, name: string): boolean {
  return target === name || target.startsWith(name.endsWith(':') ? name : `${name}/`);
}

function resolve(file: string, target: string): string {
  return normalize(join(dirname(file), target)).replace(/\.js$/, '.ts');
}

/** Files that load each other in a circle. `import type` is erased, so it loads nothing. */
function cycles(tree: Tree): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start !== -1) found.push(`import cycle: ${[...path.slice(start), file].join(' > ')}`);
    if (start !== -1 || done.has(file)) return;
    for (const { statement, target } of importsOf(tree.get(file) ?? '')) {
      const loads = !/^\w+ type /.test(statement);
      if (loads && target.startsWith('.')) visit(resolve(file, target), [...path, file]);
    }
    done.add(file);
  };
  for (const file of tree.keys()) visit(file, []);
  return found;
}

function sourceTree(): Tree {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' });
  return new Map(
    files
      .filter((file) => file.endsWith('.ts'))
      .map((file) => [file, readFileSync(join('src', file), 'utf8')]),
  );
}

test('the source keeps to the house', () => {
  const tree = sourceTree();
  assert.ok(tree.size > 50, 'the tree was read');
  const imports = [...tree.values()].flatMap((text) => importsOf(text));
  assert.ok(imports.length > tree.size, 'its imports were read');
  assert.deepEqual(violations(tree), []);
});

/** One file against the house, and what the check must say of it. */
const BAD: readonly (readonly [file: string, text: string, says: string])[] = [
  ['wire/a.ts', "import { b } from '../sip/b.js';", 'wire/a.ts: wire imports sip/b'],
  ['sip/a.ts', "import type { B } from '../rules/b.js';", 'sip/a.ts: sip imports rules/b'],
  ['rules/a.ts', "export { b } from '../incident/b.js';", 'rules/a.ts: rules imports incident/b'],
  ['detect/a.ts', "import {\n  b,\n} from '../sensor.js';", 'detect/a.ts: detect imports sensor'],
  ['outputs/a.ts', "import { b } from '../wire/tcp.js';", 'outputs/a.ts: outputs imports wire/tcp'],
  ['sensor.ts', "import { b } from './cli/b.js';", 'sensor.ts: sensor imports cli/b'],
  ['cli/a.ts', "import '../main.js';", 'cli/a.ts: cli imports main'],
  [
    'incident/a.ts',
    "import { c } from '../config/c.js';",
    'incident/a.ts: incident imports config/c',
  ],
  ['telemetry/a.ts', "await import('../wire/b.js');", 'telemetry/a.ts: telemetry imports wire/b'],
  ['sip/a.ts', "import sip from 'sip';", 'sip/a.ts: sip imports the package sip'],
  ['cli/a.ts', "import cap from 'cap';", 'cli/a.ts: cli imports the package cap'],
  ['detect/a.ts', "import { z } from 'zod';", 'detect/a.ts: detect imports the package zod'],
  [
    'wire/a.ts',
    "import { connect } from 'node:net';",
    'wire/a.ts: wire imports node:net for more than to tell an address',
  ],
  ['cli/a.ts', 'const a = await import(name);', 'cli/a.ts: an import that cannot be read'],
  ['sip/a.ts', 'const a = Date.now();', 'sip/a.ts: not packet time: Date.now'],
  ['rules/a.ts', 'const a = new Date();', 'rules/a.ts: not packet time: new Date()'],
  ['capture/a.ts', 'cap.send(frame, length);', 'capture/a.ts: may transmit: send'],
  ['live/a.ts', 'cap.send(frame, length);', 'live/a.ts: may transmit: send'],
  ['sip/a.ts', '\n'.repeat(401), 'sip/a.ts: more than 400 lines'],
  ['sip/string-utils.ts', '', 'sip/string-utils.ts: a name that says nothing'],
  [
    'common/a.ts',
    '',
    'common/a.ts: a name that says nothing\ncommon/a.ts: no room common in the table',
  ],
];

for (const [file, text, says] of BAD) {
  test(`the check finds: ${says.split('\n')[0]}`, () => {
    assert.equal(violations(new Map([[file, text]])).join('\n'), says);
  });
}

test('the check finds a circle of imports', () => {
  const tree = new Map([
    ['sip/a.ts', "import { b } from './b.js';"],
    ['sip/b.ts', "import { c } from './c.js';"],
    ['sip/c.ts', "import { type A, a } from './a.js';"],
    ['sip/d.ts', "import { e } from './e.js';"],
    ['sip/e.ts', "import type { D } from './d.js';"],
  ]);
  assert.deepEqual(violations(tree), ['import cycle: sip/a.ts > sip/b.ts > sip/c.ts > sip/a.ts']);
});

test('the check is quiet about what is allowed', () => {
  const tree = new Map([
    ['wire/a.ts', "import { Hasher } from '../tables/hash.js';\n// Date.now() only in words"],
    ['sip/structured.ts', "import sip from 'sip';\nimport { a } from '../wire/a.js';"],
    ['outputs/a.ts', "import { text } from '../wire/address.js';\nconst a = Date.now();"],
    ['main.ts', "import { run } from './cli/run.js';\nimport { Command } from 'commander';"],
    ['capture/a.ts', "import { open } from 'node:fs/promises';\nconst at = new Date(seconds);"],
  ]);
  assert.deepEqual(violations(tree), []);
});
