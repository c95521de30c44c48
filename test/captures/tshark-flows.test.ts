import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { readCapture } from '../../src/capture/read-capture.js';
import { packageRoot } from '../../src/package-root.js';
import { Counters } from '../../src/telemetry/counters.js';
import { addressText } from '../../src/wire/address.js';
import { Decoded, FrameDecoder } from '../../src/wire/frame-decoder.js';
import { Packet, Transport } from '../../src/wire/packet.js';
import { readTable } from '../support/tshark-counts.js';
import { add, type Counts, flowKey, sorted } from '../support/tshark-rows.js';

/**
 * tshark as a second opinion on which datagrams and segments are in every capture that was not
 * built here, most of which holds no SIP: through links, tags, tunnels and fragments, who sends to
 * whom in the innermost packet, and how often. What ICMP errors quote is left out on both sides.
 *
 * Where the two differ: capture, how many datagrams and segments are found here, and why.
 */
interface Difference {
  readonly here: number;
  readonly why: string;
}
const LINK_TYPE = 'a link type of no network with telephones: refused by name, and counted';
const WLAN = '802.11 frames are mostly encrypted: refused by name, and counted';
const DIFFERENCES: Record<string, Difference> = {
  'test/cases/captures/ipoib.pcap': { here: 0, why: `IP over InfiniBand, ${LINK_TYPE}` },
  'test/corpus/tcpdump/tests/arcnet-rfc1201-arp-icmp-http.pcap': {
    here: 0,
    why: `ARCNET, ${LINK_TYPE}`,
  },
  'test/corpus/zeek/testing/btest/Traces/llc.pcap': { here: 0, why: `FDDI, ${LINK_TYPE}` },
  'test/corpus/zeek/testing/btest/Traces/radiotap.pcap': { here: 0, why: WLAN },
  'test/corpus/zeek/testing/btest/Traces/wlanmon.pcap': { here: 0, why: WLAN },
  'test/corpus/tcpdump/tests/LINKTYPE_IPV4_invalid.pcap': {
    here: 0,
    why: 'an IPv6 packet where the link type says IPv4: tcpdump calls it invalid as well',
  },
  'test/corpus/tcpdump/tests/vxlan_port_8472.pcap': {
    here: 2,
    why: "tshark misses the VXLAN on the port that was Linux's before IANA gave it one; it has ICMP and ARP",
  },
  'test/corpus/zeek/testing/btest/Traces/cisco-fabric-path.pcap': {
    here: 64,
    why: 'tshark takes four bytes off each FabricPath frame as a checksum that was not captured',
  },
  'test/corpus/zeek/testing/btest/Traces/ipv6-mobility-dst-opts.pcap': {
    here: 2,
    why: 'an option longer than its header: options are not read here, and hide nothing',
  },
  'test/corpus/zeek/testing/btest/Traces/pbb-recursive-frames.pcapng': {
    here: 0,
    why: 'fifty Ethernet frames in each other: deeper than anybody nests them, and counted',
  },
  'test/corpus/zeek/testing/btest/Traces/tunnels/ayiya3.pcap': {
    here: 35,
    why: 'AYIYA, a tunnel whose only operator has ended it: its own datagrams are found',
  },
};

async function decodedFlows(name: string): Promise<Counts> {
  const flows = new Map<string, number>();
  const decoder = new FrameDecoder(new Counters());
  const packet = new Packet();
  await readCapture(join(packageRoot(), name), {
    frame(buf, from, to, time, originalLength, linkType) {
      const found = decoder.decode(packet, buf, from, to, time, originalLength, linkType);
      if (found !== Decoded.Payload) return;
      const transport = packet.transport === Transport.Udp ? 'udp' : 'tcp';
      const { sourcePort, destinationPort } = packet;
      const [source, destination] = [addressText(packet.source), addressText(packet.destination)];
      add(flows, flowKey(transport, source, sourcePort, destination, destinationPort));
    },
  });
  return sorted(flows);
}

test('the same datagrams and segments are found in every capture as tshark finds', async (t) => {
  const { captures } = readTable();
  const differing = new Map<string, { here: number; lines: string[] }>();
  let packets = 0;
  for (const [name, { flows: theirs = {} }] of Object.entries(captures)) {
    const ours = await decodedFlows(name);
    const flows = [...new Set([...Object.keys(theirs), ...Object.keys(ours)])];
    const here = flows.reduce((total, flow) => total + (ours[flow] ?? 0), 0);
    packets += here;
    const lines = flows
      .filter((flow) => theirs[flow] !== ours[flow])
      .map((flow) => `${flow}: tshark ${theirs[flow] ?? 0}, here ${ours[flow] ?? 0}`);
    if (lines.length > 0) differing.set(name, { here, lines });
  }
  t.diagnostic(`${Object.keys(captures).length} captures, ${packets} datagrams and segments`);
  assert.ok(packets > 5000);
  const unexplained = [...differing].filter(([name, { here }]) => here !== DIFFERENCES[name]?.here);
  assert.deepEqual(unexplained, []);
  const outdated = Object.keys(DIFFERENCES).filter((name) => !differing.has(name));
  assert.deepEqual(outdated, [], 'these differences are gone: take them out of the table');
});
