import type { RecentCalls } from './call-statistics.js';
import type { Expectation } from './telephones.js';

/** RTP of the caller; unknown: this mirror shows none, or has shown none lately. */
export type MediaSeen = 'seen' | 'none' | 'unknown';

/** What is known of a call, so far. Durations in seconds of packet time. */
export interface CallFacts {
  /** User part of From: the number or name that the caller shows. */
  readonly callerId: string | undefined;
  /** User part of the Request-URI. */
  readonly callee: string | undefined;
  /** From and To name the same user: scanners call a phone by its own name. */
  readonly sameUser: boolean;
  /** From the first sign of ringing to answer or end; undefined: it never rang. */
  readonly rangFor: number | undefined;
  /** From answer to end; undefined: not answered, or not ended. */
  readonly talkedFor: number | undefined;
  /** Who ended it; nobody: it was given up, or is not over. */
  readonly endedBy: 'caller' | 'callee' | 'nobody';
  /** Why the caller may call this host; undefined: no ground is known, the caller is a stranger. */
  readonly expected: Expectation | undefined;
  /** The called host is a telephone, as far as can be told: it registers, or rings and serves nobody. */
  readonly toEndpoint: boolean;
  /** It was seen to register somewhere. */
  readonly endpointRegisters: boolean;
  /** The Request-URI is a contact that the called host has bound at a registrar. */
  readonly toContact: boolean;
  /** The caller gave up because somebody else had answered (RFC 3326). */
  readonly elsewhere: boolean;
  /** The INVITE came over a proxy: Record-Route, or more than one Via. */
  readonly hasRecordRoute: boolean;
  /** What of it was on the mirror. */
  readonly seen: 'both' | 'requests' | 'replies';
  readonly media: MediaSeen;
  /** From answer to the caller's first media; 0: it was there before. */
  readonly mediaAfter: number | undefined;
  /** Share of the caller's packets that carry silence, by type and size (0 to 1). */
  readonly silence: number | undefined;
  /** Calls of the same origin in the last hour, this one included; of call.ended only. */
  readonly recent: RecentCalls | undefined;
}
