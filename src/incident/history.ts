import {
  type Confidence,
  SEVERITIES,
  type Severity,
  STAGES,
  type Stage,
} from '../rules/signature.js';
import { isText, isTime, type JsonValue } from '../telemetry/saved-entry.js';

/** How far an incident had come when a finding opened or raised it. */
export interface HistoryEntry {
  /** Packet time in seconds. */
  readonly time: number;
  readonly rule: string;
  readonly stage: Stage;
  readonly severity: Severity;
  /** The sentence of the finding, with the numbers of that moment. */
  readonly reason: string;
}

/** A value that rose. */
export interface Rise<T> {
  readonly from: T;
  readonly to: T;
}

/** What a finding raised, and why: given with the alert that tells of it. */
export interface Raised {
  readonly stage: Rise<Stage> | undefined;
  readonly severity: Rise<Severity> | undefined;
  readonly confidence: Rise<Confidence> | undefined;
  /** A tool that was not known before. */
  readonly tool: string | undefined;
  /** The rule that raised it, and its sentence. */
  readonly rule: string;
  readonly reason: string;
}

/**
 * Entries of one history. Stage and severity rise eight times at most; so the first, and what they
 * rise by, always find room, and tools that become known fill what is left.
 */
const LIMIT = 16;
const ROOM_FOR_TOOLS = LIMIT - 8;
const TEXT_LIMIT = 1024;

/** Adds an entry, unless it tells only of a tool and the room for those is taken. */
export function remember(history: HistoryEntry[], entry: HistoryEntry): void {
  const last = history.at(-1);
  const climbed = last?.stage !== entry.stage || last.severity !== entry.severity;
  if (history.length < (climbed ? LIMIT : ROOM_FOR_TOOLS)) history.push(entry);
}

export function savedHistory(history: readonly HistoryEntry[]): JsonValue {
  return history.map(({ time, rule, stage, severity, reason }) => [
    time,
    rule,
    stage,
    severity,
    reason,
  ]);
}

/** Undefined where it is no such thing. */
export function readHistory(saved: JsonValue | undefined): HistoryEntry[] | undefined {
  if (!Array.isArray(saved) || saved.length > LIMIT) return undefined;
  const entries = saved.map(readEntry);
  return entries.every((entry) => entry !== undefined) ? entries : undefined;
}

function readEntry(saved: JsonValue): HistoryEntry | undefined {
  if (!Array.isArray(saved)) return undefined;
  const [time, rule, stageName, severityName, reason] = saved as JsonValue[];
  const stage = STAGES.find((name) => name === stageName);
  const severity = SEVERITIES.find((name) => name === severityName);
  if (!isTime(time) || !isText(rule, TEXT_LIMIT) || !isText(reason, TEXT_LIMIT)) return undefined;
  if (stage === undefined || severity === undefined) return undefined;
  return { time, rule, stage, severity, reason };
}
