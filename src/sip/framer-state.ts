import { HeadScan } from './framing.js';
import { KeptBytes } from './kept-bytes.js';
import type { WebSocketState } from './websocket.js';

/** A stream that has shown no SIP in so many bytes is not searched any more. */
const MAX_UNPROVEN = 65_536;
/** Lines that are neither SIP nor known to be another protocol, before the first message. */
const MAX_JUNK = 4096;

/** What the next byte of a direction belongs to. */
export const Step = {
  /** Nothing yet, but empty lines and pings. */
  Boundary: 0,
  /** A line that may be a start line. */
  Line: 1,
  /** A line that is none, up to its end. */
  Junk: 2,
  Head: 3,
  Body: 4,
  /** Bytes of a message or HTTP body that are counted, not kept. */
  Skip: 5,
  /** The first bytes of what may be TLS. */
  TlsBegin: 6,
  WebSocket: 7,
  /** Nothing that is read here, until a segment begins with a SIP message. */
  Ignored: 8,
} as const;
export type Step = (typeof Step)[keyof typeof Step];

/** What the framer remembers of one direction. */
export class FramerState {
  step: Step = Step.Boundary;
  /** A message must begin here: the stream began, or the one before it ended here. */
  isFramed = true;
  /** Bytes are missing before this line: it may be the rest of one. */
  isAfterGap = false;
  /** No byte but line ends, blanks and NULs was seen. */
  isFresh = true;
  /** A SIP message or a WebSocket was seen: what else comes is searched for more, for ever. */
  isProven = false;
  /** Not seen from its beginning. */
  isJoined = false;
  /** The message at hand is HTTP. */
  isHttp = false;
  /** The message at hand is longer than servers wait for: they may begin anew within it. */
  isLong = false;
  /** Was counted as a stream that is not SIP. */
  isCounted = false;
  /** HTTP messages since the last of SIP. */
  http = 0;
  /** Bytes seen, and of these thrown away, while it is not proven. */
  seen = 0;
  junk = 0;
  /** The beginning of the message or line at hand, if it came in earlier pieces. */
  readonly kept = new KeptBytes();
  readonly scan = new HeadScan();
  /** Length of the message at hand, when its head is whole. */
  length = 0;
  /** Bytes still to skip. */
  skip = 0;
  webSocket: WebSocketState | undefined = undefined;
}

/** Nothing is read, or a message is searched for; but a server may read one here. */
export function isUnread({ step, isLong, isFramed, isAfterGap }: FramerState): boolean {
  if (step === Step.Boundary) return !isFramed && !isAfterGap;
  return step === Step.Ignored || (isLong && (step === Step.Body || step === Step.Skip));
}

/** The bytes of what is being read are kept until the next piece comes. */
export function isKept(step: Step): boolean {
  return step === Step.Line || step === Step.Head || step === Step.Body || step === Step.TlsBegin;
}

/** It has not shown SIP for too long. */
export function isPast({ isProven, isJoined, seen, junk }: FramerState): boolean {
  return !isProven && (seen > MAX_UNPROVEN || (!isJoined && junk > MAX_JUNK));
}
