/**
 * Where the decoder stands: the current layer is `buf[at, end)`. One object, reused for every
 * frame; each layer moves it to the next one.
 */
export class Layer {
  /** The frame's bytes, or those of a packet put together from fragments. */
  buf: Buffer = Buffer.alloc(0);
  at = 0;
  end = 0;
  /** Where the layer ended on the wire: behind `end` when its last bytes are not here. */
  wireEnd = 0;
  /** What comes next, as `protocol-numbers.ts` numbers it. */
  next = 0;
  /** The IP header left its length open (segmentation offload, jumbogram): it is the frame's. */
  openEnd = false;
  /** Outermost VLAN id, or -1. */
  vlan = -1;

  /** Extension headers of this IPv6 packet so far. */
  extensions = 0;
  /** Of a fragment: its offset in bytes, whether more follow, whose it is, and what they carry. */
  fragmentOffset = 0;
  moreFragments = false;
  identification = 0;
  protocol = 0;

  /** Begins with a frame; `originalLength` is what it had on the wire. */
  begin(buf: Buffer, from: number, to: number, originalLength: number): void {
    this.buf = buf;
    this.at = from;
    this.end = to;
    this.wireEnd = Math.max(to, from + originalLength);
    this.next = 0;
    this.openEnd = false;
    this.vlan = -1;
  }

  /** Its last bytes are not here. */
  get isCut(): boolean {
    return this.wireEnd > this.end;
  }

  /** The layer's own header says its length on the wire: what stands behind is not its own. */
  extend(length: number): void {
    this.wireEnd = this.at + length;
    if (this.wireEnd < this.end) this.end = this.wireEnd;
  }
}
