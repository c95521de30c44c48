import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { DocumentProblem } from '../../src/documents/problem.js';
import { readYaml } from '../../src/documents/read-yaml.js';
import { CLASSES, SEVERITIES, STAGES } from '../../src/rules/signature.js';
import { PCAPS } from './replayed-events.js';
import { THIRD_PARTY } from './scenario-folders.js';

/** What is known of a source in the end. What is left out may be anything. */
const incident = z
  .strictObject({
    tools: z.array(z.string()),
    /** These, and maybe more. */
    rules: z.array(z.string()),
    class: z.enum(CLASSES),
    stage: z.enum(STAGES),
    severity: z.enum(SEVERITIES),
    targets: z.int(),
    accounts: z.int(),
    existing: z.array(z.string()),
    rejected_credentials: z.int(),
    /** `name: value`; these, and maybe more. */
    facts: z.array(z.string()),
  })
  .partial();

const capture = z.strictObject({
  about: z.string(),
  /** SIP requests and replies that are read in it. */
  requests: z.int(),
  replies: z.int(),
  /** The sources that are named, one incident each; none when left out. */
  incidents: z.record(z.string(), incident).default({}),
});

const expectation = z.strictObject({
  /** `benign`: nobody may be accused of anything, that is, no severity above info. */
  kind: z.enum(['attack', 'benign']),
  captures: z.record(z.string(), capture),
});

export type Expectation = z.infer<typeof expectation>;

const ROOT = join(PCAPS, THIRD_PARTY);

export function origins(): string[] {
  return readdirSync(ROOT)
    .filter((name) => name !== 'README.md')
    .sort();
}

export function originFolder(origin: string): string {
  return join(ROOT, origin);
}

/** The captures of an origin, relative to its folder. */
export function capturesOf(origin: string): string[] {
  const names = readdirSync(originFolder(origin), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.pcap')).sort();
}

/** The facts that hold of an origin's captures; throws with file and line when they are amiss. */
export function readExpectation(origin: string): Expectation {
  const file = join(originFolder(origin), 'expected.yaml');
  const problems: DocumentProblem[] = [];
  const checked = readYaml(file, readFileSync(file, 'utf8'), expectation, problems);
  if (checked === undefined) throw new Error(problems.join('\n'));
  return checked.value;
}
