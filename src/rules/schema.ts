import { z } from 'zod';
import { parseDuration } from '../documents/duration.js';
import {
  ACTORS,
  ANSWERS,
  CLASSES,
  CONFIDENCES,
  EXPECTATIONS,
  SEGMENTS,
  SEVERITIES,
  STAGES,
  STATUSES,
  SUBJECTS,
} from './signature.js';

/** The shape of a signature file. Key order here is the order that files are written in. */

const DURATION = 'a duration is a number and a unit: 250ms, 60s, 10m, 6h, 2d';

export const duration = z
  .string({ error: DURATION })
  .refine((text) => parseDuration(text) !== undefined, { message: DURATION })
  .transform((text) => parseDuration(text)!);

/** Whether the calendar has this day: `2026-02-30` is none. */
function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const selection = z.record(
  z.string(),
  z.union([scalar, z.array(scalar).min(1)], {
    error: 'give a text, a number, true or false, or a list of at least one of them',
  }),
);
const endpoint = z.string().regex(/^(\[[^\]]+\]|[^:]+):(\d{1,5}|\{\w+\})$/, {
  message: 'an endpoint is ADDRESS:PORT, for example 198.51.100.7:5060 or [2001:db8::7]:5060',
});

const window = z.strictObject({ at_least: z.int().min(1).max(1000), within: duration });

const count = z
  .strictObject({
    group_by: z.array(z.string()).min(1).default(['source.ip']),
    distinct: z.string().optional(),
    at_least: z.int().min(1).max(1000).optional(),
    within: duration.optional(),
    windows: z.array(window).min(1).max(8).optional(),
    provided: z.string().optional(),
  })
  .refine(
    (value) =>
      (value.windows === undefined) ===
      (value.at_least !== undefined && value.within !== undefined),
    { message: 'give either at_least and within, or windows: a list of both' },
  );

const sequence = z.strictObject({
  group_by: z.array(z.string()).min(1).default(['source.ip']),
  steps: z.array(z.string()).min(2).max(8),
  within: duration,
});

const extract = z.union(
  [z.string(), z.strictObject({ field: z.string(), secret: z.boolean().default(false) })],
  { error: 'give a field such as from.user, or { field: from.user, secret: true }' },
);

const alert = z.strictObject({
  message: z.string().min(10),
  advice: z.string().optional(),
  suppress: z
    .strictObject({ for: duration, by: z.array(z.string()).min(1).default(['source.ip']) })
    .optional(),
});

export const ONE_THING = 'give either one message, one segment, one rtp, or steps: a list of them';
const ANSWER = 'syn-ack and rst answer "segment: syn"; icmp-unreachable answers messages too';
const TRANSPORT = 'a segment goes over tcp, rtp over udp; what overlaps goes over udp and IPv4';

interface StepKeys {
  readonly from?: string | undefined;
  readonly transport?: 'udp' | 'tcp' | undefined;
  readonly message?: string | undefined;
  readonly segment?: string | undefined;
  readonly rtp?: unknown;
  readonly reply?: string | undefined;
  readonly replies?: unknown;
  readonly answer?: string | undefined;
  readonly overlapping?: boolean | undefined;
}

/** A message, a segment, or steps with them. */
export function saysOneThing(value: StepKeys & { readonly steps?: unknown }): boolean {
  const given = [value.message, value.segment, value.rtp, value.steps];
  return given.filter((one) => one !== undefined).length === 1;
}

const ONE_REPLY = 'give either reply: one answer, or replies: a list of them';

function hasOneReply({ reply, replies }: StepKeys): boolean {
  return reply === undefined || replies === undefined;
}

function hasFittingAnswer({ segment, answer }: StepKeys): boolean {
  return answer === undefined || answer === 'icmp-unreachable' || segment === 'syn';
}

function hasFittingTransport({ from, transport, segment, rtp, overlapping }: StepKeys): boolean {
  if (rtp !== undefined && transport === 'tcp') return false;
  if (overlapping === true) return transport !== 'tcp' && from?.startsWith('[') !== true;
  return segment === undefined || transport !== 'udp';
}

