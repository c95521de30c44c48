import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { BACKENDS } from '../../src/live/capture-status.js';
import type { CapturedFrame } from '../support/capture-frames.js';
import { NamespacePair, namespacesUnavailable, programsMissing } from '../support/namespaces.js';
import { LINK_TYPES } from '../support/pcap-writer.js';
import {
  FRAGMENT_WRAPPINGS,
  LINK_WRAPPINGS,
  NESTED_WRAPPINGS,
  TUNNEL_FRAGMENT_WRAPPINGS,
  TUNNEL_WRAPPINGS,
  type Wrapping,
} from '../support/rewrap/catalogue.js';
import { type SensorOptions, SensorProcess } from '../support/sensor-process.js';
import { SipSender } from '../support/sip-sender.js';
import { enumeration, svmapProbe } from '../support/sip-traffic.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();
const missing = programsMissing('tcpdump', 'tcpreplay') ?? namespacesUnavailable();

function captured(frames: readonly Buffer[]): CapturedFrame[] {
  return frames.map((bytes) => ({
    bytes,
    time: 1,
    originalLength: bytes.length,
    linkType: LINK_TYPES.ethernet,
  }));
}

/** The frames of one scanner's probe, all of Ethernet; none where a wrapping is of another link. */
function probeIn({ rewrap }: Wrapping, client: string): Buffer[] {
  const frames = rewrap(captured(svmapProbe(client)));
  const isEthernet = frames.every(({ linkType }) => linkType === LINK_TYPES.ethernet);
  return isEthernet ? frames.map(({ bytes }) => bytes) : [];
}

const tunnel = (name: string) => TUNNEL_WRAPPINGS.find((each) => each.name === `tunnel: ${name}`)!;
const GRE = tunnel('GRE over IPv4');
const VXLAN = tunnel('VXLAN over IPv4');

/** A sensor at one end of a wire, who sends at the other. */
async function watched(args: readonly string[], options: SensorOptions = {}) {
  const pair = new NamespacePair();
  try {
    const sensor = await SensorProcess.start(pair.left, { ...options, args });
    const sender = new SipSender(pair.right, folder);
    const close = async () => {
      await sensor.close();
      pair.remove();
    };
    return { sensor, sender, close };
  } catch (error) {
    pair.remove();
    throw error;
  }
}

for (const backend of BACKENDS) {
  test(`a probe is seen in every tunnel and behind every tag, by ${backend}`, {
    skip: missing,
  }, async (t) => {
    const { sensor, sender, close } = await watched(['--capture', backend]);
    t.after(close);
    const wrappings = [
      ...LINK_WRAPPINGS,
      ...TUNNEL_WRAPPINGS,
      ...NESTED_WRAPPINGS,
      ...FRAGMENT_WRAPPINGS,
      ...TUNNEL_FRAGMENT_WRAPPINGS,
    ];
    const clients = new Map<string, string>();
    const frames: Buffer[] = [];
    for (const wrapping of wrappings) {
      const client = `192.0.2.${clients.size + 1}`;
      const probe = probeIn(wrapping, client);
      if (probe.length === 0) continue;
      clients.set(wrapping.name, client);
      frames.push(...probe);
    }
    assert.ok(clients.size > 80);
    await sender.play(frames, { rate: 2000 });
    const unseen = () => [...clients].filter(([, client]) => sensor.alerts(client).length === 0);
    await sensor.process.until('all are seen', () => unseen().length === 0, 10).catch(() => {});
    assert.deepEqual(unseen(), []);
    assert.equal(await sensor.stop(), 0);
  });
}

describe('what of tunnels is captured', { skip: missing }, () => {
  test('none, if so wanted, and all else', async (t) => {
    const { sensor, sender, close } = await watched(['--tunnels', 'none']);
    t.after(close);
    await sensor.logged(/filter: port 5060-5061, .*tunnels: none$/);
    await sender.play(probeIn(VXLAN, '192.0.2.1'));
    await sender.play(svmapProbe('192.0.2.2'));
    await sensor.alert('192.0.2.2');
    assert.deepEqual(sensor.alerts('192.0.2.1'), []);
    assert.equal(await sensor.metric('capture_packets_total'), 1);
  });

  test('what a reload says', async (t) => {
    const config = join(folder, 'reload.yaml');
    const write = (tunnels: string) =>
      writeFileSync(config, `capture: { interfaces: [veth0], tunnels: ${tunnels} }\n`);
    write('[vxlan]');
    const { sensor, sender, close } = await watched(['-c', config], { interfaces: [] });
    t.after(close);
    await sender.play(probeIn(GRE, '192.0.2.1'));
    await sender.play(probeIn(VXLAN, '192.0.2.2'));
    await sensor.alert('192.0.2.2');
    assert.deepEqual(sensor.alerts('192.0.2.1'), []);
    write('[gre]');
    sensor.signal('SIGHUP');
    await sensor.logged(/reload: attempt 1: done$/);
    await sender.play(probeIn(VXLAN, '192.0.2.3'));
    await sender.play(probeIn(GRE, '192.0.2.4'));
    await sensor.alert('192.0.2.4');
    assert.deepEqual(sensor.alerts('192.0.2.3'), []);
  });
});

/** Where the outer addresses stand in a frame of Ethernet and IPv4. */
const OUTER = { source: 26, destination: 30 } as const;

/** Frames in VXLAN between two ends of 198.51.100.0/24, the reply's apart from the request's. */
function forged(frames: readonly Buffer[]): Buffer[] {
  return VXLAN.rewrap(captured(frames)).map(({ bytes }) => {
    const isReply = bytes.includes('SIP/2.0 ') && !bytes.includes(' SIP/2.0\r\n');
    const [from, to] = isReply ? [13, 14] : [11, 12];
    bytes.set([198, 51, 100, from], OUTER.source);
    bytes.set([198, 51, 100, to], OUTER.destination);
    return bytes;
  });
}

test('a reply in a tunnel counts only on the way back, unless its ends are trusted', {
  skip: missing,
}, async (t) => {
  const config = join(folder, 'trusted.yaml');
  const write = (list: string) =>
    writeFileSync(config, `capture: { interfaces: [veth0], trusted_tunnels: ${list} }\n`);
  write('[private]');
  const { sensor, sender, close } = await watched(['-c', config], { interfaces: [] });
  t.after(close);
  const unmatched = () => sensor.metric('sip_unmatched_replies_total');
  const read = (count: number) =>
    sensor.untilMetric('capture_packets_total', { interface: 'veth0' }, (n) => n >= count);

  await sender.play(forged(enumeration('192.0.2.1', 900, 5)), { rate: 100 });
  await read(10);
  assert.equal(await unmatched(), 5);

  write('[private, 198.51.100.0/24]');
  sensor.signal('SIGHUP');
  await sensor.logged(/reload: attempt 1: done$/);
  await sender.play(forged(enumeration('192.0.2.2', 900, 5)), { rate: 100 });
  await read(20);
  assert.equal(await unmatched(), 5);
});
