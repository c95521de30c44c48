import { shortCopy } from '../detect/short-copy.js';
import type { SipMessage } from '../sip/message.js';
import type { Packet } from '../wire/packet.js';
import { type Actor, actorOf } from './actor.js';
import type { CompiledSignature } from './compile.js';
import type { ExtractedFact, Finding } from './finding.js';
import { renderTemplate } from './template.js';

/** Where, when and between whom: what a finding takes from its subject. */
export type Occasion = Pick<
  Finding,
  'time' | 'frameNumber' | 'source' | 'sourcePort' | 'target' | 'targetPort' | 'transport' | 'proof'
>;

const MESSAGE_COPY_LIMIT = 4096;
const FACT_LIMIT = 256;
/** Characters of each value that a campaign is known by. */
const PART_LIMIT = 64;

export function occasionOf(packet: Packet): Occasion {
  return {
    time: packet.time,
    frameNumber: packet.frameNumber,
    source: packet.origin,
    sourcePort: packet.originPort,
    target: packet.destination,
    targetPort: packet.destinationPort,
    transport: packet.transport,
    proof: packet.proof,
  };
}

/** What the signature says of this subject. `reached`: see `Finding`. */
export function makeFinding<S>(
  compiled: CompiledSignature<S>,
  subject: S,
  occasion: Occasion,
  message: SipMessage | undefined,
  reached: { count: number; within: number },
): Finding {
  const { signature } = compiled;
  const { time, frameNumber, source, sourcePort, target, targetPort, transport, proof } = occasion;
  const actor = actorOfSubject(compiled, subject, occasion);
  const counted = signature.count !== undefined || signature.sequence !== undefined;
  return {
    signature,
    actor,
    time,
    frameNumber,
    source,
    sourcePort,
    target,
    targetPort,
    transport,
    proof,
    reason: renderTemplate(compiled.template, subject, reached),
    facts: compiled.extracts.flatMap(({ name, secret, expression }): ExtractedFact[] => {
      const value = expression.read(subject);
      if (value === undefined) return [];
      return [{ name, value: secret ? undefined : shortCopy(String(value), FACT_LIMIT) }];
    }),
    matched: heldSelections(compiled, subject),
    reached: counted ? reached : undefined,
    message: message && copyOf(message),
  };
}

/** Whom what a signature says of this subject is about. */
export function actorOfSubject<S>(
  { signature, groupBy }: CompiledSignature<S>,
  subject: S,
  { source, target }: Occasion,
): Actor {
  const { actor, id } = signature;
  const group =
    actor === 'group'
      ? groupBy.map((value) => shortCopy(String(value.read(subject) ?? ''), PART_LIMIT))
      : [];
  return actorOf(actor, id, source, target, group);
}

/** Names of the selections that hold. */
export function heldSelections<S>(compiled: CompiledSignature<S>, subject: S): string[] {
  return [...compiled.selections].filter(([, holds]) => holds(subject)).map(([name]) => name);
}

function copyOf(message: SipMessage): Buffer {
  const to = Math.min(message.to, message.from + MESSAGE_COPY_LIMIT);
  return Buffer.from(message.buf.subarray(message.from, to));
}
