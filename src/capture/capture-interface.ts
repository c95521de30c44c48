/** Decimal clocks up to this fine fit the 53 bits of a double until the year 2255. */
const MICROSECONDS = 1e6;
/** Finer than this, 16 more bits on a remainder would not fit them. */
const FINEST_DIVIDED = 2 ** 37;

/** A pcapng interface: what its description block says about the packets that name it. */
export class CaptureInterface {
  readonly linkType: number;
  /** Most bytes captured of a frame; 0 means no limit. */
  readonly snapLength: number;
  private readonly unitsPerSecond: number;
  private readonly offset: number;
  private readonly divided: boolean;

  /**
   * `resolution` is if_tsresol: 10^-n, or 2^-n when the top bit is set. `offset` is if_tsoffset in
   * seconds.
   */
  constructor(linkType: number, snapLength: number, resolution: number, offset: number) {
    this.linkType = linkType;
    this.snapLength = snapLength;
    const exponent = resolution & 0x7f;
    const binary = (resolution & 0x80) !== 0;
    this.unitsPerSecond = binary ? 2 ** exponent : 10 ** exponent;
    this.offset = offset;
    this.divided =
      !binary && this.unitsPerSecond > MICROSECONDS && this.unitsPerSecond < FINEST_DIVIDED;
  }

  /** A 64-bit timestamp, given as its two halves, in seconds since 1970. */
  seconds(high: number, low: number): number {
    const units = this.unitsPerSecond;
    // A power of two divides without rounding, and few digits make a sum without rounding.
    if (!this.divided) return (high * 2 ** 32 + low) / units + this.offset;
    // Nanoseconds since 1970 need 61 bits. Long division, 16 bits a step, keeps every one of them,
    // and gives the same double as a pcap file with the same seconds and nanoseconds.
    const first = Math.floor(high / units);
    const upper = (high - first * units) * 65536 + (low >>> 16);
    const second = Math.floor(upper / units);
    const lower = (upper - second * units) * 65536 + (low & 0xffff);
    const third = Math.floor(lower / units);
    const whole = (first * 65536 + second) * 65536 + third;
    return whole + this.offset + (lower - third * units) / units;
  }
}
