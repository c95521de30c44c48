import type { Counters } from '../telemetry/counters.js';
import type { NumberFacts } from './numbers/number-facts.js';
import type { Observation, ObservationName, Outcome, Parties } from './observation.js';
import { type Detail, type Doing, Said } from './said.js';
import { Mark } from './sources/marked-set.js';
import type { SourceProfile, SourceTable } from './sources/sources.js';
import type { Transaction } from './transactions/transaction.js';

export type { Doing } from './said.js';

export type ObservationSink = (observation: Observation) => void;

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
  readonly sources: SourceTable;
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
    this.emit(new Said(name, this, doing, profile, detail));
  }
}
