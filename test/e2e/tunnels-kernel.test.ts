import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { DEFAULT_CONFIG } from '../../src/config/config.js';
import { captureFilter } from '../../src/live/capture-filter.js';
import { BACKENDS } from '../../src/live/capture-status.js';
import {
  type Namespace,
  NamespacePair,
  namespacesUnavailable,
  programsMissing,
} from '../support/namespaces.js';
import { SensorProcess } from '../support/sensor-process.js';
import { request } from '../support/sip-texts.js';

/** What the kernel of this machine itself makes: tunnels, fragments, short segments. */

const missing = programsMissing('tcpdump') ?? namespacesUnavailable();

/** Addresses inside of a tunnel. */
const INNER = { attacker: '192.0.2.66', server: '192.0.2.1' } as const;

/** `ip link add … type`, from one end to the other. */
const TUNNELS: Readonly<Record<string, (local: string, remote: string) => string[]>> = {
  vxlan: (local, remote) => ['vxlan', 'id', '7', 'dstport', '4789', ...ends(local, remote)],
  'vxlan on the old port': (local, remote) => [
    ...['vxlan', 'id', '7', 'dstport', '8472', ...ends(local, remote)],
  ],
  gre: (local, remote) => ['gre', ...ends(local, remote)],
  'gre with a key': (local, remote) => ['gre', ...ends(local, remote), 'key', '42', 'csum'],
  gretap: (local, remote) => ['gretap', ...ends(local, remote)],
  ipip: (local, remote) => ['ipip', ...ends(local, remote)],
  geneve: (_, remote) => ['geneve', 'id', '7', 'remote', remote],
};

function ends(local: string, remote: string): string[] {
  return ['local', local, 'remote', remote];
}

/** Adds the tunnel to both namespaces; why it cannot be, or undefined. */
function addTunnel(pair: NamespacePair, kind: string): string | undefined {
  const { left, right } = pair;
  for (const [here, there, address] of [
    [left, right, INNER.server],
    [right, left, INNER.attacker],
  ] as const) {
    const words = TUNNELS[kind]!(here.address, there.address);
    try {
      here.run('ip', 'link', 'add', 'inner0', 'type', ...words);
    } catch (error) {
      return `the kernel has none: ${(error as Error).message}`;
    }
    here.run('ip', 'addr', 'add', `${address}/24`, 'dev', 'inner0');
    here.run('ip', 'link', 'set', 'inner0', 'up');
  }
  return undefined;
}

