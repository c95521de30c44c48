/** Ways in which the mirror or the capture can be short of the truth. */
export const CONDITION_NAMES = [
  'one_way',
  'duplicated',
  'truncated',
  'fragments',
  'drops',
  'clock',
  'silence',
] as const;
export type ConditionName = (typeof CONDITION_NAMES)[number];

/** One of them that holds now. */
export interface Condition {
  readonly name: ConditionName;
  /** Packet time since when it holds (seconds). */
  readonly since: number;
  /** One plain sentence: what is missing, and what to do. */
  readonly text: string;
}
