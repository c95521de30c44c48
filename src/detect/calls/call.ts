import type { Address } from '../../wire/address.js';
import type { Packet, Transport } from '../../wire/packet.js';
import type { Doing } from '../observation-writer.js';
import type { CallFacts, MediaSeen } from './call-facts.js';
import type { RecentCalls } from './call-statistics.js';
import { CallerMedia } from './rtp.js';
import type { Expectation } from './telephones.js';

/** How far a call has come. `Leaving`: the caller has cancelled; what crosses that is waited for. */
export const Stage = { Dialling: 0, Ringing: 1, Leaving: 2, Talking: 3 } as const;
export type Stage = (typeof Stage)[keyof typeof Stage];

/** Calls of one caller id to several hosts that begin and end together are one (seconds). */
const FORKED = 1;

/** Who calls whom, and who says so on the wire. */
export type Ends = Omit<Doing, 'method'> & { readonly source: Address };

/** How a call ended: by whom, and how it was answered otherwise. */
export interface Ending {
  readonly by: CallFacts['endedBy'];
  readonly status: number | undefined;
}

/** What is known of a caller's media when it is asked for. */
export interface MediaReport {
  readonly media: MediaSeen;
  readonly mediaAfter: number | undefined;
  readonly silence: number | undefined;
}

/** One call, from its INVITE to its end. Times in seconds of packet time; -1: not yet. */
export class Call implements Doing {
  readonly key: number;
  /** Hash of its Call-ID and the caller's tag. */
  readonly identity: number;
  readonly origin: Address;
  readonly originPort: number;
  /** Who sent the INVITE on the wire. */
  readonly source: Address;
  readonly target: Address;
  readonly targetPort: number;
  readonly transport: Transport;
  readonly method = 'INVITE';
  readonly callerId: string | undefined;
  readonly callee: string | undefined;
  readonly sameUser: boolean;
  stage: Stage = Stage.Dialling;
  /** Something of it was last seen. */
  touchedAt: number;
  readonly startedAt: number;
  rangAt = -1;
  answeredAt = -1;
  cancelledAt = -1;
  /** Hash of the branch of the last INVITE: an ACK to a failure has it too (RFC 3261 §17.1.1.3). */
  branch = 0;
  /** A request of the caller, and a reply of the called host, were seen. */
  asked = false;
  heard = false;
  /** The caller gave up because somebody else had answered (RFC 3326). */
  elsewhere = false;
  /** It began and was given up together with another of this caller at another host. */
  forked = false;
  /** Judged when it rings: by then the telephone is known. */
  expected: Expectation | undefined = undefined;
  toEndpoint = false;
  endpointRegisters = false;
  toContact = false;
  hasRecordRoute = false;
  /** It sent the bound contact, in a way that only a server of the telephone would. */
  knowsContact = false;
  /** Endpoints of media that it announced. */
  readonly mediaKeys: number[] = [];
  readonly callerMedia = new CallerMedia();

  constructor(
    key: number,
    identity: number,
    ends: Ends,
    time: number,
    callerId: string | undefined,
    callee: string | undefined,
    toUser: string | undefined,
  ) {
    this.key = key;
    this.identity = identity;
    this.origin = ends.origin;
    this.originPort = ends.originPort;
    this.source = ends.source;
    this.target = ends.target;
    this.targetPort = ends.targetPort;
    this.transport = ends.transport;
    this.callerId = callerId;
    this.callee = callee;
    this.sameUser = callerId !== undefined && callerId === toUser;
    this.startedAt = time;
    this.touchedAt = time;
  }

  get rang(): boolean {
    return this.rangAt !== -1;
  }

  get answered(): boolean {
    return this.answeredAt !== -1;
  }

  /** `last` was just cancelled at another host, after it had begun together with this one. */
  isForkOf(last: Call | undefined, now: number): boolean {
    if (last?.origin !== this.origin || last.callerId !== this.callerId) return false;
    if (last.target === this.target && last.targetPort === this.targetPort) return false;
    const began = Math.abs(this.startedAt - last.startedAt);
    return began <= FORKED && Math.abs(now - last.cancelledAt) <= FORKED;
  }

  /** Seconds that it rang until `now`, or until it was answered or cancelled. */
  rangFor(now: number): number | undefined {
    if (!this.rang) return undefined;
    const { answered, answeredAt, cancelledAt } = this;
    const until = answered ? answeredAt : cancelledAt === -1 ? now : cancelledAt;
    return Math.max(0, until - this.rangAt);
  }

  /** A server's call to its own telephone, or one the network vouches for: of no campaign. */
  get isAmongOwn(): boolean {
    return this.expected !== undefined && this.expected !== 'peer';
  }

  /** Seconds from the answer until `now`; undefined: it was not answered. */
  talkedFor(now: number): number | undefined {
    return this.answered ? now - this.answeredAt : undefined;
  }

  /** The clock was set back: nothing of it may lie in the future. */
  setBack(now: number): void {
    this.touchedAt = Math.min(this.touchedAt, now);
    this.rangAt = Math.min(this.rangAt, now);
    this.answeredAt = Math.min(this.answeredAt, now);
    this.cancelledAt = Math.min(this.cancelledAt, now);
  }

  /** What is known at `now`; `ending`: it is over. */
  facts(
    now: number,
    media: MediaReport,
    ending: Ending | undefined,
    recent: RecentCalls | undefined,
  ): CallFacts {
    return {
      callerId: this.callerId,
      callee: this.callee,
      sameUser: this.sameUser,
      rangFor: this.rangFor(now),
      talkedFor: ending === undefined ? undefined : this.talkedFor(now),
      endedBy: ending?.by ?? 'nobody',
      expected: this.expected,
      toEndpoint: this.toEndpoint,
      endpointRegisters: this.endpointRegisters,
      toContact: this.toContact,
      elsewhere: this.elsewhere,
      hasRecordRoute: this.hasRecordRoute,
      seen: this.heard ? (this.asked ? 'both' : 'replies') : 'requests',
      media: media.media,
      mediaAfter: media.mediaAfter,
      silence: media.silence,
      recent,
    };
  }
}

/** Of a reply: who was called sent it. */
export function endsOfReply(packet: Packet): Ends {
  return {
    source: packet.destination,
    origin: packet.destination,
    originPort: packet.destinationPort,
    target: packet.source,
    targetPort: packet.sourcePort,
    transport: packet.transport,
  };
}
