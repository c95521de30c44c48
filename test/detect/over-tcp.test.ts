import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toTraffic } from '../../src/rules/example-traffic.js';
import type { TrafficDocument } from '../../src/rules/schema.js';
import { examplePackets } from '../../src/selftest/example-messages.js';
import { ipFrames, type TimedFrame } from '../../src/selftest/ip-frame.js';
import { linkFrame } from '../support/pcap-writer.js';
import { ATTACKER, PBX, Scene } from '../support/scene.js';

const PORT_SCAN = 'SIP-BEHAV-005';
const DAY = 24 * 3600;

/** What goes over the wire, after what went before, on a mirror that shows both directions. */
function play(...parts: TrafficDocument[]): Scene {
  const scene = new Scene().twoWay();
  for (const part of parts) {
    scene.clock += 10;
    for (const { at, bytes } of framesOf(part)) scene.frame(bytes, scene.clock + at);
    scene.clock += lengthOf(part);
  }
  return scene;
}

/** The same, so many times. */
function playAgain(part: TrafficDocument, times: number): Scene {
  const scene = new Scene().twoWay();
  scene.clock += 10;
  const frames = framesOf(part);
  for (let time = 0; time < times; time++) {
    for (const { at, bytes } of frames) scene.frame(bytes, scene.clock + at);
    scene.clock += lengthOf(part);
  }
  return scene;
}

function framesOf(part: TrafficDocument): TimedFrame[] {
  const frames = ipFrames(examplePackets(toTraffic(part)));
  return frames.map(({ at, bytes }) => ({ at, bytes: linkFrame(bytes) }));
}

function lengthOf({ repeat }: TrafficDocument): number {
  return repeat === undefined ? 0 : repeat.times * repeat.every;
}

const every = (seconds: number, times: number, variable: string, first: number) => ({
  repeat: { times, every: seconds, var: variable, first },
});
const refused = { segment: 'syn', answer: 'rst' } as const;
const accepted = { segment: 'syn', answer: 'syn-ack' } as const;
const silent = { segment: 'syn' } as const;

function registration(phone: string, registrar: string): TrafficDocument {
  const message = `REGISTER sip:${registrar} SIP/2.0
From: <sip:${phone}@${registrar}>;tag=r{n}
To: <sip:${phone}@${registrar}>
Contact: <sip:${phone}@${phone}:5060>
Call-ID: reg{n}
CSeq: 1 REGISTER`;
  return { from: `${phone}:5060`, to: `${registrar}:5060`, message, reply: '200 OK' };
}

interface Case {
  name: string;
  parts: TrafficDocument[];
}

const INNOCENTS: Case[] = [
  {
    name: 'a phone that walks through its four dead registrars over TLS and TCP for three hours',
    parts: [
      {
        ...every(60, 180, 'port', 40_000),
        from: '10.0.0.1:{port}',
        steps: [
          ...[1, 2, 3, 4].map((i) => ({ to: `203.0.113.${i}:5061`, ...silent, after: 4 })),
          ...[1, 2, 3, 4].map((i) => ({ to: `203.0.113.${i}:5060`, ...refused, after: 1 })),
        ],
      },
    ],
  },
  {
    name: 'a PBX that opens TCP to three hundred phones, of which all registered with it',
    parts: [
      { ...registration('10.1.0.{n}', PBX), ...every(0.05, 250, 'n', 1) },
      { ...registration('10.2.0.{n}', PBX), ...every(0.05, 50, 'n', 1) },
      { ...every(0.05, 250, 'n', 1), from: `${PBX}:33000`, to: '10.1.0.{n}:5060', ...refused },
      { ...every(0.05, 50, 'n', 1), from: `${PBX}:33000`, to: '10.2.0.{n}:5060', ...silent },
    ],
  },
  {
    name: 'a PBX that opens TCP to sixty phones that had TLS sessions with it',
    parts: [
      {
        ...every(0.2, 60, 'n', 1),
        from: '10.1.0.{n}:49152',
        to: `${PBX}:5061`,
        segment: 'client-hello',
      },
      { ...every(0.1, 60, 'n', 1), from: `${PBX}:33000`, to: '10.1.0.{n}:5061', ...refused },
    ],
  },
  {
    name: 'a monitor of fifteen servers of which seven went down after an hour',
    parts: [1, 8].map((firstUp, i) => ({
      ...every(60, 60, 'port', 20_000 + 1000 * i),
      from: '10.0.0.1:{port}',
      steps: Array.from({ length: 15 }, (_, server) => {
        const to = `10.1.0.${server + 1}:5061`;
        return { to, after: 0.05, ...(server + 1 >= firstUp ? accepted : silent) };
      }),
    })),
  },
  {
    name: 'a trunk whose peer is down for an hour',
    parts: [
      {
        ...every(5, 720, 'port', 20_000),
        from: '10.0.0.1:{port}',
        steps: [1, 2].map((i) => ({ to: `203.0.113.${i}:5060`, ...refused })),
      },
    ],
  },
  {
    name: 'a server behind a router that answers ICMP for one dead phone, over UDP and TCP',
    parts: [
      {
        ...every(20, 180, 'n', 20_000),
        steps: [
          {
            from: '10.0.0.1:5060',
            to: '10.1.0.9:5060',
            message:
              'OPTIONS sip:10.1.0.9 SIP/2.0\nFrom: <sip:pbx@10.0.0.1>;tag=a{n}\nTo: <sip:10.1.0.9>\nCall-ID: q{n}\nCSeq: 1 OPTIONS',
            answer: 'icmp-unreachable',
          },
          {
            from: '10.0.0.1:{n}',
            to: '10.1.0.9:5060',
            segment: 'syn',
            answer: 'icmp-unreachable',
          },
        ],
      },
    ],
  },
  {
    name: 'a site of a hundred phones behind one address whose two TLS servers are silent',
    parts: [
      {
        ...every(0.1, 100, 'port', 20_000),
        from: '198.51.100.20:{port}',
        steps: [1, 2].map((i) => ({ to: `203.0.113.${i}:5061`, ...silent })),
      },
    ],
  },
];

