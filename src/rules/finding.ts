import type { Address } from '../wire/address.js';
import type { Transport } from '../wire/packet.js';
import type { Proof } from '../wire/proof.js';
import type { Actor } from './actor.js';
import type { Signature } from './signature.js';

/** A sentence in parts: text, and places that the incident fills in when an alert is made. */
export type ReasonPart = string | { readonly place: string };

/** A fact read from the message that made the finding. */
export interface ExtractedFact {
  readonly name: string;
  /** Latin1 text of the wire; undefined when it is secret and so is only said to be there. */
  readonly value: string | undefined;
}

/** What one signature says about one source at one moment. */
export interface Finding {
  readonly signature: Signature;
  readonly actor: Actor;
  /** Packet time in seconds, and the frame that decided (0: a time-out decided). */
  readonly time: number;
  readonly frameNumber: number;
  readonly source: Address;
  readonly sourcePort: number;
  readonly target: Address;
  readonly targetPort: number;
  readonly transport: Transport;
  /** Of what decided: `given` may become true later; copy the reference, not the value. */
  readonly proof: Readonly<Proof>;
  readonly reason: readonly ReasonPart[];
  readonly facts: readonly ExtractedFact[];
  /** Names of the selections that held, for `explain`. */
  readonly matched: readonly string[];
  /** The count that was reached and its window in seconds, where the signature counts. */
  readonly reached: { readonly count: number; readonly within: number } | undefined;
  /** A copy of the message that decided, at most 4 KiB, and its full length; none for time-outs. */
  readonly message: Buffer | undefined;
}
