/** What the streams may keep. */
export interface TcpLimits {
  /** Connections whose ends answer each other; and as many of which that is not known. */
  readonly connections: number;
  /** Bytes and segments that one direction keeps while an earlier segment is missing. */
  readonly streamBytes: number;
  readonly streamSegments: number;
  /** Bytes that all together keep, with what the reader holds of them. */
  readonly bytes: number;
}

export const TCP_LIMITS: TcpLimits = {
  connections: 65_536,
  streamBytes: 64 * 1024,
  streamSegments: 64,
  bytes: 32 * 1024 * 1024,
};

/**
 * A segment belongs to a stream when it begins so near the next byte (either way). Servers open
 * smaller windows and some larger ones, up to 1 GiB (RFC 7323 §2.3), so a sender may send what lies
 * within this one and not in theirs; and a guess of a sequence number hits it once in 2,048.
 */
export const WINDOW = 1024 * 1024;
