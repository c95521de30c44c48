import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ipPacket, tcpFrame, udpFrame } from '../support/pcap-writer.js';
import { counted, decode, expected, Reading, V4, V6 } from './decode.js';
import { fields } from './fields.js';
import type { TunnelForm } from './tunnel-form.js';
import { inTunnel, OUTER, OUTER_ENDS, TUNNEL_FORMS } from './tunnel-forms.js';

const INNER = { 4: udpFrame({ ...V4, link: 'raw' }), 6: udpFrame({ ...V6, link: 'raw' }) } as const;
const VERSIONS = [4, 6] as const;

function innerVersions({ only }: TunnelForm): readonly (4 | 6)[] {
  return only === undefined ? VERSIONS : [only];
}

/** VLAN tags inside a tunnel count as well when there are none outside. */
function vlanOf(packet: { vlan: number }): object {
  return { vlan: packet.vlan };
}

function innermost(frame: Buffer): { vlan: number } {
  const result = decode(frame, 'raw');
  assert.ok(typeof result !== 'string', String(result));
  return result;
}

for (const form of TUNNEL_FORMS) {
  test(`${form.name}: the packet inside is read, IPv4 and IPv6, in IPv4 and IPv6`, () => {
    for (const outer of VERSIONS) {
      for (const inner of innerVersions(form)) {
        const found = innermost(inTunnel(form, INNER[inner], outer));
        const tunnel = OUTER_ENDS[outer];
        assert.deepEqual(found, expected(inner, { tunnel, ...vlanOf(found) }));
      }
    }
  });

  test(`${form.name}: cut anywhere, it gives what is there, or says that it was cut`, () => {
    const version = form.only ?? 4;
    const frame = inTunnel(form, INNER[version]);
    const ports = version === 4 ? [20, 28] : [40, 48];
    const transport = frame.length - INNER[version].length + ports[0]!;
    const payload = frame.length - INNER[version].length + ports[1]!;
    for (let length = 0; length < frame.length; length++) {
      const result = decode(frame.subarray(0, length), 'raw', frame.length);
      if (length >= payload) {
        assert.ok(typeof result !== 'string');
        assert.equal(result.payload, 'hello'.slice(0, length - payload));
        assert.equal(result.truncated, true);
      } else if (length >= transport || form.port === undefined) {
        assert.equal(result, 'headerTruncated', `length ${length}`);
      } else if (typeof result !== 'string') {
        // Too little is here to know the tunnel by: so far it is a datagram to its port.
        assert.equal(result.to, `10.0.0.1 ${form.port}`);
        assert.equal(result.truncated, true);
      } else assert.equal(result, 'headerTruncated', `length ${length}`);
    }
  });
}

test('every tunnel may be inside every other', () => {
  const { 4: packet } = INNER;
  for (const outer of TUNNEL_FORMS.filter(({ only }) => only !== 6)) {
    for (const inner of TUNNEL_FORMS.filter(({ only }) => only !== 6)) {
      const found = innermost(inTunnel(outer, inTunnel(inner, packet)));
      const change = { tunnel: OUTER_ENDS[4], ...vlanOf(found) };
      assert.deepEqual(found, expected(4, change), `${inner.name} in ${outer.name}`);
    }
  }
});

test('TCP in tunnels', () => {
  const packet = tcpFrame({ ...V6, link: 'raw' });
  for (const form of TUNNEL_FORMS.filter(({ only }) => only !== 4)) {
    const found = innermost(inTunnel(form, packet));
    const change = { transport: 6, tunnel: OUTER_ENDS[4], ...vlanOf(found) };
    assert.deepEqual(found, expected(6, change), form.name);
  }
});

test('eight tunnels deep is followed, nine are too many', () => {
  for (const name of ['IPv4 in IP', 'GRE', 'VXLAN', 'Geneve with Ethernet']) {
    const form = TUNNEL_FORMS.find((candidate) => candidate.name === name)!;
    let packet = INNER[4];
    for (let depth = 1; depth <= 8; depth++) packet = inTunnel(form, packet);
    assert.deepEqual(decode(packet, 'raw'), expected(4, { tunnel: OUTER_ENDS[4] }), name);
    assert.equal(decode(inTunnel(form, packet), 'raw'), 'tunnelsTooDeep', name);
  }
});

test('headers without end are too deep, whatever they are', () => {
  const bridged = fields({ tag: '00000001', destination: '02'.repeat(6), source: '02'.repeat(6) });
  const level = Buffer.concat([Buffer.from('88e7', 'hex'), bridged]);
  const frame = Buffer.concat([Buffer.alloc(12), ...Array<Buffer>(60).fill(level), INNER[4]]);
  assert.equal(decode(frame), 'tunnelsTooDeep');
});

test('packets found in tunnels are counted, and nothing else is', () => {
  const reading = new Reading();
  for (const form of TUNNEL_FORMS) reading.frame(inTunnel(form, INNER[form.only ?? 4]), 'raw');
  reading.frame(udpFrame(V4));
  assert.deepEqual(counted(reading.counters), { tunnels: TUNNEL_FORMS.length });
});

const TUNNEL = TUNNEL_FORMS.find(({ name }) => name === 'GRE')!;
const ipOf = (protocol: number, body: Buffer) =>
  ipPacket(protocol, OUTER[4].source, OUTER[4].destination, body);

