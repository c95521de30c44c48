import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { captureFiles } from '../../../src/capture/capture-files.js';
import { readCapture } from '../../../src/capture/read-capture.js';
import { packageRoot } from '../../../src/package-root.js';
import { severityRank } from '../../../src/rules/signature.js';
import type { CapturedFrame } from '../capture-frames.js';
import { toIpv6, toTeredo } from './addresses.js';
import { nested } from './catalogue.js';
import { overTcp, overWebSocket } from './conversations.js';
import type { Rewrap } from './frames.js';
import { APART, difference, PORTS, type Seen, seenIn } from './seen.js';

/** Ways to carry the same messages that may be told apart, and so are each a plain form. */
const FORMS = {
  'as captured': nested(),
  'over IPv6': toIpv6,
  'between Teredo clients': toTeredo,
  'over TCP': overTcp,
  'over TCP and IPv6': nested(overTcp, toIpv6),
  'over WebSocket': overWebSocket,
} as const satisfies Record<string, Rewrap>;
export type Form = keyof typeof FORMS;

interface Capture {
  readonly name: string;
  readonly frames: readonly CapturedFrame[];
}

/**
 * Captures that one sensor looks at one after the other, each a few days of packet time after the
 * one before: so that a sensor is made, which costs more than most captures, only once for all.
 */
export class PlainCaptures {
  readonly names: readonly string[];
  private readonly ports: keyof typeof PORTS;
  private readonly captured: readonly (readonly CapturedFrame[])[];
  private readonly frames = new Map<Form, readonly (readonly CapturedFrame[])[]>();
  private readonly results = new Map<Form, readonly Seen[]>();

  constructor(captures: readonly Capture[], ports: keyof typeof PORTS) {
    this.ports = ports;
    this.names = captures.map(({ name }) => name);
    this.captured = inSuccession(captures.map(({ frames }) => frames));
  }

  /** The frames of each capture. */
  framesAs(form: Form): readonly (readonly CapturedFrame[])[] {
    const known = this.frames.get(form);
    if (known !== undefined) return known;
    const made = this.captured.map((frames) => FORMS[form](frames));
    this.frames.set(form, made);
    return made;
  }

  seenAs(form: Form): readonly Seen[] {
    const known = this.results.get(form);
    if (known !== undefined) return known;
    const seen = this.seenIn(this.framesAs(form));
    this.results.set(form, seen);
    return seen;
  }

  seenIn(frames: readonly (readonly CapturedFrame[])[]): Seen[] {
    return seenIn(frames, PORTS[this.ports]);
  }

  /** The captures in which somebody is accused. */
  accusing(): string[] {
    const isAccusing = (line: string) =>
      severityRank(JSON.parse(line).sipseer.severity) >= severityRank('low');
    const seen = this.seenAs('as captured');
    return this.names.filter((_, i) => seen[i]!.alerts.some(isAccusing));
  }

  /** In what frames of all captures give another result than `plain`, one line for each capture. */
  differences(plain: readonly Seen[], frames: readonly (readonly CapturedFrame[])[]): string[] {
    const wrapped = this.seenIn(frames);
    return plain.flatMap((seen, i) => {
      const found = difference(seen, wrapped[i]!);
      return found === undefined ? [] : [`${this.names[i]}: ${found}`];
    });
  }
}

/** Among so many wrappings that follow each other, a capture in which nobody is accused meets one. */
const TURNS = 4;

/** The captures that hold SIP: our own scenarios and tools, and those of other people. */
export class SipCaptures {
  private readonly attacks: readonly PlainCaptures[];
  private readonly inTurn: readonly (readonly PlainCaptures[])[];

  private constructor(captures: readonly Capture[]) {
    const all = bySubject(captures);
    const accusing = new Set(all.flatMap((series) => series.accusing()));
    const others = captures.filter(({ name }) => !accusing.has(name));
    this.attacks = bySubject(captures.filter(({ name }) => accusing.has(name)));
    this.inTurn = Array.from({ length: TURNS }, (_, turn) =>
      bySubject(others.filter((_capture, i) => i % TURNS === turn)),
    );
  }

  static async read(): Promise<SipCaptures> {
    return new SipCaptures(await capturesIn('pcaps'));
  }

  /** Those that the wrapping of this number meets: each attack, and a share of the others. */
  meeting(wrapping: number): readonly PlainCaptures[] {
    return [...this.attacks, ...this.inTurn[wrapping % TURNS]!];
  }

  get all(): readonly PlainCaptures[] {
    return [...this.attacks, ...this.inTurn.flat()];
  }
}

/** Ours are on the default ports; what others captured may be on any. */
function bySubject(captures: readonly Capture[]): PlainCaptures[] {
  const isForeign = ({ name }: Capture) => /third-party\/(?!lab\/)/.test(name);
  const own = captures.filter((capture) => !isForeign(capture));
  return [new PlainCaptures(own, 'default'), new PlainCaptures(captures.filter(isForeign), 'any')];
}

/** Odd frames of all kinds, few with SIP: so many of each capture. */
export async function oddCaptures(most: number): Promise<PlainCaptures[]> {
  const folders = ['test/cases/captures', 'test/corpus'].filter((name) => existsSync(name));
  const all: Capture[] = [];
  for (const folder of folders) all.push(...(await capturesIn(folder, most)));
  return [new PlainCaptures(all, 'any')];
}

async function capturesIn(folder: string, most = Number.POSITIVE_INFINITY): Promise<Capture[]> {
  const { files } = await captureFiles([join(packageRoot(), folder)]);
  const found: Capture[] = [];
  for (const { path } of files) {
    const frames: CapturedFrame[] = [];
    await readCapture(path, {
      frame(buf, from, to, time, originalLength, linkType) {
        if (frames.length >= most) return;
        frames.push({ bytes: Buffer.from(buf.subarray(from, to)), time, originalLength, linkType });
      },
    });
    found.push({ name: relative(packageRoot(), path), frames });
  }
  return found;
}

/** Moved by whole seconds, so that fractions stay as they are. */
function inSuccession(captures: readonly (readonly CapturedFrame[])[]): CapturedFrame[][] {
  let next = 0;
  return captures.map((frames) => {
    const times = frames.map(({ time }) => time);
    const first = times.reduce((least, time) => Math.min(least, time), times[0] ?? 0);
    const last = times.reduce((most, time) => Math.max(most, time), first);
    const shift = next === 0 ? 0 : Math.ceil(next - first);
    next = last + shift + APART;
    return frames.map((frame) => ({ ...frame, time: frame.time + shift }));
  });
}
