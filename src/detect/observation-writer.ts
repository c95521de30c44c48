import type { Counters } from '../telemetry/counters.js';
import { Mark } from './marked-set.js';
import { dialledNumber } from './number.js';
import type { Observation, ObservationName, Outcome } from './observation.js';
import type { SourceProfile, SourceTable } from './sources.js';
import type { Transaction } from './transaction.js';

export type ObservationSink = (observation: Observation) => void;

/** What an observation adds to its transaction. */
type Detail = Partial<
  Pick<
    Observation,
    | 'status'
    | 'outcome'
    | 'account'
    | 'guess'
    | 'rejectedBefore'
    | 'rejectedPeak'
    | 'rejectedOneNonce'
    | 'numberTail'
    | 'numberPrefix'
  >
>;

/** Says what happened, at the moment that is now. */
export class ObservationWriter {
  /** Packet time (seconds) of what is said next, and the frame that decides it; 0: time did. */
  now = 0;
  frameNumber = 0;
  private readonly counters: Counters;
  private readonly sources: SourceTable;
  private readonly emit: ObservationSink;

  constructor(counters: Counters, sources: SourceTable, emit: ObservationSink) {
    this.counters = counters;
    this.sources = sources;
    this.emit = emit;
  }

  /** Tells what became of a request that began something. */
  outcome(transaction: Transaction, outcome: Outcome, status: number | undefined): void {
    if (!transaction.initial) return;
    const profile = this.sources.touch(transaction.source, this.now);
    const { account, dialled } = transaction;
    this.say('target.probed', transaction, profile, { outcome, status });
    if (account !== undefined) {
      if (outcome === 'unknown') this.sources.markAccount(profile, account, Mark.Unknown);
      if (outcome === 'challenged') this.sources.markAccount(profile, account, Mark.Exists);
      this.say('account.probed', transaction, profile, { outcome, status, account });
    }
    const number = dialled === undefined ? undefined : dialledNumber(dialled);
    if (number !== undefined) {
      const { tail: numberTail, prefix: numberPrefix } = number;
      const detail = { outcome, status, account, numberTail, numberPrefix };
      this.say('number.dialled', transaction, profile, detail);
    }
  }

  say(
    name: ObservationName,
    transaction: Transaction,
    profile: SourceProfile,
    detail: Detail,
  ): void {
    this.counters.observations++;
    const { source, sourcePort, target, targetPort, transport, method } = transaction;
    this.emit({
      name,
      time: this.now,
      frameNumber: this.frameNumber,
      source,
      sourcePort,
      target,
      targetPort,
      transport,
      method,
      status: detail.status,
      outcome: detail.outcome,
      account: detail.account,
      guess: detail.guess,
      rejectedBefore: detail.rejectedBefore,
      rejectedPeak: detail.rejectedPeak,
      rejectedOneNonce: detail.rejectedOneNonce,
      numberTail: detail.numberTail,
      numberPrefix: detail.numberPrefix,
      standing: () => this.sources.standing(profile, target, this.now),
    });
  }
}
