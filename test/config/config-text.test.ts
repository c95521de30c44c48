import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import { type Config, DEFAULT_CONFIG } from '../../src/config/config.js';
import { keyTree } from '../../src/config/config-keys.js';
import { configSchema } from '../../src/config/config-schema.js';
import { effectiveConfig, keyLines } from '../../src/config/config-text.js';
import { readConfig } from '../../src/config/read-config.js';
import { TUNNEL_NAMES } from '../../src/config/tunnel-names.js';
import { configFile, knownKeys } from '../support/config-files.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();

describe('the configuration that holds, as text', () => {
  test('every key of the defaults is marked as such', () => {
    const lines = effectiveConfig(DEFAULT_CONFIG).trimEnd().split('\n');
    const values = lines.filter((line) => !/^[a-z]+:$/.test(line));
    assert.ok(values.length >= 20);
    for (const line of values) assert.match(line, / {2}# default$/);
    assert.ok(lines.includes('  ports: [5060, 5061]  # default'));
    assert.ok(lines.includes('  # filter: not set  # default'));
  });

  test('what differs from the default is not marked', () => {
    const text = effectiveConfig({
      ...DEFAULT_CONFIG,
      state: { directory: '/a b', interval: 90 },
    });
    assert.match(text, /^ {2}directory: \/a b\n {2}interval: 90s$/m);
  });

  test('what came from the environment is masked, and not even said to be the default', () => {
    const config: Config = {
      ...DEFAULT_CONFIG,
      log: { level: 'info', format: 'text' },
      capture: { ...DEFAULT_CONFIG.capture, interfaces: ['sesame'] },
    };
    const text = effectiveConfig(config, new Set(['capture.interfaces.0', 'log.level']));
    assert.ok(!text.includes('sesame'));
    assert.match(text, /^ {2}interfaces: "\*{8}"$/m);
    assert.match(text, /^ {2}level: "\*{8}"$/m);
    assert.match(text, /^ {2}format: text {2}# default$/m);
  });

  test('a key whose name only begins like a masked one is shown', () => {
    const text = effectiveConfig(DEFAULT_CONFIG, new Set(['log.lev', 'log.levels']));
    assert.match(text, /^ {2}level: info {2}# default$/m);
  });

  test('a key that the schema calls secret is masked wherever it came from', () => {
    const schema = z.strictObject({
      open: z.string().default('a'),
      password: z.string().default('sesame').meta({ secret: true }),
      login: z.strictObject({ token: z.string().meta({ secret: true }) }).optional(),
    });
    const values = { open: 'a', password: 'sesame', login: { token: 'sesame' } };
    assert.equal(
      keyLines(keyTree(schema), values, [], '').join(''),
      'open: a  # default\npassword: "********"\nlogin:\n  token: "********"\n',
    );
  });

  test('is read again as the same configuration', () => {
    fc.assert(
      fc.property(written, (document) => {
        const config = configSchema.parse(document);
        assert.doesNotMatch(effectiveConfig(config), /[^\n -~é]/);
        const { config: again, problems } = readConfig(
          configFile(folder, effectiveConfig(config)),
          {},
        );
        assert.deepEqual(problems.join('\n'), '');
        assert.deepEqual(knownKeys(again), knownKeys(config));
      }),
      { numRuns: 200 },
    );
  });
});

/** Texts that YAML could take for something else. Absolute: else they would change with the folder. */
const path = fc
  .oneof(
    fc.constantFrom('a b', 'true', '5', '# x', 'a: b', 'a, b', '"', "'", '*a', '- a', '[a'),
    fc.constantFrom('\n', '\\n', '\x1b[2J', '\x85', '\u{e0041}', 'é\u2028', '\u200f'),
    fc.constantFrom('$$', `\${A}`, `$\${A}`, `$$\${`),
    fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 }),
  )
  .map((text) => `/${text.replaceAll(/[./]/g, '_')}`);

const written = fc.record(
  {
    capture: fc.record(
      {
        ports: fc.oneof(
          fc.constant('any'),
          fc.array(fc.integer({ min: 1, max: 65_535 }), { minLength: 1, maxLength: 9 }),
        ),
        tunnels: fc.oneof(
          fc.constantFrom('all', 'none'),
          fc.subarray([...TUNNEL_NAMES], { minLength: 1 }),
        ),
        media_ports: fc.array(fc.integer({ min: 1, max: 65_535 }), { maxLength: 9 }),
        trusted_tunnels: fc.subarray(['private', '192.0.2.0/24', '2001:db8::/32']),
        filter: fc.constantFrom('port 5060', 'host ::1', 'udp[8:4] = 0x53495020 # x', 'true'),
        record: fc.record({ file: path.map((file) => `${file}.pcapng`) }),
      },
      { requiredKeys: [] },
    ),
    peers: fc.array(
      fc.record(
        {
          addresses: fc.subarray(['private', '192.0.2.0/24', '2001:db8::/32'], { minLength: 1 }),
          role: fc.constantFrom('registrar', 'trunk', 'auditor'),
          name: fc.constantFrom('a b', 'true', '5', '# x', '"', '[a', 'é'),
          trusted: fc.boolean(),
        },
        { requiredKeys: ['addresses', 'role'] },
      ),
      { maxLength: 3 },
    ),
    trusted_hops: fc.subarray(['192.0.2.20', '2001:db8::/32']),
    numbers: fc.record(
      {
        country_code: fc.constantFrom(1, 44, 49),
        outside_prefixes: fc.subarray(['0', '9', '*9']),
      },
      { requiredKeys: [] },
    ),
    signatures: fc.record({ folders: fc.array(path, { maxLength: 3 }) }),
    events: fc.record({ file: path }, { requiredKeys: [] }),
    state: fc.record({
      interval: fc.constantFrom('1s', '90s', '1.25s', '1500ms', '1d', '90m', '61.5m'),
    }),
  },
  { requiredKeys: [] },
);
