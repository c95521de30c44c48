import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CaptureError } from '../../src/capture/frames.js';
import { readCapture } from '../../src/capture/read-capture.js';
import { Counters } from '../../src/telemetry/counters.js';
import { addressText } from '../../src/wire/address.js';
import { Decoded, FrameDecoder } from '../../src/wire/frame-decoder.js';
import { Packet, Transport } from '../../src/wire/packet.js';

/** Compiled tests run from build/test/capture/. */
const CASES = new URL('../../../test/cases/captures/', import.meta.url);
const IP_OVER_INFINIBAND = 242;

type Row = Record<string, string>;

function tsharkRows(name: string): Row[] {
  const [header, ...lines] = readFileSync(new URL(`${name}.tsv`, CASES), 'utf8')
    .trimEnd()
    .split('\n');
  const columns = header!.split('\t');
  return lines.map((line) => {
    const values = line.split('\t');
    return Object.fromEntries(columns.map((column, i) => [column, values[i] ?? '']));
  });
}

/** What tshark says of the datagram or segment in a frame; undefined when there is none. */
function expectedPacket(row: Row) {
  const udp = row['udp.srcport'] !== '';
  if (!udp && row['tcp.srcport'] === '') return undefined;
  return {
    transport: udp ? Transport.Udp : Transport.Tcp,
    source: row['ip.src'] || row['ipv6.src'],
    destination: row['ip.dst'] || row['ipv6.dst'],
    sourcePort: Number(udp ? row['udp.srcport'] : row['tcp.srcport']),
    destinationPort: Number(udp ? row['udp.dstport'] : row['tcp.dstport']),
    payload: udp ? Number(row['udp.length']) - 8 : Number(row['tcp.len']),
    sequence: udp ? 0 : Number(row['tcp.seq_raw']),
    flags: udp ? 0 : Number(row['tcp.flags']),
    vlan: Number(row['ieee8021ad.id'] || row['vlan.id'] || -1),
  };
}

function readPacket(packet: Packet) {
  return {
    transport: packet.transport,
    source: addressText(packet.source),
    destination: addressText(packet.destination),
    sourcePort: packet.sourcePort,
    destinationPort: packet.destinationPort,
    payload: packet.payloadTo - packet.payloadFrom,
    sequence: packet.tcpSequence,
    flags: packet.tcpFlags,
    vlan: packet.vlan,
  };
}

const captures = readdirSync(CASES).filter((name) => /\.pcap(ng)?$/.test(name));

test('there are captures to compare', () => {
  assert.ok(captures.length >= 15);
});

for (const name of captures) {
  test(`${name} is read as tshark reads it`, async () => {
    const rows = tsharkRows(name);
    const decoder = new FrameDecoder(new Counters());
    const packet = new Packet();
    let number = 0;
    const summary = await readCapture(new URL(name, CASES).pathname, {
      frame(buf, from, to, time, originalLength, linkType) {
        const row = rows[number++];
        assert.ok(row !== undefined, 'more frames than tshark sees');
        assert.equal(time.toFixed(6), Number(row['frame.time_epoch']).toFixed(6));
        assert.equal(to - from, Number(row['frame.cap_len']));
        assert.equal(originalLength, Number(row['frame.len']));
        const found = decoder.decode(packet, buf, from, to, time, originalLength, linkType);
        const expected = linkType === IP_OVER_INFINIBAND ? undefined : expectedPacket(row);
        assert.equal(found === Decoded.Payload, expected !== undefined, row['frame.protocols']);
        if (expected === undefined) return;
        if (packet.truncated) {
          assert.equal(packet.payloadTo, to);
          assert.ok(packet.payloadTo - packet.payloadFrom < expected.payload);
          expected.payload = packet.payloadTo - packet.payloadFrom;
        }
        assert.deepEqual(readPacket(packet), expected);
      },
    });
    assert.equal(summary.frames, rows.length);
    assert.equal(summary.warning, undefined);
  });
}

test('a snoop file is refused', async () => {
  const reading = readCapture(new URL('solaris.snoop', CASES).pathname, { frame: () => {} });
  await assert.rejects(reading, (error) => {
    assert.ok(error instanceof CaptureError);
    assert.match(error.message, /solaris\.snoop: not a pcap.*begins with 73 6e 6f 6f …/);
    return true;
  });
});
