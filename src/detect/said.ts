import type { Address } from '../wire/address.js';
import type { Transport } from '../wire/packet.js';
import { NO_PROOF, type Proof } from '../wire/proof.js';
import type { ContactFacts } from './accounts/contact-facts.js';
import type { CallFacts } from './calls/call-facts.js';
import type { DialogFacts } from './calls/dialog-facts.js';
import type { ServerFacts } from './hosts/server-facts.js';
import type { NumberFacts } from './numbers/number-facts.js';
import type { Observation, ObservationName, Outcome, Parties, Standing } from './observation.js';
import type { RateFacts } from './sources/rate-facts.js';
import type { SourceProfile, SourceTable } from './sources/sources.js';
import type { Transaction } from './transactions/transaction.js';

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

/** When, and by whom, an observation is made. */
export interface Saying {
  readonly now: number;
  readonly frameNumber: number;
  readonly parties: Parties;
  readonly sources: SourceTable;
}

/**
 * An observation as the writer says it. There are more of them than messages, and most are asked
 * for two or three fields: details stay where they came in, and standing is reckoned on demand.
 */
export class Said implements Observation {
  readonly name: ObservationName;
  readonly time: number;
  readonly frameNumber: number;
  readonly source: Address;
  readonly sourcePort: number;
  readonly target: Address;
  readonly targetPort: number;
  readonly transport: Transport;
  readonly method: string;
  readonly proof: Readonly<Proof>;
  readonly parties: Parties;
  private readonly detail: Detail;
  private readonly sources: SourceTable;
  private readonly profile: SourceProfile;
  private known: Standing | undefined;

  constructor(
    name: ObservationName,
    { now, frameNumber, parties, sources }: Saying,
    doing: Doing,
    profile: SourceProfile,
    detail: Detail,
  ) {
    this.name = name;
    this.time = now;
    this.frameNumber = frameNumber;
    this.source = doing.origin;
    this.sourcePort = doing.originPort;
    this.target = doing.target;
    this.targetPort = doing.targetPort;
    this.transport = doing.transport;
    this.method = doing.method;
    this.proof = doing.proof ?? NO_PROOF;
    this.parties = parties;
    this.detail = detail;
    this.sources = sources;
    this.profile = profile;
    this.known = undefined;
  }

  get status(): number | undefined {
    return this.detail.status;
  }

  get outcome(): Outcome | undefined {
    return this.detail.outcome;
  }

  get account(): string | undefined {
    return this.detail.account;
  }

  get guess(): number | undefined {
    return this.detail.guess;
  }

  get rejectedBefore(): number | undefined {
    return this.detail.rejectedBefore;
  }

  get rejectedPeak(): number | undefined {
    return this.detail.rejectedPeak;
  }

  get rejectedOneNonce(): number | undefined {
    return this.detail.rejectedOneNonce;
  }

  get number(): NumberFacts | undefined {
    return this.detail.number;
  }

  get call(): CallFacts | undefined {
    return this.detail.call;
  }

  get contact(): ContactFacts | undefined {
    return this.detail.contact;
  }

  get dialog(): DialogFacts | undefined {
    return this.detail.dialog;
  }

  get rate(): RateFacts | undefined {
    return this.detail.rate;
  }

  get server(): ServerFacts | undefined {
    return this.detail.server;
  }

  standing(): Standing {
    // Of the moment of the first question, and the same for all signatures.
    this.known ??= this.sources.standing(this.profile, this.target, this.time, this.sourcePort);
    return this.known;
  }
}
