import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import type { DocumentProblem } from '../../src/documents/problem.js';
import { readYaml } from '../../src/documents/read-yaml.js';
import { toTraffic } from '../../src/rules/example-traffic.js';
import { duration, ONE_THING, saysOneThing, step, stepKeys } from '../../src/rules/schema.js';
import { type ExamplePacket, examplePackets } from '../../src/selftest/example-messages.js';
import { ipFrames } from '../../src/selftest/ip-frame.js';
import { type FileFrame, LINK_TYPES, linkFrame, makePcap } from './pcap-writer.js';

/** A part begins at its own moment; what it sends is written as in an example of a signature. */
const part = z
  .strictObject({
    name: z.string(),
    at: duration.default(0),
    steps: z.array(step).min(1).optional(),
    ...stepKeys.shape,
  })
  .refine(saysOneThing, { message: ONE_THING });

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
  const { link, vlan = [] } = scenario;
  const linkType = LINK_TYPES[link];
  return ipFrames(scenario.parts.flatMap(packetsOf)).map(({ at, bytes }) => ({
    time: start + at,
    bytes: linkFrame(bytes, { link, vlan }),
    linkType,
  }));
}

function packetsOf({ name: _, at: begin, ...traffic }: Part): ExamplePacket[] {
  return examplePackets(toTraffic(traffic)).map((packet) => ({ ...packet, at: begin + packet.at }));
}
