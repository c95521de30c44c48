import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import type { DocumentProblem } from '../../src/documents/problem.js';
import { readYaml } from '../../src/documents/read-yaml.js';
import { toTraffic } from '../../src/rules/load.js';
import { duration, step } from '../../src/rules/schema.js';
import { type ExamplePacket, examplePackets } from '../../src/selftest/example-messages.js';
import { type FileFrame, LINK_TYPES, makePcap, tcpFrame, udpFrame } from './pcap-writer.js';
import { tcpSegments } from './tcp-conversation.js';

/** A part begins at its own moment; what it sends is written as in an example of a signature. */
const part = z
  .strictObject({
    name: z.string(),
    at: duration.default(0),
    steps: z.array(step).min(1).optional(),
    ...step.partial().shape,
  })
  .refine((value) => (value.steps === undefined) === (value.message !== undefined), {
    message: 'give either one message, or steps: a list of them',
  });

const scenarioSchema = z.strictObject({
  title: z.string().min(10).max(100),
  kind: z.enum(['attack', 'innocent']),
  description: z.string().min(40),
  start: z.iso.datetime(),
  link: z.enum(['ethernet', 'sll', 'raw']).default('ethernet'),
  vlan: z.union([z.int(), z.array(z.int()).min(1)]).optional(),
  format: z.enum(['pcap', 'pcapng']).default('pcap'),
  gzip: z.boolean().default(false),
  parts: z.array(part).min(1),
});

export type Scenario = z.infer<typeof scenarioSchema>;
type Part = Scenario['parts'][number];

/** Reads the scenario of a folder; throws with file and line when something is wrong with it. */
export function readScenario(folder: string): Scenario {
  const file = join(folder, 'scenario.yaml');
  const problems: DocumentProblem[] = [];
  const checked = readYaml(file, readFileSync(file, 'utf8'), scenarioSchema, problems);
  if (checked === undefined) throw new Error(problems.join('\n'));
  return checked.value;
}

/** Packet time at which a scenario begins (seconds). */
export function startOf(scenario: Scenario): number {
  return Date.parse(scenario.start) / 1000;
}

/** `capture.pcap`, `capture.pcapng`, either with `.gz`. */
export function captureName({ format, gzip }: Scenario): string {
  return `capture.${format}${gzip ? '.gz' : ''}`;
}

/** The capture that a scenario describes, before compression: the same bytes every time. */
export function captureBytes(scenario: Scenario): Buffer {
  return makePcap(framesOf(scenario), { format: scenario.format });
}

/** Every address that takes part. */
export function addressesOf(scenario: Scenario): Set<string> {
  const endpoints = scenario.parts.flatMap(packetsOf).flatMap(({ from, to }) => [from, to]);
  return new Set(endpoints.map((endpoint) => endpoint.slice(0, endpoint.lastIndexOf(':'))));
}

export function compressed(bytes: Buffer, { gzip }: Scenario): Buffer {
  return gzip ? gzipSync(bytes, { level: 9 }) : bytes;
}

function framesOf(scenario: Scenario): FileFrame[] {
  const start = startOf(scenario);
  const packets = scenario.parts.flatMap(packetsOf);
  const { link } = scenario;
  const common = { link, ...(scenario.vlan === undefined ? {} : { vlan: scenario.vlan }) };
  const datagrams = packets.filter(({ transport }) => transport === 'udp');
  const segments = tcpSegments(packets.filter(({ transport }) => transport === 'tcp'));
  const frames = [
    ...datagrams.map((datagram) => ({
      at: datagram.at,
      bytes: udpFrame({ ...datagram, ...common }),
    })),
    ...segments.map((segment) => ({ at: segment.at, bytes: tcpFrame({ ...segment, ...common }) })),
  ];
  const linkType = LINK_TYPES[link];
  return frames
    .sort((a, b) => a.at - b.at)
    .map(({ at, bytes }) => ({ time: start + at, bytes, linkType }));
}

function packetsOf({ name: _, at: begin, ...traffic }: Part): ExamplePacket[] {
  return examplePackets(toTraffic(traffic)).map((packet) => ({ ...packet, at: begin + packet.at }));
}
