import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { DEFAULT_CONFIG } from '../../src/config/config.js';
import { type ReadConfig, readConfig } from '../../src/config/read-config.js';
import { TUNNEL_NAMES } from '../../src/config/tunnel-names.js';
import { DEFAULT_DIAL_PLAN } from '../../src/detect/numbers/dial-plan.js';
import { configFile, knownKeys } from '../support/config-files.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();

function read(text: string | Uint8Array, environment: Record<string, string> = {}): ReadConfig {
  return readConfig(configFile(folder, text), environment);
}

function problemsOf(text: string | Uint8Array): string[] {
  return read(text).problems.map(({ line, message }) => `${line}: ${message}`);
}

describe('a configuration that is right', () => {
  const sameAsDefault: Record<string, string> = {
    'an empty file': '',
    'comments alone': '# capture:\n#   interfaces: [eth0]\n',
    'sections whose keys are all commented out': 'capture:\n  # backend: cap\nweb:\nlog: {}\n',
    'a byte order mark': '\ufefflog:\n  level: info\n',
  };
  for (const [name, text] of Object.entries(sameAsDefault)) {
    test(`${name}: the defaults hold`, () => {
      const { config, problems } = read(text);
      assert.deepEqual(problems, []);
      assert.deepEqual(knownKeys(config), knownKeys(DEFAULT_CONFIG));
    });
  }

  test('the defaults are those of the documentation', () => {
    assert.deepEqual(knownKeys(DEFAULT_CONFIG), {
      capture: {
        interfaces: [],
        backend: 'cap',
        ports: new Set([5060, 5061]),
        tunnels: [...TUNNEL_NAMES],
        trusted_tunnels: ['private'],
        media_ports: new Set(),
        buffer_mib: 128,
        snap_length: 16_300,
        promiscuous: true,
      },
      signatures: { folders: [], disabled: [] },
      numbers: {
        international_prefixes: [...DEFAULT_DIAL_PLAN.internationalPrefixes],
        national_prefix: DEFAULT_DIAL_PLAN.nationalPrefix,
        outside_prefixes: [...DEFAULT_DIAL_PLAN.outsidePrefixes],
      },
      peers: [],
      trusted_hops: [],
      events: {},
      log: { level: 'info', format: 'text' },
      state: { interval: 60 },
      visibility: { silence: 600 },
      web: {
        listen_addresses: ['127.0.0.1:15060'],
        telemetry_path: '/metrics',
        enable_lifecycle: false,
      },
    });
  });

  test('every key is read: durations as seconds, ports as a set, paths from its folder', () => {
    const { config, problems } = read(`
capture:
  interfaces: [eth1, any0, "br-lan.7"]
  backend: tcpdump
  ports: [5060, "5070-5072", "6000"]
  tunnels: [vxlan, gre, vxlan]
  trusted_tunnels: [private, 192.0.2.1, "2001:db8::/32"]
  filter: " host 192.0.2.1 "
  buffer_mib: 2048
  snap_length: 256
  promiscuous: false
  record: { file: rec/x.pcapng, limit_mib: 7 }
signatures: { folders: [mine, /srv/theirs], disabled: [SIP-TOOL-001] }
numbers: { country_code: 44, international_prefixes: ["00"], national_prefix: "", outside_prefixes: ["*9"] }
peers:
  - { addresses: [192.0.2.0/28], role: trunk, name: " carrier ", trusted: true }
  - { addresses: [private], role: phone }
trusted_hops: [192.0.2.20]
events: { file: ../events.jsonl }
log: { level: debug, format: json }
state: { directory: ., interval: 1.5m }
visibility: { silence: 2h }
web:
  listen_addresses: ["[::1]:0", "localhost:9"]
  telemetry_path: /a/b
  config_file: web.yml
  enable_lifecycle: true
`);
    assert.deepEqual(problems, []);
    assert.deepEqual(config, {
      capture: {
        interfaces: ['eth1', 'any0', 'br-lan.7'],
        backend: 'tcpdump',
        ports: new Set([5060, 5070, 5071, 5072, 6000]),
        tunnels: ['gre', 'vxlan'],
        trusted_tunnels: ['private', '192.0.2.1', '2001:db8::/32'],
        media_ports: new Set(),
        filter: 'host 192.0.2.1',
        buffer_mib: 2048,
        snap_length: 256,
        promiscuous: false,
        record: { file: join(folder, 'rec/x.pcapng'), limit_mib: 7 },
      },
      signatures: { folders: [join(folder, 'mine'), '/srv/theirs'], disabled: ['SIP-TOOL-001'] },
      numbers: {
        country_code: 44,
        international_prefixes: ['00'],
        national_prefix: '',
        outside_prefixes: ['*9'],
      },
      peers: [
        { addresses: ['192.0.2.0/28'], role: 'trunk', name: 'carrier', trusted: true },
        { addresses: ['private'], role: 'phone' },
      ],
      trusted_hops: ['192.0.2.20'],
      events: { file: join(folder, '../events.jsonl') },
      log: { level: 'debug', format: 'json' },
      state: { directory: folder, interval: 90 },
      visibility: { silence: 7200 },
      web: {
        listen_addresses: ['[::1]:0', 'localhost:9'],
        telemetry_path: '/a/b',
        config_file: join(folder, 'web.yml'),
        enable_lifecycle: true,
      },
    });
  });

  test('any port is no set, and an empty list of addresses is no server', () => {
    const { config } = read('capture: { ports: any }\nweb: { listen_addresses: [] }\n');
    assert.equal(config.capture.ports, undefined);
    assert.deepEqual(config.web.listen_addresses, []);
  });

  test('tunnels are all, none or some, and so are their ends', () => {
    const all = read('capture: { tunnels: all, trusted_tunnels: [] }').config.capture;
    assert.deepEqual([all.tunnels, all.trusted_tunnels], [[...TUNNEL_NAMES], []]);
    assert.deepEqual(read('capture: { tunnels: none }').config.capture.tunnels, []);
  });

  test('the line of a key is known, and of one that is not there the line above it', () => {
    const { lineOf } = read('log:\n  level: info\nweb:\n  listen_addresses:\n    - :1\n    - :2\n');
    assert.equal(lineOf(['log', 'level']), 2);
    assert.equal(lineOf(['web', 'listen_addresses', 1]), 6);
    assert.equal(lineOf(['web', 'config_file']), 3);
    assert.equal(lineOf(['state', 'directory']), 1);
  });
});

