import {
  CONFIDENCES,
  type Confidence,
  confidenceRank,
  type Signature,
} from '../rules/signature.js';

/** The best of one sort of evidence: its rank, and the rule that gave it. */
export interface Best {
  rank: number;
  rule: string;
}

/** What the confidence of an incident rests on. */
export class Grounds {
  /** The best of what messages show by themselves, and of what rests on answers. */
  readonly messages: Best = { rank: 0, rule: '' };
  readonly answers: Best = { rank: 0, rule: '' };
  /** Kinds of signatures (a tool's shape, a behaviour) that were at least fairly sure. */
  readonly kinds = new Set<string>();

  add({ id, confidence, subject, kind }: Signature): void {
    const rank = confidenceRank(confidence);
    const best = subject === 'message' ? this.messages : this.answers;
    if (best.rule === '' || rank > best.rank) {
      best.rank = rank;
      best.rule = id;
    }
    if (confidence !== 'low') this.kinds.add(kind);
  }

  /**
   * How sure it is. Findings of different kinds support each other. Where the sensor could not see
   * all (`degraded`), what rests on answers counts a step less; what a message shows by itself
   * stands.
   */
  confidence(degraded: boolean): Confidence {
    if (!degraded && this.kinds.size > 1) return 'high';
    const answers = this.answers.rank - (degraded ? 1 : 0);
    return CONFIDENCES[Math.max(this.messages.rank, answers, 0)]!;
  }

  /** Why it is so sure, and no surer: sentences without their full stop. */
  reasons(degraded: boolean): string[] {
    const { messages, answers, kinds } = this;
    const reasons: string[] = [];
    if (messages.rule !== '') {
      reasons.push(
        `what its messages show by themselves is of ${CONFIDENCES[messages.rank]} confidence (${messages.rule})`,
      );
    }
    if (answers.rule !== '') {
      reasons.push(
        `what it did over time is of ${CONFIDENCES[answers.rank]} confidence (${answers.rule})`,
      );
      if (degraded && answers.rank > 0) {
        reasons.push('that counts a step less, since the sensor did not see all of it');
      }
    }
    if (!degraded && kinds.size > 1) {
      reasons.push(`findings of different kinds support each other: ${[...kinds].join(', ')}`);
    }
    return reasons;
  }
}
