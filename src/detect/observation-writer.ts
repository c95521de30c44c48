import type { Counters } from '../telemetry/counters.js';
import { NO_PROOF } from '../wire/proof.js';
import type { NumberFacts } from './numbers/number-facts.js';
import type { Observation, ObservationName, Outcome, Parties, Standing } from './observation.js';
import { Mark } from './sources/marked-set.js';
import type { SourceProfile, SourceTable } from './sources/sources.js';
import type { Transaction } from './transactions/transaction.js';

export type ObservationSink = (observation: Observation) => void;

/** Who did what to whom: what an observation is about. */
export type Doing = Pick<
  Transaction,
  'origin' | 'originPort' | 'target' | 'targetPort' | 'transport' | 'method'
> &
  Partial<Pick<Transaction, 'proof'>>;

/** What an observation adds to that. */
export type Detail = Partial<
  Omit<
    Observation,
    'name' | 'time' | 'frameNumber' | 'source' | 'sourcePort' | 'standing' | 'parties' | keyof Doing
  >
>;

/** What is known of the number that a request dialled, once it ended in some way. */
export interface DialledNumbers {
  dialled(transaction: Transaction, outcome: Outcome): NumberFacts | undefined;
}

/** Before anything is known. */
const STRANGERS: Parties = {
  roleOf: () => undefined,
  isDeclared: () => false,
  isExpected: () => false,
};

/** Says what happened, at the moment that is now. */
export class ObservationWriter {
  /** Packet time (seconds) of what is said next, and the frame that decides it; 0: time did. */
  now = 0;
  frameNumber = 0;
  /** Knows the numbers that are dialled; without it, nothing is said of them. */
  numbers: DialledNumbers | undefined = undefined;
  /** Knows what hosts are. */
  parties: Parties = STRANGERS;
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
    const profile = this.sources.recall(transaction.origin, this.now);
    const { account, originPort } = transaction;
    this.say('target.probed', transaction, profile, { outcome, status });
    if (account !== undefined) {
      if (outcome === 'unknown') {
        this.sources.markAccount(profile, account, Mark.Unknown, originPort);
      }
      if (outcome === 'challenged') {
        this.sources.markAccount(profile, account, Mark.Exists, originPort);
      }
      this.say('account.probed', transaction, profile, { outcome, status, account });
    }
    const number = this.numbers?.dialled(transaction, outcome);
    if (number !== undefined) {
      this.say('number.dialled', transaction, profile, { outcome, status, account, number });
    }
  }

  say(name: ObservationName, doing: Doing, profile: SourceProfile, detail: Detail): void {
    this.counters.observations++;
    const { target } = doing;
    // Reckoned when it is asked for, and then once for all signatures.
    let standing: Standing | undefined;
    this.emit({
      name,
      time: this.now,
      frameNumber: this.frameNumber,
      source: doing.origin,
      sourcePort: doing.originPort,
      target,
      targetPort: doing.targetPort,
      transport: doing.transport,
      method: doing.method,
      status: detail.status,
      outcome: detail.outcome,
      account: detail.account,
      guess: detail.guess,
      rejectedBefore: detail.rejectedBefore,
      rejectedPeak: detail.rejectedPeak,
      rejectedOneNonce: detail.rejectedOneNonce,
      number: detail.number,
      call: detail.call,
      contact: detail.contact,
      dialog: detail.dialog,
      rate: detail.rate,
      server: detail.server,
      proof: doing.proof ?? NO_PROOF,
      parties: this.parties,
      standing: () => {
        standing ??= this.sources.standing(profile, target, this.now, doing.originPort);
        return standing;
      },
    });
  }
}
