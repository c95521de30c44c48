import type { Peers } from '../detect/hosts/peers.js';
import type { Actor } from '../rules/actor.js';
import type { FindingSink } from '../rules/engine.js';
import type { Finding } from '../rules/finding.js';
import type { Occasion } from '../rules/make-finding.js';
import type { FindingClass } from '../rules/signature.js';
import type { Counters } from '../telemetry/counters.js';

/** A trusted host that was taken over is no longer what the operator trusts. */
const TOLD_ALL_THE_SAME: readonly FindingClass[] = ['compromise', 'fraud'];

/** Passes findings on, but for those about peers that the operator trusts: they are counted. */
export class TrustedFindings implements FindingSink {
  private readonly peers: Peers;
  private readonly counters: Counters;
  private readonly sink: FindingSink;

  constructor(peers: Peers, counters: Counters, sink: FindingSink) {
    this.peers = peers;
    this.counters = counters;
    this.sink = sink;
  }

  finding(finding: Finding): boolean {
    if (TOLD_ALL_THE_SAME.includes(finding.signature.class) || !this.isTrusted(finding)) {
      return this.sink.finding(finding);
    }
    this.counters.findingsTrusted++;
    return true;
  }

  repeated(actor: Actor, occasion: Occasion, signatureId: string | undefined): boolean {
    // No incident tells of what a trusted peer does, and none has to.
    return (
      this.sink.repeated(actor, occasion, signatureId) || this.isTrusted({ ...occasion, actor })
    );
  }

  /** Whom it is about: a campaign is nobody's own. */
  private isTrusted({
    actor,
    source,
    target,
  }: Pick<Finding, 'actor' | 'source' | 'target'>): boolean {
    if (actor.kind === 'group') return false;
    const about = actor.kind === 'target' ? target : source;
    return this.peers.find(about)?.trusted === true;
  }
}
