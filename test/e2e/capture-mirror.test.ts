import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { captureFilter } from '../../src/live/capture-filter.js';
import { BACKENDS } from '../../src/live/capture-status.js';
import { writeDatagrams } from '../support/datagrams.js';
import { HostedCapture } from '../support/hosted-capture.js';
import { NamespacePair, namespacesUnavailable, programsMissing } from '../support/namespaces.js';

const missing = programsMissing('tcpdump') ?? namespacesUnavailable();

for (const backend of BACKENDS) {
  describe(`a mirror port, read by ${backend}`, { skip: missing }, () => {
    let pair: NamespacePair;
    const hosts: HostedCapture[] = [];

    const capture = (name = 'veth0', filter = 'port 5060', bufferMib = 64) => ({
      interface: name,
      backend,
      filter,
      bufferMib,
      snapLength: 16_000,
      promiscuous: true,
    });
    async function started(options = capture()) {
      const host = new HostedCapture(pair.right, {
        capture: options,
        tuning: {},
        tellFrames: true,
      });
      hosts.push(host);
      return { host, status: (await host.until('started')).status };
    }

    before(() => {
      pair = new NamespacePair();
      // A mirror port has no address, and the mirrored packets are for others.
      pair.right.run('ip', 'addr', 'flush', 'dev', 'veth0');
      const elsewhere = ['lladdr', '02:00:00:00:00:77', 'dev', 'veth0'];
      pair.left.run('ip', 'neigh', 'add', '198.51.100.77', ...elsewhere);
    });
    after(async () => {
      for (const host of hosts) await host.kill();
      pair?.remove();
    });

    test('packets for others are read, and not one is transmitted', async () => {
      const before = pair.right.count('tx_packets');
      const { host } = await started();
      const from = host.events.length;
      await writeDatagrams(pair.left, '198.51.100.77', { text: 'mirrored', count: 200 });
      await host.until('frame', ({ text }) => text.includes('mirrored 199.'), from);
      const { status } = await host.stop();
      assert.equal(status.frames, 200);
      assert.equal(pair.right.count('tx_packets'), before);
    });

    test('a VLAN tag is seen though the kernel takes it off', async (t) => {
      const { host } = await started(capture('veth0', captureFilter(new Set([5060]))));
      const from = host.events.length;
      const python = spawnSync('python3', ['--version']).status === 0;
      if (!python) return t.skip('missing here: python3');
      pair.left.run('python3', '-c', TAGGED_FRAME);
      const frame = await host.until('frame', ({ text }) => text.includes('tagged'), from);
      assert.equal(frame.linkType, 1);
      await host.stop();
    });

    test('all interfaces at once', async () => {
      const { host, status } = await started(
        capture('any', captureFilter(new Set([5060]), { ethernet: false })),
      );
      assert.equal(status.state, 'up');
      const from = host.events.length;
      // Not promiscuous, so only what is meant for this machine.
      pair.right.run('ip', 'addr', 'add', '198.51.100.2/24', 'dev', 'veth0');
      await writeDatagrams(pair.left, '198.51.100.2', { text: 'to any' });
      await host.until('frame', ({ text }) => text.includes('to any 0.'), from);
      pair.right.run('ip', 'addr', 'flush', 'dev', 'veth0');
      await host.stop();
    });

    const tools = programsMissing('ethtool', 'ss');
    test('the ring has the slots that were computed', { skip: tools }, async () => {
      for (const state of ['on', 'off']) {
        const offloads = ['gro', 'gso', 'tso'].flatMap((name) => [name, state]);
        pair.right.run('ethtool', '-K', 'veth0', ...offloads);
        const { host, status } = await started();
        const rings = pair.right.run('ss', '-0', '-e');
        assert.match(rings, new RegExp(`frm_nr:${status.ringSlots}\\b`), rings);
        assert.equal(status.warnings.length, state === 'on' ? 1 : 0);
        if (state === 'on') assert.match(status.warnings[0]!, /ethtool -K veth0 .*gro off/);
        await host.stop();
      }
    });
  });
}

/** A datagram to port 5060 behind a VLAN tag: the kernel need know nothing of VLANs for it. */
const TAGGED_FRAME = `
import socket, struct
payload = b'tagged'
udp = struct.pack('!HHHH', 5060, 5060, 8 + len(payload), 0) + payload
ip = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0,
                 bytes([198, 51, 100, 1]), bytes([198, 51, 100, 77]))
frame = bytes.fromhex('020000000077020000000001') + bytes.fromhex('81000007') + b'\\x08\\x00' + ip + udp
link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
link.bind(('veth0', 0))
link.send(frame)
`;