const reply = z.union(
  [z.string(), z.strictObject({ after: duration.prefault('20ms'), text: z.string() })],
  { error: 'give an answer such as "180 Ringing", or { after: 2s, text: "180 Ringing" }' },
);

const rtp = z.strictObject({
  payload_type: z.int().min(0).max(127).default(0),
  size: z.int().min(12).max(1400).default(172),
  ssrc: z.int().min(0).max(0xffff_ffff).default(0x5eed),
  step: z.int().min(0).max(90_000).default(160),
});

/** The keys of what is sent, in an example or in the scenario behind a capture. */
export const stepKeys = z.strictObject({
  from: endpoint.optional(),
  to: endpoint.optional(),
  transport: z.enum(['udp', 'tcp']).optional(),
  after: duration.optional(),
  repeat: z
    .strictObject({
      times: z.int().min(1).max(20_000),
      every: duration,
      var: z
        .string()
        .regex(/^[a-z]\w*$/, { message: 'a variable is a name such as n' })
        .default('n'),
      first: z.int().default(0),
    })
    .optional(),
  line_ends: z.enum(['crlf', 'lf']).optional(),
  raw: z.boolean().optional(),
  message: z.string().optional(),
  segment: z.enum(SEGMENTS).optional(),
  reply: z.string().optional(),
  replies: z.array(reply).min(1).optional(),
  rtp: rtp.optional(),
  answer: z.enum(ANSWERS).optional(),
  overlapping: z.boolean().optional(),
});

/** One message or segment, or a repeated one. */
export const step = stepKeys
  .refine(saysOneThing, { message: 'give either a message, a segment or rtp' })
  .refine(hasOneReply, { message: ONE_REPLY })
  .refine(hasFittingAnswer, { message: ANSWER })
  .refine(hasFittingTransport, { message: TRANSPORT });

const example = z
  .strictObject({
    name: z.string(),
    expect: z.enum(EXPECTATIONS),
    steps: z.array(step).min(1).optional(),
    ...stepKeys.shape,
  })
  .refine(saysOneThing, { message: ONE_THING })
  .refine(hasOneReply, { message: ONE_REPLY })
  .refine(hasFittingAnswer, { message: ANSWER })
  .refine(hasFittingTransport, { message: TRANSPORT });

export const signatureSchema = z.strictObject({
  id: z.string().regex(/^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$/, {
    message: 'an id looks like SIP-TOOL-001: capitals, digits and hyphens',
  }),
  title: z.string().min(5).max(100),
  status: z.enum(STATUSES),
  class: z.enum(CLASSES),
  stage: z.enum(STAGES).optional(),
  severity: z.enum(SEVERITIES),
  confidence: z.enum(CONFIDENCES),
  tool: z.string().optional(),
  description: z.string().min(20),
  references: z.array(z.string()).default([]),
  falsepositives: z.array(z.string()).min(1),
  tags: z.array(z.string()).default([]),
  author: z.string(),
  date: z.string().refine(isDate, { message: 'a date is a day of the calendar as YYYY-MM-DD' }),
  on: z.enum(SUBJECTS).default('message'),
  actor: z.enum(ACTORS).default('source'),
  match: z.object({ condition: z.string() }).catchall(selection),
  count: count.optional(),
  sequence: sequence.optional(),
  extract: z
    .record(
      z.string().regex(/^[a-z_]+$/, { message: 'a name here has only small letters and _' }),
      extract,
    )
    .default({}),
  alert,
  examples: z.array(example).min(1),
});

export type SignatureDocument = z.infer<typeof signatureSchema>;
export type ExampleDocument = z.infer<typeof example>;
/** What an example sends, without its name and what is expected of it. */
export type TrafficDocument = Omit<ExampleDocument, 'name' | 'expect'>;
export type StepDocument = z.infer<typeof step>;