/** What is written, and all that is said of it: `line: message`. */
const BAD: readonly (readonly [text: string, ...says: string[]])[] = [
  ['nonsense', '1: the file: give keys with their values below it'],
  ['- a\n- b', '1: the file: give keys with their values below it'],
  ['capture: eth0', '1: capture: give keys with their values below it'],
  [
    'logs: {}\nlisten_addresses: []\nxyzzy: 1',
    '1: unknown key "logs" (did you mean "log"?); remove it or correct it',
    '2: unknown key "listen_addresses" (it belongs below "web"); remove it or correct it',
    '3: unknown key "xyzzy"; remove it or correct it',
  ],
  [
    'log:\n  file: x',
    '2: unknown key "file" (it belongs below "capture.record" or below "events"); remove it or correct it',
  ],
  [
    'capture:\n  snap_len: 5',
    '2: unknown key "snap_len" (did you mean "snap_length"?); remove it or correct it',
  ],
  [
    'capture:\n  backend: cap\n  backend: tcpdump',
    '3: this key is there twice; remove one of them',
  ],
  ['capture:\n  interfaces: eth0', '2: capture.interfaces: give a list, such as [one, two]'],
  [
    'capture:\n  interfaces:\n    - eth0\n    - 5\n',
    '4: capture.interfaces.1: give a text; put the value in quotes if it is meant as text',
  ],
  [
    'capture:\n  interfaces:\n    - ""\n    - abcdefghijklmnop\n    - "-w"\n    - "a b"\n    - a/b\n    - ..\n    - "a\\x01"\n    - "äääääääö"',
    '3: capture.interfaces.0: an interface has a name, such as eth1',
    '4: capture.interfaces.1: the name of an interface has at most 15 bytes',
    '5: capture.interfaces.2: the name of an interface does not begin with -',
    '6: capture.interfaces.3: the name of an interface has no slash, colon, white space or control character',
    '7: capture.interfaces.4: the name of an interface has no slash, colon, white space or control character',
    '8: capture.interfaces.5: the name of an interface has no slash, colon, white space or control character',
    '9: capture.interfaces.6: the name of an interface has no slash, colon, white space or control character',
    '10: capture.interfaces.7: the name of an interface has at most 15 bytes',
  ],
  [
    'capture:\n  interfaces:\n    - any\n    - eth0\n    - eth0',
    '3: capture.interfaces.0: any reads all interfaces: name it alone',
    '5: capture.interfaces.2: is there twice; remove one',
  ],
  [
    'capture: { interfaces: [a, b, c, d, e, f, g, h, i] }',
    '1: capture.interfaces: the list must have at most 8 entries',
  ],
  [
    'capture: { backend: pcap }',
    '1: capture.backend: give one of cap, tcpdump (did you mean "cap"?)',
  ],
  [
    'capture:\n  ports: all',
    '2: capture.ports: give a list of ports and ranges, such as [5060, "5070-5080"], or any',
  ],
  [
    'capture:\n  ports: 5060',
    '2: capture.ports: give a list of ports and ranges, such as [5060, "5070-5080"], or any',
  ],
  ['capture:\n  ports: []', '2: capture.ports: the list must have at least 1 entry'],
  [
    'capture:\n  ports:\n    - 0\n    - 65536\n    - 5060.5\n    - 5070-5060\n    - "1-65536"\n    - sip\n    - [1]',
    '3: capture.ports.0: must be at least 1',
    '4: capture.ports.1: must be at most 65535',
    '5: capture.ports.2: give a port from 1 to 65535, or a range such as "5070-5080"',
    '6: capture.ports.3: give a port from 1 to 65535, or a range such as "5070-5080"',
    '7: capture.ports.4: give a port from 1 to 65535, or a range such as "5070-5080"',
    '8: capture.ports.5: give a port from 1 to 65535, or a range such as "5070-5080"',
    '9: capture.ports.6: give a port from 1 to 65535, or a range such as "5070-5080"',
  ],
  [
    'capture:\n  tunnels: ERSPAN',
    `2: capture.tunnels: give all, none, or a list of these: ${TUNNEL_NAMES.join(', ')}`,
  ],
  ['capture: { tunnels: [] }', '1: capture.tunnels: the list must have at least 1 entry'],
  [
    'capture:\n  tunnels:\n    - gre\n    - vlan',
    `4: capture.tunnels.1: give one of ${TUNNEL_NAMES.join(', ')} (did you mean "vxlan"?)`,
  ],
  [
    'peers:\n  - { addresses: [10.0.0.1/8], role: boss }\n  - { addresses: [], role: phone, name: "a\\nb" }\ntrusted_hops: [proxy.example]',
    '2: peers.0.addresses.0: 10.0.0.1/8 has more bits than /8 keeps; write 10.0.0.0/8',
    '2: peers.0.role: give one of registrar, proxy, trunk, monitor, phone, paging, dialler, auditor',
    '3: peers.1.addresses: the list must have at least 1 entry',
    '3: peers.1.name: a name is one line of text',
    '4: trusted_hops.0: give private, an address, or a network such as 192.0.2.0/24 or 2001:db8::/32',
  ],
  [
    'capture:\n  trusted_tunnels:\n    - private\n    - 10.1.2.3/8\n    - lan',
    '4: capture.trusted_tunnels.1: 10.1.2.3/8 has more bits than /8 keeps; write 10.0.0.0/8',
    '5: capture.trusted_tunnels.2: give private, an address, or a network such as 192.0.2.0/24 or 2001:db8::/32',
  ],
  ['capture:\n  filter:', '2: capture.filter: has no value; give one, or remove the line'],
  ['capture: { filter: " " }', '1: capture.filter: is empty; give a text'],
  [
    'capture: { filter: "-w /etc/passwd" }',
    '1: capture.filter: a filter is one line and does not begin with -',
  ],
  [
    'capture: { filter: "port 1\\nport 2" }',
    '1: capture.filter: a filter is one line and does not begin with -',
  ],
  [
    'capture:\n  buffer_mib: 0\n  snap_length: 255',
    '2: capture.buffer_mib: must be at least 1',
    '3: capture.snap_length: must be at least 256',
  ],
  [
    'capture:\n  buffer_mib: 2049\n  snap_length: 262145\n  promiscuous: yes',
    '2: capture.buffer_mib: must be at most 2048',
    '3: capture.snap_length: must be at most 262144',
    '4: capture.promiscuous: give true or false',
  ],
  ['capture: { buffer_mib: "64" }', '1: capture.buffer_mib: give a number without quotes'],
  ['capture:\n  record: {}', '2: capture.record.file: is missing; add it'],
  ['capture:\n  record:', '2: capture.record.file: is missing; add it'],
  [
    'capture:\n  record:\n    file: x\n    limit_mib: 0',
    '4: capture.record.limit_mib: must be at least 1',
  ],
  [
    'capture:\n  record:\n    file: a/../b\nevents:\n  file: ./b',
    '5: events.file: the frames are recorded to this file; name another',
  ],
  ['signatures:\n  folders: [""]', '2: signatures.folders.0: is empty; give a text'],
  ['events: { file: "a\\0b" }', '1: events.file: a path has no NUL in it'],
  [
    'signatures: { disabled: [svmap] }',
    '1: signatures.disabled.0: give an id such as SIP-TOOL-001 (sipseer signatures list)',
  ],
  [
    'log:\n  level: warn\n  format: xml',
    '2: log.level: give one of error, warning, info, debug (did you mean "warning"?)',
    '3: log.format: give one of text, json',
  ],
  [
    'state:\n  interval: 60',
    '2: state.interval: give a number and a unit, such as 250ms, 60s, 10m, 6h or 2d, from 1s to 1d',
  ],
  [
    'state:\n  interval: 2d\nvisibility:\n  silence: 500ms',
    '2: state.interval: give a number and a unit, such as 250ms, 60s, 10m, 6h or 2d, from 1s to 1d',
    '4: visibility.silence: give a number and a unit, such as 250ms, 60s, 10m, 6h or 2d, from 1s to 7d',
  ],
  [
    'web:\n  listen_addresses:\n    - 15060\n    - localhost\n    - "::1:15060"\n    - "1.2.3:80"\n    - "h:65536"',
    '3: web.listen_addresses.0: give ADDRESS:PORT, such as 127.0.0.1:15060 or [::1]:15060; :15060 listens on all addresses',
    '4: web.listen_addresses.1: give ADDRESS:PORT, such as 127.0.0.1:15060 or [::1]:15060; :15060 listens on all addresses',
    '5: web.listen_addresses.2: give ADDRESS:PORT, such as 127.0.0.1:15060 or [::1]:15060; :15060 listens on all addresses',
    '6: web.listen_addresses.3: give ADDRESS:PORT, such as 127.0.0.1:15060 or [::1]:15060; :15060 listens on all addresses',
    '7: web.listen_addresses.4: give ADDRESS:PORT, such as 127.0.0.1:15060 or [::1]:15060; :15060 listens on all addresses',
  ],
  [
    'web:\n  listen_addresses:\n    - 127.0.0.1:1\n    - ":2"\n    - ":1"',
    '5: web.listen_addresses.2: takes the same port as entry 1 of the list; remove one',
  ],
  [
    'web:\n  telemetry_path: metrics',
    '2: web.telemetry_path: give a path such as /metrics: it begins with / and does not end with it',
  ],
  ['web: { telemetry_path: /api }', '1: web.telemetry_path: paths below /-/ and /api/ are taken'],
  [
    'web: { telemetry_path: /-/metrics }',
    '1: web.telemetry_path: paths below /-/ and /api/ are taken',
  ],
  ['web: { telemetry_path: /a/../b }', '1: web.telemetry_path: a path has no . or .. in it'],
  [
    'web: { telemetry_path: /a?b }',
    '1: web.telemetry_path: give a path such as /metrics: it begins with / and does not end with it',
  ],
  ['web: { enable_lifecycle: 1 }', '1: web.enable_lifecycle: give true or false'],
  [
    `log: { level: "\${NOWHERE}" }`,
    '1: log.level: the environment has no NOWHERE; set it, or write the value itself',
  ],
  [
    `log:\n  level: \${a-b}`,
    `2: log.level: write \${NAME}, with letters, digits and _; or $\${ for a plain \${`,
  ],
  ['a: 1\n---\nb: 2', '2: a second document begins here; give each its own file'],
  ['capture: &a\n  <<: *a\n', '2: unknown key "<<"; remove it or correct it'],
  ['web: *nobody', '1: Unresolved alias (the anchor must be set before the alias): nobody'],
];
describe('a configuration with errors', () => {
  for (const [text, ...says] of BAD) {
    test(`all at once, with their lines: ${JSON.stringify(text)}`, () => {
      assert.deepEqual(problemsOf(text), says);
    });
  }

  test('the defaults are given in its place', () => {
    assert.equal(read('log: { level: debug }\nx: 1').config, DEFAULT_CONFIG);
  });

  test('a file that cannot be read says why', () => {
    const missing = readConfig(join(folder, 'nowhere.yaml'));
    assert.equal(
      missing.problems.join(),
      `${folder}/nowhere.yaml:1: cannot be read: there is no such file`,
    );
    mkdirSync(join(folder, 'inner'));
    assert.match(readConfig(join(folder, 'inner')).problems.join(), /it is a folder$/);
    assert.match(problemsOf(Buffer.from('a: \xff', 'latin1')).join(), /it is not UTF-8 text$/);
  });
});

