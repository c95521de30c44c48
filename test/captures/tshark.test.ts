import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readCapture } from '../../src/capture/read-capture.js';
import { packageRoot } from '../../src/package-root.js';
import { loadSignatures } from '../../src/rules/load.js';
import { METHOD_NAMES } from '../../src/sip/tokens.js';
import { replayed } from '../support/replayed-events.js';
import { SensorRun } from '../support/sensor-run.js';
import { foreignCaptures, readTable } from '../support/tshark-counts.js';
import { type CaptureCounts, type Counts, countRows, statusKey } from '../support/tshark-rows.js';

/**
 * tshark as a second opinion on how many SIP requests and responses are in every capture that was
 * not built here, by method and by status code. test/corpus/README.md says how it counts. What
 * tshark reads in the packets that ICMP errors quote is left out of its numbers by a rule: it says
 * what a host could not receive, and was seen before, when it was sent.
 *
 * Where the two differ: capture, what is counted, both numbers, and why.
 */
const NO_SCHEME =
  'the Request-URI `foo@bar` has no scheme: tshark takes the datagram for none of SIP; it has a SIP start line, and RFC 3261 has such a request answered, with 400 or 416';
const DIFFERENCES: Record<string, string> = {
  'pcaps/third-party/sip-capture/no-to-tag.pcap INVITE: tshark 0, sensor 1': NO_SCHEME,
  'pcaps/third-party/sip-capture/to-tag.pcap INVITE: tshark 0, sensor 1': NO_SCHEME,
  'pcaps/third-party/suricata-verify/http-evader-486/input.pcap 200: tshark 0, sensor 1':
    'a web server answers with the status line `SIP/2.0 200 ok`: tshark reads the reply as HTTP since the request was; the sensor takes each direction for what its own bytes say',
  'pcaps/third-party/suricata-verify/http-evader-488/input.pcap 200: tshark 0, sensor 1':
    'the same behind a blank, which servers pass over',
};

/** Odd captures without SIP. */
const CORPUS = join(packageRoot(), 'test/corpus');
/** None: they do not change what is counted. */
const signatures = loadSignatures([]);
const table = readTable();

/** What the sensor counts in a capture when it looks for SIP on any port. */
async function sensorCounts(name: string): Promise<CaptureCounts & { messages: number }> {
  const { sensor, counters } = new SensorRun(signatures);
  await readCapture(join(packageRoot(), name), sensor, { counters });
  sensor.finish();
  const { udpRequests, tcpRequests, responses } = sensor.traffic;
  return {
    requests: namedCounts(udpRequests.length, (method) => [
      METHOD_NAMES[method] ?? `method ${method}`,
      udpRequests[method]! + tcpRequests[method]!,
    ]),
    responses: namedCounts(responses.length, (code) => [statusKey(code), responses[code]!]),
    messages: counters.requests + counters.responses,
  };
}

function namedCounts(length: number, entry: (i: number) => [name: string, count: number]): Counts {
  const all = Array.from({ length }, (_, i) => entry(i));
  return Object.fromEntries(all.filter(([, count]) => count > 0));
}

/** Everything that the two count differently in a capture, one line each. */
function differences(name: string, theirs: CaptureCounts, ours: CaptureCounts): string[] {
  return (['requests', 'responses'] as const).flatMap((kind) => {
    const [a, b] = [theirs[kind] ?? {}, ours[kind] ?? {}];
    return [...new Set([...Object.keys(a), ...Object.keys(b)])]
      .filter((key) => a[key] !== b[key])
      .map((key) => `${name} ${key}: tshark ${a[key] ?? 0}, sensor ${b[key] ?? 0}`);
  });
}

test('tshark counted in every capture', () => {
  assert.deepEqual(Object.keys(table.captures), foreignCaptures());
  assert.ok(foreignCaptures().length >= 236);
});

test('the sensor counts the SIP messages of every capture as tshark does', async (t) => {
  const differing: string[] = [];
  let messages = 0;
  let quoted = 0;
  for (const [name, theirs] of Object.entries(table.captures)) {
    const ours = await sensorCounts(name);
    messages += ours.messages;
    quoted += sum(theirs.quoted);
    assert.equal(sum(ours.requests) + sum(ours.responses), ours.messages, name);
    differing.push(...differences(name, theirs, ours));
  }
  const captures = Object.keys(table.captures).length;
  t.diagnostic(`${captures} captures, ${messages} SIP messages, ${quoted} quoted by ICMP left out`);
  assert.ok(messages > 900);
  assert.deepEqual(
    differing.filter((line) => !(line in DIFFERENCES)),
    [],
  );
  const outdated = Object.keys(DIFFERENCES).filter((line) => !differing.includes(line));
  assert.deepEqual(outdated, [], 'these differences are gone: take them out of the table');
});

function sum(counts: Counts = {}): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

test('rows of tshark: several messages in a frame, unknown names, cut headers, ICMP, tunnels', () => {
  const rows = [
    'eth:ethertype:ip:tcp:sip:sdp:sip\tINVITE,ACK\t200\t10.0.0.1\t10.0.0.2\t\t\t\t\t60\t61\t\t20',
    'eth:ethertype:ip:udp:sip\tCONFUSE\t\t10.0.0.1\t10.0.0.2\t\t\t1\t2\t\t\t99',
    'eth:ethertype:ipv6:udp:gtp:ip:udp:sip\t\t4294967301\t10.0.0.1\t10.0.0.2\t::1\t::2\t9,1\t9,2\t\t\t9,9',
    'eth:ethertype:ip:ipv6:udp:data\t\t\t10.0.0.1\t10.0.0.2\t::1\t::2\t1\t2\t\t\t8',
    'eth:ethertype:ip:udp\t\t\t10.0.0.1\t10.0.0.2\t\t\t1\t2\t\t\t',
    'eth:ethertype:ip:icmp:ip:udp:sip\tINVITE\t\t10.0.0.1,10.0.0.2\t10.0.0.2,10.0.0.1\t\t\t1\t2\t\t\t9',
    'eth:ethertype:ipv6:icmpv6:ipv6:udp:sip\t\t404\t\t\t::1,::2\t::2,::1\t1\t2\t\t\t9',
    'eth:ethertype:ip:udp:vxlan:eth:ethertype:ip:data\t\t\t10.0.0.1,10.0.0.2\t10.0.0.2,10.0.0.1\t\t\t1\t2\t\t\t9',
    '',
  ];
  assert.deepEqual(countRows(rows.join('\n')), {
    requests: { ACK: 1, INVITE: 1, other: 1 },
    responses: { '200': 1, other: 1 },
    quoted: { '404': 1, INVITE: 1 },
    flows: {
      'tcp 10.0.0.1 60 > 10.0.0.2 61': 1,
      'udp 10.0.0.1 1 > 10.0.0.2 2': 2,
      'udp ::1 1 > ::2 2': 1,
    },
  });
});

test('nobody is accused where there is no SIP', async () => {
  const { events, counters } = await replayed([CORPUS], 'any');
  assert.ok(counters.frames > 8000);
  assert.equal(counters.requests + counters.responses, 0);
  assert.deepEqual(events, []);
});

test('the notices of the corpus stand beside its captures', () => {
  const origins = readdirSync(CORPUS, { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  assert.ok(origins.length >= 4);
  for (const { name } of origins) {
    const files = readdirSync(join(CORPUS, name));
    assert.ok(
      files.some((file) => /^(?:LICENSE|COPYING)/.test(file)),
      name,
    );
  }
});
