import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DocumentProblem } from '../documents/problem.js';
import { type CheckedYaml, readYaml } from '../documents/read-yaml.js';
import { ListCache } from './lists.js';
import {
  type ExampleDocument,
  type SignatureDocument,
  type StepDocument,
  signatureSchema,
  type TrafficDocument,
} from './schema.js';
import {
  type Example,
  type ExampleReply,
  type ExampleStep,
  type FindingClass,
  type Repeat,
  type Selection,
  type Signature,
  stageOfClass,
  type Traffic,
} from './signature.js';

/** Classes that speak of honest people. */
const INFORMING: ReadonlySet<FindingClass> = new Set(['survey', 'hygiene']);

/** What a folder of signatures gave: the good ones, and every problem of the others. */
export interface LoadedSignatures {
  readonly signatures: Signature[];
  readonly problems: DocumentProblem[];
  readonly lists: ListCache;
}

/**
 * Reads every `*.yaml` and `*.yml` below the folders, in name order. Never throws for a bad file; a
 * folder without any is a problem.
 */
export function loadSignatures(folders: readonly string[]): LoadedSignatures {
  const loading = loadOneByOne(folders);
  let step = loading.next();
  while (step.done !== true) step = loading.next();
  return step.value;
}

/** The same, giving way to other work after each file: a running sensor must not stand still. */
export async function loadSignaturesInSlices(
  folders: readonly string[],
): Promise<LoadedSignatures> {
  const loading = loadOneByOne(folders);
  let step = loading.next();
  while (step.done !== true) {
    await new Promise((resolve) => setImmediate(resolve));
    step = loading.next();
  }
  return step.value;
}

/** Pauses after each file. */
function* loadOneByOne(folders: readonly string[]): Generator<void, LoadedSignatures> {
  const problems: DocumentProblem[] = [];
  const signatures: Signature[] = [];
  const lists = new ListCache(folders);
  for (const folder of folders) {
    for (const file of yamlFiles(folder, problems)) {
      const text = readText(file, problems);
      const signature = text === undefined ? undefined : readSignature(file, text, problems);
      if (signature !== undefined) signatures.push(signature);
      yield;
    }
  }
  checkUnique(signatures, problems);
  return { signatures, problems, lists };
}

/** One signature from its text; problems are added with file and line. */
export function readSignature(
  file: string,
  text: string,
  problems: DocumentProblem[],
): Signature | undefined {
  const before = problems.length;
  const checked = readYaml(file, text, signatureSchema, problems);
  if (checked === undefined) return undefined;
  const document = checked.value;
  const problem = (path: PropertyKey[], message: string) =>
    problems.push(new DocumentProblem(file, checked.lineOf(path), message));
  if (!basename(file).startsWith(document.id)) {
    problem(['id'], `the file name must begin with the id: ${document.id}-….yaml`);
  }
  if (document.count !== undefined && document.sequence !== undefined) {
    problem(['sequence'], 'a signature counts or follows a sequence, not both');
  }
  if (INFORMING.has(document.class) && document.severity !== 'info') {
    problem(
      ['severity'],
      `class ${document.class} informs and never accuses: severity must be info`,
    );
  }
  if (document.confidence === 'high' && restsOnUserAgent(document)) {
    const message = 'a User-Agent alone is one edit away from another: at most medium';
    problem(['confidence'], message);
  }
  if (document.status === 'stable') checkBothExpectations(document, problem);
  return problems.length > before ? undefined : toSignature(file, checked);
}

/** Nothing but the name that a program gives itself decides. */
function restsOnUserAgent({ match, count, sequence }: SignatureDocument): boolean {
  if (count !== undefined || sequence !== undefined) return false;
  const fields = Object.values(match).flatMap((selection) =>
    typeof selection === 'string' ? [] : Object.keys(selection).map((key) => key.split('|', 1)[0]),
  );
  return fields.length > 0 && fields.every((field) => field === 'user_agent');
}

function checkBothExpectations(
  document: SignatureDocument,
  problem: (path: PropertyKey[], message: string) => void,
): void {
  for (const expect of ['alert', 'quiet'] as const) {
    if (!document.examples.some((example) => example.expect === expect)) {
      problem(['examples'], `a stable signature needs an example with "expect: ${expect}"`);
    }
  }
}

function toSignature(file: string, checked: CheckedYaml<SignatureDocument>): Signature {
  const document = checked.value;
  const { condition, ...selections } = document.match;
  const count = document.count;
  return {
    ...document,
    tool: document.tool,
    actor: document.actor,
    stage: document.stage ?? stageOfClass(document.class),
    sid: signatureNumber(document.id),
    file,
    lines: linesOf(checked),
    kind: basename(dirname(file)),
    subject: document.on,
    selections: new Map(Object.entries(selections as Record<string, Selection>)),
    condition,
    count: count && {
      groupBy: count.group_by,
      distinct: count.distinct,
      provided: count.provided,
      windows: (count.windows ?? [{ at_least: count.at_least!, within: count.within! }]).map(
        (window) => ({ atLeast: window.at_least, within: window.within }),
      ),
    },
    sequence: document.sequence && {
      groupBy: document.sequence.group_by,
      steps: document.sequence.steps,
      within: document.sequence.within,
    },
    extracts: Object.entries(document.extract).map(([name, value]) =>
      typeof value === 'string'
        ? { name, field: value, secret: false }
        : { name, field: value.field, secret: value.secret },
    ),
    alert: {
      message: document.alert.message,
      advice: document.alert.advice?.trim(),
      suppressFor: document.alert.suppress?.for ?? 3600,
      suppressBy: document.alert.suppress?.by ?? ['source.ip'],
    },
    examples: document.examples.map((example, i) =>
      toExample(example, checked.lineOf(['examples', i, 'name'])),
    ),
  };
}