describe('a hostile configuration', () => {
  const nine = (name: string) => `[${Array.from({ length: 9 }, () => name).join(', ')}]`;
  const bomb = [
    'a: &a [x]',
    ...'bcdefghi'.split('').map((k, i) => `${k}: &${k} ${nine(`*${'abcdefgh'[i]}`)}`),
  ];
  const cases: Record<string, [text: string, says: RegExp]> = {
    'aliases that unfold without end': [bomb.join('\n'), /aliases unfold into too much/],
    'an alias of itself': ['log: &a { level: *a }', /log\.level/],
    'an alias of itself in a list': [
      'capture: { interfaces: &a [*a] }',
      /interfaces\.0: give a text/,
    ],
    'depth in brackets': ['['.repeat(60_000), /nested too deeply/],
    'depth on one line': ['- '.repeat(30_000), /nested too deeply/],
    'a megabyte': [`x: ${'a'.repeat(1_000_000)}`, /longer than 64 KiB/],
    'a prototype as a key': ['__proto__: { capture: {} }', /unknown key "__proto__"/],
    'a prototype in a section': ['log: { __proto__: { level: debug } }', /unknown key "__proto__"/],
    'a NUL': ['\0', /./],
    'a tag of another language': ['log: !!js/function x', /tag/i],
  };
  for (const [name, [text, says]] of Object.entries(cases)) {
    test(`${name}: told, no exception, and soon`, () => {
      const began = performance.now();
      assert.match(problemsOf(text).join('\n'), says);
      assert.ok(performance.now() - began < 5000);
    });
  }

  test('an endless file is not read to its end', () => {
    assert.match(readConfig('/dev/zero').problems.join(), /longer than 64 KiB: not read/);
  });

  test('any change of a good file gives a configuration or problems, never an exception', () => {
    const good =
      'capture: { interfaces: [eth0], ports: [5060, "5070-5080"] }\nstate: { interval: 5m }\n' +
      `web:\n  listen_addresses: ["127.0.0.1:1", "\${A}"]\n`;
    const edits = fc.array(
      fc.tuple(fc.nat(good.length), fc.nat(9), fc.string({ unit: 'binary-ascii', maxLength: 6 })),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(edits, (list) => {
        const text = list.reduce(
          (before, [at, cut, put]) => before.slice(0, at) + put + before.slice(at + cut),
          good,
        );
        for (const { line, message } of read(text, { A: ':2' }).problems) {
          assert.ok(line >= 1 && message !== '');
        }
      }),
      { numRuns: 300 },
    );
  });
});
