import {
  CONFIDENCES,
  type Confidence,
  confidenceRank,
  type Signature,
} from '../rules/signature.js';

/** What the confidence of an incident rests on. */
export class Grounds {
  /** The best of what messages show by themselves, and of what rests on answers (ranks). */
  messages = 0;
  answers = 0;
  /** Kinds of signatures (a tool's shape, a behaviour) that were at least fairly sure. */
  readonly kinds = new Set<string>();

  add({ confidence, subject, kind }: Signature): void {
    const rank = confidenceRank(confidence);
    if (subject === 'message') this.messages = Math.max(this.messages, rank);
    else this.answers = Math.max(this.answers, rank);
    if (confidence !== 'low') this.kinds.add(kind);
  }

  /**
   * How sure it is. Findings of different kinds support each other. Where the sensor could not see
   * all (`degraded`), what rests on answers counts a step less; what a message shows by itself
   * stands.
   */
  confidence(degraded: boolean): Confidence {
    if (!degraded && this.kinds.size > 1) return 'high';
    const answers = this.answers - (degraded ? 1 : 0);
    return CONFIDENCES[Math.max(this.messages, answers)]!;
  }
}