test('a tunnel that carries something else than IP is no packet', () => {
  const spanningTree = fields({
    protocol: '6558',
    macs: '00'.repeat(12),
    length: '0026',
    llc: '424203',
  });
  const cases: [string, number, Buffer, string][] = [
    ['GRE: a sign of life', 47, fields({ flags: '0000', protocol: '0000' }), 'etherTypeOther'],
    ['GRE: ARP', 47, fields({ flags: '0000', protocol: '0806' }), 'etherTypeOther'],
    [
      'GRE: spanning tree',
      47,
      Buffer.concat([fields({ f: '0000' }), spanningTree]),
      'etherTypeOther',
    ],
    [
      'PPTP: a bare acknowledgment',
      47,
      fields({ flags: '2081', protocol: '880b', length: '0000', call: '0005', number: '00000001' }),
      'etherTypeOther',
    ],
    [
      'PPTP: LCP',
      47,
      fields({ flags: '2001', protocol: '880b', length: '0004', call: '0005', lcp: 'c0210101' }),
      'etherTypeOther',
    ],
    ['an IP protocol nobody tunnels', 47 + 2, Buffer.alloc(8), 'ipProtocolOther'],
  ];
  for (const [name, protocol, body, reason] of cases) {
    assert.equal(decode(ipOf(protocol, body), 'raw'), reason, name);
  }
});

test('broken tunnel headers are malformed', () => {
  const cases: [string, number, Buffer][] = [
    ['GRE: version 2', 47, fields({ flags: '0002', protocol: '0800' })],
    ['GRE: too short', 47, fields({ flags: '0000' })],
    ['GRE: no room for the key', 47, fields({ flags: '2000', protocol: '0800', key: '0000' })],
    [
      'GRE: a route beyond the packet',
      47,
      fields({ flags: '4000', protocol: '0800', checksum: '00000000', route: '080000ff' }),
    ],
    [
      'GRE: routes without end',
      47,
      fields({
        flags: '4000',
        protocol: '0800',
        checksum: '00000000',
        routes: '08000000'.repeat(40),
      }),
    ],
    ['PPTP: no key', 47, fields({ flags: '0001', protocol: '880b', length: '00000000' })],
    ['PPTP: carries IP', 47, fields({ flags: '2001', protocol: '0800', length: '00000000' })],
    [
      'PPTP: longer than its packet',
      47,
      fields({ flags: '2001', protocol: '880b', key: '00090005' }),
    ],
    [
      'ERSPAN II: version 3',
      47,
      fields({ flags: '1000', protocol: '88be', n: '00000000', v: '30'.repeat(8) }),
    ],
    [
      'ERSPAN II: too short',
      47,
      fields({ flags: '1000', protocol: '88be', n: '00000000', v: '1000' }),
    ],
    [
      'ERSPAN III: version 1',
      47,
      fields({ flags: '1000', protocol: '22eb', n: '00000000', v: '10'.repeat(12) }),
    ],
    [
      'ERSPAN III: no room for the subheader',
      47,
      fields({ flags: '1000', protocol: '22eb', n: '00000000', v: `20${'00'.repeat(10)}01` }),
    ],
    ['EtherIP: version 2', 97, fields({ version: '2000' })],
    ['EtherIP: too short', 97, fields({ version: '30' })],
  ];
  for (const [name, protocol, body] of cases) {
    assert.equal(decode(ipOf(protocol, body), 'raw'), 'tunnelMalformed', name);
  }
});

test('a tunnel between trusted ends is not named; the next one inside is asked in turn', () => {
  const inner = inTunnel(TUNNEL, INNER[4]);
  const [a, b] = [fields({ a: '0a000001' }), fields({ b: 'c0a80102' })];
  const trusted = (packet: Buffer) => ipPacket(47, a, b, TUNNEL.body(packet));
  assert.deepEqual(decode(trusted(INNER[4]), 'raw'), expected(4));
  assert.deepEqual(decode(trusted(trusted(INNER[4])), 'raw'), expected(4));
  assert.deepEqual(decode(trusted(inner), 'raw'), expected(4, { tunnel: OUTER_ENDS[4] }));
  const outside = inTunnel(TUNNEL, trusted(INNER[4]));
  assert.deepEqual(decode(outside, 'raw'), expected(4, { tunnel: OUTER_ENDS[4] }));
});

test('the outermost untrusted tunnel is named, not those inside', () => {
  const inside = ipPacket(
    47,
    fields({ a: '08080808' }),
    fields({ b: '09090909' }),
    TUNNEL.body(INNER[4]),
  );
  assert.deepEqual(decode(inTunnel(TUNNEL, inside), 'raw'), expected(4, { tunnel: OUTER_ENDS[4] }));
});

test('who is trusted can be said, also while it runs', () => {
  const frame = inTunnel(TUNNEL, INNER[4]);
  const reading = new Reading({ isTrusted: () => true });
  assert.deepEqual(reading.frame(frame, 'raw'), expected(4));
  reading.decoder.isTrusted = () => false;
  assert.deepEqual(reading.frame(frame, 'raw'), expected(4, { tunnel: OUTER_ENDS[4] }));
});