/** Lines of the parts that compiling may find wrong. */
function linesOf({ value, lineOf }: CheckedYaml<SignatureDocument>): Map<string, number> {
  const selections = Object.entries(value.match).flatMap(([name, selection]) =>
    typeof selection === 'string' ? [] : Object.keys(selection).map((key) => ['match', name, key]),
  );
  const paths = [
    ...selections,
    ...Object.keys(value.match).map((name) => ['match', name]),
    ...Object.keys(value.extract).map((name) => ['extract', name]),
    ...['group_by', 'distinct', 'provided'].map((key) => ['count', key]),
    ...['group_by', 'steps'].map((key) => ['sequence', key]),
    ['alert', 'message'],
    ['alert', 'suppress'],
  ];
  return new Map(paths.map((path) => [path.join('.'), lineOf(path)]));
}

function toExample(document: ExampleDocument, line: number): Example {
  const { name, expect, ...traffic } = document;
  return { name, expect, line, ...toTraffic(traffic) };
}

/** One message with its keys, or `steps` that share them, as steps that each say everything. */
export function toTraffic({ steps, repeat, ...common }: TrafficDocument): Traffic {
  const list = steps ?? [common as StepDocument];
  return { steps: list.map((step) => toStep({ ...common, ...step })), rounds: toRepeat(repeat) };
}

function toStep(document: StepDocument): ExampleStep {
  const { segment } = document;
  return {
    from: document.from ?? '198.51.100.7:5060',
    to: document.to ?? '203.0.113.5:5060',
    transport: segment === undefined ? (document.transport ?? 'udp') : 'tcp',
    text: document.message ?? '',
    segment,
    lineEnd: document.line_ends === 'lf' ? '\n' : '\r\n',
    raw: document.raw ?? false,
    after: document.after ?? 0.1,
    repeat: toRepeat(document.repeat),
    replies: repliesOf(document),
    rtp: document.rtp && {
      payloadType: document.rtp.payload_type,
      size: document.rtp.size,
      ssrc: document.rtp.ssrc,
      step: document.rtp.step,
    },
    answer: document.answer,
    overlapping: document.overlapping ?? false,
  };
}

/** Without another word, an answer comes at once. */
const REPLY_DELAY = 0.02;

function repliesOf({ reply, replies }: StepDocument): ExampleReply[] {
  const all = replies ?? (reply === undefined ? [] : [reply]);
  return all.map((each) => (typeof each === 'string' ? { text: each, after: REPLY_DELAY } : each));
}

function toRepeat(document: StepDocument['repeat']): Repeat {
  if (document === undefined) return { times: 1, every: 0, variable: '', first: 0 };
  const { times, every, var: variable, first } = document;
  return { times, every, variable, first };
}

/** FNV-1a of the id, in 100,000,000 to 999,999,999: stable, and clear of the ranges in use. */
function signatureNumber(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return 100_000_000 + ((hash >>> 0) % 900_000_000);
}

function checkUnique(signatures: readonly Signature[], problems: DocumentProblem[]): void {
  const byId = new Map<string, Signature>();
  const bySid = new Map<number, Signature>();
  for (const signature of signatures) {
    const twin = byId.get(signature.id) ?? bySid.get(signature.sid);
    if (twin !== undefined) {
      const message = `id ${signature.id} is taken by ${twin.file} (${twin.id}); choose another`;
      problems.push(new DocumentProblem(signature.file, 1, message));
    }
    byId.set(signature.id, signature);
    bySid.set(signature.sid, signature);
  }
}

function yamlFiles(folder: string, problems: DocumentProblem[]): string[] {
  try {
    if (!statSync(folder).isDirectory()) return [folder];
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const files = names.filter((name) => /\.ya?ml$/.test(name)).sort();
    if (files.length === 0) {
      const message = 'holds no signature (no .yaml or .yml file); name another folder';
      problems.push(new DocumentProblem(folder, 1, message));
    }
    return files.map((name) => join(folder, name));
  } catch (error) {
    problems.push(unreadable(folder, error));
    return [];
  }
}

function readText(file: string, problems: DocumentProblem[]): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    problems.push(unreadable(file, error));
    return undefined;
  }
}

function unreadable(path: string, error: unknown): DocumentProblem {
  const reason = error instanceof Error ? error.message : String(error);
  return new DocumentProblem(path, 1, `cannot be read: ${reason}`);
}
