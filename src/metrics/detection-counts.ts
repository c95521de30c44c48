import type { SignatureTally } from '../rules/engine.js';
import { CLASSES, SEVERITIES } from '../rules/signature.js';
import { GrowingCounts, Growth } from './growing-counts.js';
import type { Sample } from './metric-row.js';

/** Signatures and tools that have series of their own; shipped are about half of each. */
export const RULES_LIMIT = 256;
export const TOOLS_LIMIT = 96;
/** Severity and class of those beyond are still told apart. */
export const DETECTION_SERIES = RULES_LIMIT + SEVERITIES.length * CLASSES.length;

/**
 * Findings by signature and matches by tool. A signature that a reload removed keeps its series,
 * and one whose severity or class a reload changed gets a second: both only grow.
 */
export class DetectionCounts {
  private readonly findings = new GrowingCounts(RULES_LIMIT, ([, ...grade]) => ['other', ...grade]);
  private readonly matches = new GrowingCounts(TOOLS_LIMIT, () => ['other']);
  private readonly findingsGrowth = new Growth();
  private readonly matchesGrowth = new Growth();

  /** Findings by signature id, severity and class. */
  byRule(tallies: readonly SignatureTally[]): Iterable<Sample> {
    for (const { signature, findings } of tallies) {
      const { id, severity } = signature;
      const growth = this.findingsGrowth.of(id, findings);
      this.findings.add([id, severity, signature.class], growth);
    }
    this.findingsGrowth.endRound();
    return this.findings.samples();
  }

  /** Matches by tool, of the signatures that name one. */
  byTool(tallies: readonly SignatureTally[]): Iterable<Sample> {
    for (const { signature, matches } of tallies) {
      const { id, tool } = signature;
      if (tool !== undefined) this.matches.add([tool], this.matchesGrowth.of(id, matches));
    }
    this.matchesGrowth.endRound();
    return this.matches.samples();
  }
}
