/** What reads the interface; each runs as a child process that writes a capture stream. */
export const BACKENDS = ['cap', 'tcpdump'] as const;
export type Backend = (typeof BACKENDS)[number];

/**
 * `starting`: no stream yet; `up`: frames are read as they come; `link-down`: the interface is
 * there and switched off; `gone`: there is no interface of that name; `waiting`: the child ended
 * and is started again after a pause; `stopped`: ended on purpose.
 */
export const CAPTURE_STATES = [
  'starting',
  'up',
  'link-down',
  'gone',
  'waiting',
  'stopped',
] as const;
export type CaptureState = (typeof CAPTURE_STATES)[number];

/**
 * Why a child was started again: it ended (`exit`) or was ended by a signal (`killed`), it did not
 * answer (`hang`), its interface went down or away (`link`), or its stream was corrupt (`stream`).
 */
export const RESTART_REASONS = ['exit', 'killed', 'hang', 'link', 'stream'] as const;
export type RestartReason = (typeof RESTART_REASONS)[number];

/** One interface as it is read at this moment. Counts go on over restarts of the child. */
export interface CaptureStatus {
  readonly interface: string;
  readonly backend: Backend;
  readonly state: CaptureState;
  /** The process that reads the interface; undefined while there is none. */
  readonly pid: number | undefined;
  /** LINKTYPE_ value of the last frame or of the stream's header. */
  readonly linkType: number | undefined;
  /** What the filter lets through, in words; its text in libpcap's language is logged at debug. */
  readonly filter: string;
  /** Frames that the kernel's ring holds; undefined where it is not known. */
  readonly ringSlots: number | undefined;
  readonly frames: number;
  /** Captured bytes. */
  readonly bytes: number;
  readonly framesTruncated: number;
  /** Lost in the kernel since its ring was full; undefined where the backend cannot know. */
  readonly kernelDropped: number | undefined;
  /** Let go by the child since the sensor read too slowly; undefined where the child never does. */
  readonly childDropped: number | undefined;
  readonly restarts: Readonly<Record<RestartReason, number>>;
  /** Packet time of the last frame (seconds since 1970). */
  readonly lastFrameAt: number | undefined;
  /** What is wrong now, in one line that says what to do. */
  readonly problem: string | undefined;
  /** What weakens the capture though it runs, such as offloads that shrink the ring. */
  readonly warnings: readonly string[];
}
