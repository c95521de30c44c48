import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { DEFAULT_CONFIG } from '../../src/config/config.js';
import { TUNNEL_NAMES } from '../../src/config/tunnel-names.js';
import { captureFilter, filterSummary } from '../../src/live/capture-filter.js';
import { portRanges } from '../../src/live/filter-terms.js';
import { TUNNELS, type Tunnel } from '../../src/live/tunnels.js';
import { filterProgram, kernelMemory } from '../support/filter-program.js';
import { programsMissing } from '../support/namespaces.js';

const { ports: DEFAULT_PORTS } = DEFAULT_CONFIG.capture;

/** Link types as libpcap names them, those of interfaces first. */
const ETHERNET = 'EN10MB';
const OTHER_LINKS = ['LINUX_SLL', 'LINUX_SLL2', 'RAW', 'NULL', 'LOOP', 'PPP', 'IPV4', 'IPV6'];

/** What a kernel before 6.8 gives a socket for its filter, where nobody changed it. */
const OPTMEM_MAX = 20_480;

const MANY_PORTS = new Set(Array.from({ length: 300 }, (_, i) => 1024 + 97 * i));
const PORTS: Record<string, ReadonlySet<number> | undefined> = {
  'the default ports': DEFAULT_PORTS,
  'one port': new Set([5060]),
  'no port': new Set(),
  'any port': undefined,
  'many ports': MANY_PORTS,
};
const SELECTIONS: Record<string, readonly Tunnel[]> = {
  'all tunnels': TUNNELS,
  'no tunnel': [],
  ...Object.fromEntries(TUNNELS.map((name) => [name, [name]])),
};

describe('libpcap takes the filter', { skip: programsMissing('tcpdump') }, () => {
  for (const [portsName, ports] of Object.entries(PORTS)) {
    for (const [tunnelsName, tunnels] of Object.entries(SELECTIONS)) {
      test(`of ${portsName} and ${tunnelsName}, and so does every kernel`, (t) => {
        const program = filterProgram(captureFilter(ports, { tunnels }), ETHERNET);
        const memory = kernelMemory(program);
        t.diagnostic(`${program.length} instructions, ${memory} bytes`);
        assert.ok(memory < 0.95 * OPTMEM_MAX, `${memory} bytes`);
        for (const link of [ETHERNET, ...OTHER_LINKS]) {
          const other = filterProgram(captureFilter(ports, { tunnels, ethernet: false }), link);
          assert.ok(kernelMemory(other) < OPTMEM_MAX / 2);
        }
      });
    }
  }
});

describe('the ports of a filter', () => {
  const portSets = fc.uniqueArray(fc.integer({ min: 1, max: 65_535 }), { maxLength: 60 });

  test('are all there, in few ranges that do not touch', () => {
    fc.assert(
      fc.property(portSets, (ports) => {
        const ranges = portRanges(new Set(ports));
        assert.ok(ranges.length <= 5);
        for (const port of ports) {
          assert.equal(ranges.filter(([first, last]) => first <= port && port <= last).length, 1);
        }
        ranges.slice(1).forEach(([first], i) => {
          assert.ok(first > ranges[i]![1] + 1);
        });
      }),
    );
  });

  test('are no others where five ranges suffice', () => {
    const ports = [5060, 5061, 5062, 5080, 5090, 5091, 65_535, 1];
    assert.deepEqual(portRanges(new Set(ports)), [
      [1, 1],
      [5060, 5062],
      [5080, 5080],
      [5090, 5091],
      [65_535, 65_535],
    ]);
  });

  test('lose the narrowest gaps first', () => {
    const ports = [100, 102, 200, 300, 400, 500, 503];
    assert.deepEqual(portRanges(new Set(ports)), [
      [100, 102],
      [200, 200],
      [300, 300],
      [400, 400],
      [500, 503],
    ]);
  });
});

test("the operator's own filter goes first, an empty one does not count", () => {
  assert.equal(captureFilter(DEFAULT_PORTS, { own: 'udp' }), 'udp');
  assert.equal(filterSummary(DEFAULT_PORTS, { own: 'udp' }), 'udp');
  assert.equal(captureFilter(DEFAULT_PORTS, { own: ' ' }), captureFilter(DEFAULT_PORTS));
});

test('people are told what it lets through', () => {
  const rest = 'fragments, ICMP errors';
  assert.equal(filterSummary(DEFAULT_PORTS), `port 5060-5061, ${rest}, tunnels: all`);
  assert.equal(
    filterSummary(new Set([5060, 5080]), { tunnels: ['gre', 'vxlan'] }),
    `port 5060, 5080, ${rest}, tunnels: gre, vxlan`,
  );
  assert.equal(filterSummary(undefined, { tunnels: [] }), `any port, ${rest}, tunnels: none`);
});

test('the configuration knows the same tunnels', () => {
  assert.deepEqual([...TUNNEL_NAMES], [...TUNNELS]);
});
