import type { Address } from '../wire/address.js';
import type { Transport } from '../wire/packet.js';
import type { Proof } from '../wire/proof.js';
import type { ContactFacts } from './accounts/contact-facts.js';
import type { CallFacts } from './calls/call-facts.js';
import type { DialogFacts } from './calls/dialog-facts.js';
import type { ServerFacts } from './hosts/server-facts.js';
import type { NumberFacts } from './numbers/number-facts.js';
import type { RateFacts } from './sources/rate-facts.js';

/**
 * What `detect/` can say. An observation is a fact about traffic over time, never a judgement:
 * how many of them make a finding is written in signatures/behaviours.
 */
export const OBSERVATIONS = {
  'target.contacted':
    'a source sent a first request, or an empty datagram, to a SIP port; it began to connect to one (method SYN), or a TLS session (method TLS)',
  'target.probed':
    'what became of such a request: an answer, or silence for two seconds; of a connection: refused, met by silence for four seconds, or opened and not used',
  'account.probed': 'a request named an account or number; outcome says what was made of it',
  'auth.challenged': '401/407 to a request without credentials: the ordinary first step',
  'auth.rejected': '401/407 (403 to REGISTER) to a request that carried fresh credentials',
  'auth.unanswered': 'a request with credentials was met by silence for two seconds',
  'auth.accepted': 'a request with credentials was accepted',
  'number.dialled': 'an INVITE to a telephone number ended in some way',
  'endpoint.rung':
    'a telephone began to ring, or answered at once: who called it, and on what ground',
  'call.answered': 'an INVITE was answered with 2xx',
  'call.ended': 'a call ended, answered or not: how long it rang and lasted, and who ended it',
  'contact.bound': 'a registrar bound an account to a contact that it did not have before',
  'contact.removed': 'a registrar removed contacts of an account, as it was asked to',
  'dialog.intruded':
    'somebody who takes no part in a call tried to end or change it, or to end one that nobody knows',
  'challenge.from_stranger':
    'a host that is no server of a phone asked it for credentials; status says 401 or 407',
  'credentials.leaked': 'a phone answered such a challenge: its digest is in strange hands',
  'media.probed':
    'a datagram that looks like RTP, and that no session description announced, came to a media port',
  'media.leaked': 'a host that no session description named was sent RTP',
  'source.busy':
    'a source sent so many requests within ten seconds, told at each doubling from 32 on',
  'target.busy':
    'a target got so many requests within ten seconds, told at each doubling from 32 on',
  'server.told_accounts': 'the answers of a server differ for accounts that exist and that do not',
  'server.told_version': 'a server answered the OPTIONS of a stranger with its name and version',
  'server.asked_weakly':
    'a server asked for digest credentials that are easily guessed from a recording',
} as const;

export type ObservationName = keyof typeof OBSERVATIONS;
export const OBSERVATION_NAMES = Object.keys(OBSERVATIONS) as ObservationName[];

/**
 * How a request ended: `accepted` 2xx, `challenged` 401/407 that was not taken up, `unknown`
 * 404/410/484/604, `forbidden` 403, `redirected` 3xx, `busy` an answer that shows the called party
 * is there or was rung (486, 480, 487, 600, 603), `refused` another final answer, `silent` none,
 * `unreachable` RST to a SYN, or an ICMP error: nobody is there. `opened`: a TCP connection was
 * accepted, and ended or idled for ten seconds without a byte from the client.
 */
export type Outcome =
  | 'accepted'
  | 'challenged'
  | 'unknown'
  | 'forbidden'
  | 'redirected'
  | 'busy'
  | 'refused'
  | 'silent'
  | 'unreachable'
  | 'opened';

/** One observation. All names carry the same shape; what does not apply is undefined. */
export interface Observation {
  readonly name: ObservationName;
  /** Packet time in seconds. */
  readonly time: number;
  /** Frame that decided, in its file (0: a time-out decided). */
  readonly frameNumber: number;
  /** Who is held to account, and the port there. */
  readonly source: Address;
  readonly sourcePort: number;
  readonly target: Address;
  readonly targetPort: number;
  readonly transport: Transport;
  /** `OPTIONS`, `REGISTER`…; `empty` a datagram without a byte; `SYN` a connection, `TLS` a session. */
  readonly method: string;
  readonly status: number | undefined;
  readonly outcome: Outcome | undefined;
  /** User part that the request was about, as on the wire. */
  readonly account: string | undefined;
  /** Hash of the digest response that was tried: tells guesses apart, reveals nothing. */
  readonly guess: number | undefined;
  /** Rejected credentials of this source for this account in the last hour, this one included. */
  readonly rejectedBefore: number | undefined;
  /** The most of those within ten seconds. */
  readonly rejectedPeak: number | undefined;
  /** Of those, passwords that were certainly different. */
  readonly rejectedOneNonce: number | undefined;
  /** Of number.dialled. */
  readonly number: NumberFacts | undefined;
  /** Of endpoint.rung, call.answered and call.ended. */
  readonly call: CallFacts | undefined;
  /** Of contact.bound and contact.removed. */
  readonly contact: ContactFacts | undefined;
  /** Of dialog.intruded. */
  readonly dialog: DialogFacts | undefined;
  /** Of source.busy and target.busy. */
  readonly rate: RateFacts | undefined;
  /** Of server.told_accounts, server.told_version and server.asked_weakly. */
  readonly server: ServerFacts | undefined;
  /** Whether the source is no forged address, as far as this evidence goes; may be given later. */
  readonly proof: Readonly<Proof>;
  /** Knows what source and target are. */
  readonly parties: Parties;
  /** Standing of the source at this moment: what is known of it and this target. */
  standing(): Standing;
}

/** What hosts are known to be: see `Roles`. */
export interface Parties {
  /** As declared, else as learned. */
  roleOf(address: Address): string | undefined;
  isDeclared(address: Address): boolean;
  /** The target has reason to hear from the source. */
  isExpected(source: Address, target: Address): boolean;
}

/** What is known of a source and a target when an observation is made. */
export interface Standing {
  /** The target has accepted this source: a registration, credentials, or a call answered. */
  readonly accepted: boolean;
  /** Accounts and numbers of which some request was granted. */
  readonly accountsAccepted: number;
  /** The target itself registers at the source: the source is its registrar. */
  readonly servesTarget: boolean;
  /** The target began TLS sessions with the source: it may be registered there, unseen. */
  readonly servesTargetTls: boolean;
  /** Distinct targets the source tried, and the share of them that ever answered (0 to 1). */
  readonly targetsTried: number;
  readonly answeredShare: number;
  /** The same, where accepting a TCP connection is an answer. */
  readonly openShare: number;
  /** Accounts that the source sent credentials for. */
  readonly logins: number;
  /** Accounts and numbers that it asked for. */
  readonly accountsTried: number;
  /** Seconds since its present story began, and requests for each target in it. */
  readonly age: number;
  readonly askedPerTarget: number;
  /** It named itself as a survey of the Internet. */
  readonly surveys: boolean;
  /**
   * Severity of the incident about the source that is open: 0 info to 4 critical, and no more than
   * low while it may be forged; -1: none is.
   */
  readonly suspicion: number;
  /** Several accounts were accepted from it, from several ports: many devices behind one address. */
  readonly isSite: boolean;
  /** Accounts accepted of the one device (address and port); undefined: the source is no site. */
  readonly handsetAccepted: number | undefined;
  /** Answers of any kind have been seen on this mirror; without them, silence means nothing. */
  readonly twoWay: boolean;
}
