import { OBSERVATION_NAMES } from '../detect/observation.js';

export const STATUSES = ['experimental', 'stable', 'deprecated'] as const;
export const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;
export const CONFIDENCES = ['low', 'medium', 'high'] as const;
export const CLASSES = [
  'scan',
  'enumeration',
  'bruteforce',
  'compromise',
  'fraud',
  'ghost-call',
  'autodialer',
  'flood',
  'teardown',
  'leak',
  'malformed',
  'survey',
  'hygiene',
] as const;
/** How far an actor got, in rising order. */
export const STAGES = ['recon', 'enumeration', 'credential-attack', 'access', 'fraud'] as const;
/**
 * Whom a finding is about: its source; the network around it (/24, /64); the target, where that is
 * told something about itself; or the group that was counted, of whose many sources none stands
 * out: a campaign.
 */
export const ACTORS = ['source', 'network', 'target', 'group'] as const;
/** What a signature looks at: single messages, or one kind of observation. */
export const SUBJECTS = ['message', ...OBSERVATION_NAMES] as const;

export type Severity = (typeof SEVERITIES)[number];
export type Confidence = (typeof CONFIDENCES)[number];
export type FindingClass = (typeof CLASSES)[number];
export type Stage = (typeof STAGES)[number];
export type ActorKind = (typeof ACTORS)[number];
export type SubjectName = (typeof SUBJECTS)[number];

export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

export function confidenceRank(confidence: Confidence): number {
  return CONFIDENCES.indexOf(confidence);
}

/** Where a class stands when the signature itself does not say. */
const STAGE_OF_CLASS: Record<FindingClass, Stage> = {
  scan: 'recon',
  survey: 'recon',
  malformed: 'recon',
  hygiene: 'recon',
  flood: 'recon',
  teardown: 'recon',
  'ghost-call': 'recon',
  autodialer: 'recon',
  leak: 'enumeration',
  enumeration: 'enumeration',
  bruteforce: 'credential-attack',
  compromise: 'access',
  fraud: 'fraud',
};

export function stageOfClass(findingClass: FindingClass): Stage {
  return STAGE_OF_CLASS[findingClass];
}

export function stageRank(stage: Stage): number {
  return STAGES.indexOf(stage);
}

export type Scalar = string | number | boolean;

/** A named selection: each `field|transform|operator` of it must hold. */
export type Selection = Record<string, Scalar | Scalar[]>;

/** `at_least` so many within so many seconds of packet time. */
export interface Window {
  readonly atLeast: number;
  readonly within: number;
}

export interface CountClause {
  readonly groupBy: readonly string[];
  /** Counts different values of this field; otherwise every match counts. */
  readonly distinct: string | undefined;
  readonly windows: readonly Window[];
  /** A condition that must also hold at the moment when the count is reached. */
  readonly provided: string | undefined;
}

export interface SequenceClause {
  readonly groupBy: readonly string[];
  /** Names of selections that must match in this order, each by a later subject. */
  readonly steps: readonly string[];
  readonly within: number;
}

export interface AlertClause {
  /** One plain sentence with `{field}` and `{incident…}` places. */
  readonly message: string;
  readonly advice: string | undefined;
  readonly suppressFor: number;
  readonly suppressBy: readonly string[];
}

/** A fact to show beside an alert; a secret one is shown only as present. */
export interface ExtractClause {
  readonly name: string;
  readonly field: string;
  readonly secret: boolean;
}

/** So many times, so many seconds apart; the variable counts up from `first`. */
export interface Repeat {
  readonly times: number;
  readonly every: number;
  readonly variable: string;
  readonly first: number;
}

/** TCP segments that an example may name; `client-hello` is how a client begins TLS. */
export const SEGMENTS = ['syn', 'ack', 'rst', 'fin', 'client-hello'] as const;
/** What comes back without a SIP message. */
export const ANSWERS = ['syn-ack', 'rst', 'icmp-unreachable'] as const;

/** A status line such as `180 Ringing`, header lines and a body behind it, and when it comes. */
export interface ExampleReply {
  readonly text: string;
  /** Seconds after the request. */
  readonly after: number;
}

/** A datagram of RTP (RFC 3550 §5.1) instead of a message; turns of a repeat count it up. */
export interface ExampleRtp {
  readonly payloadType: number;
  /** Bytes with the header of 12. */
  readonly size: number;
  readonly ssrc: number;
  /** Units by which the time stamp grows with each turn; 0: it stays 0. */
  readonly step: number;
}

export interface ExampleStep {
  readonly from: string;
  readonly to: string;
  readonly transport: 'udp' | 'tcp';
  readonly text: string;
  /** Instead of the text, a TCP segment. */
  readonly segment: (typeof SEGMENTS)[number] | undefined;
  readonly lineEnd: '\r\n' | '\n';
  /** The text is sent as it stands: no Via, Content-Length or empty line is added. */
  readonly raw: boolean;
  /** Seconds after the previous step. */
  readonly after: number;
  readonly repeat: Repeat;
  /** The receiver answers so. */
  readonly replies: readonly ExampleReply[];
  readonly rtp: ExampleRtp | undefined;
  /** Something else comes back; undefined: nothing does. */
  readonly answer: (typeof ANSWERS)[number] | undefined;
  /** It comes in IP fragments that contradict each other. */
  readonly overlapping: boolean;
}

export const EXPECTATIONS = ['alert', 'quiet', 'todo-alert'] as const;

/** What is sent: steps one after another. */
export interface Traffic {
  readonly steps: readonly ExampleStep[];
  /** How often all the steps run. */
  readonly rounds: Repeat;
}

export interface Example extends Traffic {
  readonly name: string;
  readonly expect: (typeof EXPECTATIONS)[number];
  /** Line in the file, for reports. */
  readonly line: number;
}

/** One signature file, read and checked. */
export interface Signature {
  readonly id: string;
  /** The number for `alert.signature_id`, derived from the id and so as stable as it. */
  readonly sid: number;
  readonly file: string;
  /** Lines of its parts (`match.NAME.KEY`, `extract.NAME`…), for what is found when compiling. */
  readonly lines: ReadonlyMap<string, number>;
  /** Folder it came from: tools, anomalies, behaviours, or an operator's own. */
  readonly kind: string;
  readonly title: string;
  readonly status: (typeof STATUSES)[number];
  readonly class: FindingClass;
  /** How far who does this has got. */
  readonly stage: Stage;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly tool: string | undefined;
  /** Whom it accuses, or informs about. */
  readonly actor: ActorKind;
  readonly description: string;
  readonly references: readonly string[];
  readonly falsepositives: readonly string[];
  readonly tags: readonly string[];
  readonly subject: SubjectName;
  readonly selections: ReadonlyMap<string, Selection>;
  readonly condition: string;
  readonly count: CountClause | undefined;
  readonly sequence: SequenceClause | undefined;
  readonly extracts: readonly ExtractClause[];
  readonly alert: AlertClause;
  readonly examples: readonly Example[];
}
