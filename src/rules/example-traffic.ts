import type { ExampleDocument, StepDocument, TrafficDocument } from './schema.js';
import type { Example, ExampleReply, ExampleStep, Repeat, Traffic } from './signature.js';

/** An example of a file, whose name stands at `line`. */
export function toExample(document: ExampleDocument, line: number): Example {
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
