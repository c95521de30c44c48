import type { SipMessage } from '../sip/message.js';
import type { SavedEntry } from '../telemetry/saved-entry.js';
import type { TableStatus } from '../telemetry/table-status.js';
import type { Packet } from '../wire/packet.js';
import type { Transaction } from './transactions/transaction.js';

/**
 * Follows one thing through the traffic: registrations, calls, what servers tell. It hears of
 * requests and of what becomes of them, after the observer has noted who sent them, and says what
 * it observes. Messages, packets and their text are borrowed for the call.
 */
export interface Follower {
  /** A request that is no retransmission; ACK too, for which nothing is kept open. */
  request?(transaction: Transaction, message: SipMessage, packet: Packet): void;
  /** That request once more, as its sender repeats it until an answer comes. */
  repeated?(known: Transaction): void;
  /** A reply to it. `isFinal`: the first final one; retransmissions of it are not told. */
  reply?(transaction: Transaction, message: SipMessage, packet: Packet, isFinal: boolean): void;
  /** No reply came for two seconds; a late one may follow. */
  silent?(transaction: Transaction): void;
  /** A response that answers no request that was seen. */
  stray?(message: SipMessage, packet: Packet): void;
  /** When it has something to tell that only time decides (packet time, seconds); infinite: never. */
  dueAt?(): number;
  /** Tells what is due first. */
  due?(): void;
  /** The clock was set back to `now`: nothing may wait for a time that was never to come. */
  setBack?(now: number): void;
  tables(): TableStatus[];
  /** What outlasts a restart, in order of use; it may take its time. */
  save?(): Iterable<SavedEntry>;
  /** The sections of `save`, by the first word of their entries. */
  readonly sections?: readonly string[];
  /** Takes in an entry that was saved; false when it is no such thing. */
  restore?(entry: SavedEntry): boolean;
}