/** Runs a script of Node in a namespace to its end. */
async function script(namespace: Namespace, text: string, ...args: string[]): Promise<void> {
  const child = namespace.spawn(process.execPath, ['-e', text, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr!.on('data', (bytes) => {
    stderr += bytes;
  });
  const [code] = await once(child, 'close');
  assert.equal(code, 0, stderr);
}

/** A request too long for a packet. What it is known by stands at its end. */
function longProbe(server: string, length: number): string {
  const host = server.includes(':') ? `[${server}]` : server;
  return request({
    host,
    headers: [`X-Long: ${'x'.repeat(length)}`, 'User-Agent: friendly-scanner'],
  });
}

/** By the name of the attack tool. */
const KNOWN_BY = 'SIP-TOOL-070';

const DATAGRAM = `
const [kind, to, text] = process.argv.slice(1);
const socket = require('node:dgram').createSocket(kind);
socket.send(text, 5060, to, (error) => { if (error) throw error; socket.close(); });
`;
const STREAM = `
const [to, text] = process.argv.slice(1);
const socket = require('node:net').connect(5060, to, () => socket.end(text));
socket.resume().on('error', (error) => { throw error; });
`;
const SERVER = `
require('node:net').createServer((socket) => socket.resume().on('end', () => socket.end()))
  .listen(5060, '198.51.100.1', () => console.log('ready'));
`;

/** A count of the kernel: line `Ip:` or `Tcp:` of /proc/net/snmp, or a name of /proc/net/snmp6. */
function kernelCount({ run }: Namespace, name: string): number {
  if (name.startsWith('Ip6')) {
    return Number(new RegExp(`^${name}\\s+(\\d+)$`, 'm').exec(run('cat', '/proc/net/snmp6'))![1]);
  }
  const lines = run('cat', '/proc/net/snmp')
    .split('\n')
    .map((line) => line.split(' '));
  const at = lines.findIndex((words) => words.includes(name));
  return Number(lines[at + 1]![lines[at]!.indexOf(name)]);
}

for (const backend of BACKENDS) {
  describe(`what the kernel puts on the wire, read by ${backend}`, { skip: missing }, () => {
    for (const kind of Object.keys(TUNNELS)) {
      test(`svmap through ${kind}`, { skip: programsMissing('svmap') }, async (t) => {
        const pair = new NamespacePair();
        t.after(() => pair.remove());
        const reason = addTunnel(pair, kind);
        if (reason !== undefined) return t.skip(reason);
        const sensor = await SensorProcess.start(pair.left, { args: ['--capture', backend] });
        t.after(() => sensor.close());
        pair.right.run('svmap', INNER.server);
        const { sipseer } = await sensor.alert(INNER.attacker);
        assert.ok(sipseer.rules.includes('SIP-TOOL-001'), String(sipseer.rules));
        // The ends of the tunnel did nothing.
        assert.deepEqual(sensor.alerts(pair.right.address), []);
        assert.equal(await sensor.stop(), 0);
      });
    }

    test('a datagram in fragments of IPv4', async (t) => {
      const pair = new NamespacePair();
      t.after(() => pair.remove());
      for (const { run } of [pair.left, pair.right])
        run('ip', 'link', 'set', 'veth0', 'mtu', '600');
      const sensor = await SensorProcess.start(pair.left, { args: ['--capture', backend] });
      t.after(() => sensor.close());
      const { address } = pair.left;
      await script(pair.right, DATAGRAM, 'udp4', address, longProbe(address, 3000));
      assert.ok(kernelCount(pair.right, 'FragCreates') >= 6);
      const { sipseer } = await sensor.alert(pair.right.address);
      assert.ok(sipseer.rules.includes(KNOWN_BY));
    });

    test('a datagram in fragments of IPv6', async (t) => {
      const pair = new NamespacePair({ ipv6: true });
      t.after(() => pair.remove());
      for (const [{ run }, end] of [
        [pair.left, '1'],
        [pair.right, '66'],
      ] as const) {
        run('ip', 'link', 'set', 'veth0', 'mtu', '1280');
        run('ip', 'addr', 'add', `2001:db8::${end}/64`, 'dev', 'veth0', 'nodad');
      }
      const sensor = await SensorProcess.start(pair.left, { args: ['--capture', backend] });
      t.after(() => sensor.close());
      await script(pair.right, DATAGRAM, 'udp6', '2001:db8::1', longProbe('2001:db8::1', 3000));
      assert.ok(kernelCount(pair.right, 'Ip6FragCreates') >= 3);
      const { sipseer } = await sensor.alert('2001:db8::66');
      assert.ok(sipseer.rules.includes(KNOWN_BY));
    });

    test('a message in short segments', { skip: programsMissing('ethtool') }, async (t) => {
      const pair = new NamespacePair();
      t.after(() => pair.remove());
      for (const { run } of [pair.left, pair.right]) {
        // Else the card joins the segments before anybody sees them.
        run('ethtool', '-K', 'veth0', 'tso', 'off', 'gso', 'off', 'gro', 'off');
        const route = ['198.51.100.0/24', 'dev', 'veth0', 'advmss', '100'];
        run('ip', 'route', 'replace', ...route);
      }
      const sensor = await SensorProcess.start(pair.left, { args: ['--capture', backend] });
      t.after(() => sensor.close());
      const server = pair.left.spawn(process.execPath, ['-e', SERVER], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      t.after(() => server.kill());
      await once(server.stdout!, 'data');
      const { address } = pair.left;
      await script(pair.right, STREAM, address, longProbe(address, 1000));
      assert.ok(kernelCount(pair.right, 'OutSegs') > 15);
      const { sipseer } = await sensor.alert(pair.right.address);
      assert.ok(sipseer.rules.includes(KNOWN_BY));
    });
  });
}

test('a kernel from before 6.8 takes the filter', { skip: missing }, (t) => {
  const pair = new NamespacePair();
  t.after(() => pair.remove());
  const { run, name } = pair.left;
  /** What tcpdump says when it begins with so much memory for filters. */
  const begun = (memory: number): string => {
    run('sysctl', '-qw', `net.core.optmem_max=${memory}`);
    const filter = captureFilter(DEFAULT_CONFIG.capture.ports);
    const tcpdump = ['timeout', '2', 'tcpdump', '-i', 'veth0', '-w', '/dev/null', '--', filter];
    const args = ['netns', 'exec', name, ...tcpdump];
    return spawnSync('ip', args, { encoding: 'utf8' }).stderr;
  };
  let tooLittle = '';
  try {
    tooLittle = begun(8192);
  } catch {
    return t.skip('the kernel does not let a namespace choose');
  }
  assert.match(tooLittle, /listening on/);
  assert.match(tooLittle, /optmem_max/);
  assert.doesNotMatch(begun(20_480), /optmem_max/);
});