describe('innocents over TCP and TLS', () => {
  for (const { name, parts } of INNOCENTS) {
    test(name, () => {
      const scene = play(...parts);
      assert.deepEqual([...scene.accused()], []);
      assert.deepEqual(scene.alerts, [], 'and not even told of');
      assert.ok(scene.sensor.traffic.observations.get('target.contacted')! > 30);
    });
  }
});

/** Checks of ten minutes, each connection with a port of its own. */
const CHECKS: [name: string, servers: number, seconds: number, end: 'fin' | 'rst'][] = [
  ["a load balancer's TCP health check of three proxies, each two seconds", 3, 2, 'fin'],
  ['a monitor that checks fifteen servers by TCP every minute', 15, 60, 'rst'],
];

describe('innocents over TCP, for a day', () => {
  for (const [name, servers, seconds, end] of CHECKS) {
    test(name, () => {
      const steps = Array.from({ length: servers }, (_, i) => {
        const to = `10.1.0.${i + 1}:5060`;
        return [
          { to, ...accepted, after: 0.01 },
          { to, segment: 'ack' as const, after: 0.03 },
          { to, segment: end, after: 0.01 },
        ];
      }).flat();
      const part = {
        ...every(seconds, 600 / seconds, 'port', 20_000),
        from: '10.0.0.1:{port}',
        steps,
      };
      const scene = playAgain(part, DAY / 600);
      assert.deepEqual([...scene.accused()], []);
      assert.deepEqual(scene.alerts, []);
      const attempts = (DAY / seconds) * servers;
      assert.ok(scene.sensor.traffic.observations.get('target.probed')! >= attempts);
    });
  }
});

const ATTACKS: Case[] = [
  {
    name: 'a scan of forty silent addresses',
    parts: [
      { ...every(0.01, 40, 'n', 1), from: `${ATTACKER}:4000`, to: '203.0.113.{n}:5061', ...silent },
    ],
  },
  {
    name: 'a scan that ends each attempt itself, as if it had been accepted and used',
    parts: [
      {
        ...every(0.1, 40, 'n', 1),
        from: `${ATTACKER}:4000`,
        to: '203.0.113.{n}:5060',
        steps: [
          { ...silent },
          { segment: 'ack', after: 0.01 },
          { transport: 'tcp', raw: true, message: 'x', after: 0.01 },
          { segment: 'rst', after: 0.01 },
        ],
      },
    ],
  },
  {
    name: 'a scan that begins with seven open ports of its own choice',
    parts: [
      {
        ...every(0.1, 7, 'n', 101),
        from: `${ATTACKER}:4000`,
        to: '203.0.113.{n}:5060',
        ...accepted,
      },
      { ...every(0.1, 20, 'n', 1), from: `${ATTACKER}:4000`, to: '203.0.113.{n}:5060', ...refused },
    ],
  },
  {
    name: 'a scan over IPv6',
    parts: [
      {
        ...every(0.1, 20, 'n', 1000),
        from: '[2001:db8::7]:4000',
        to: '[2001:db8:1::{n}]:5060',
        ...refused,
      },
    ],
  },
];

describe('port scans', () => {
  for (const { name, parts } of ATTACKS) {
    test(name, () => {
      const accused = play(...parts).accused();
      assert.deepEqual([...accused.values()], [[PORT_SCAN]]);
      assert.ok(accused.has(ATTACKER) || accused.has('2001:db8::7'));
    });
  }

  test('say how much was tried, how much is open, and whether the address may be forged', () => {
    const from = `${ATTACKER}:4000`;
    const scene = play(
      { from, to: '203.0.113.100:5060', steps: [accepted, { segment: 'ack' }, { segment: 'rst' }] },
      { ...every(0.1, 20, 'n', 1), from, to: '203.0.113.{n}:5060', ...refused },
    );
    const last = scene.finish().at(-1)!;
    assert.equal(
      last.reason,
      '198.51.100.7 looks for open SIP ports over TCP: it tried 203.0.113.100 and 20 more addresses, and 1 of them accepted a connection',
    );
    assert.deepEqual([last.count, last.targets.count, last.spoofable], [21, 21, false]);
    assert.deepEqual([last.transport, last.severity, last.stage], ['TCP', 'low', 'recon']);
  });
});
