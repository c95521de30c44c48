/** A capture and how far it was read: what evidence names, and what it said was lost. */
export class CapturePlace {
  readonly name: string;
  /** Frames so far: the number of the last one, as Wireshark counts. */
  frames = 0;
  private dropped = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** How many more packets are lost; a count that fell has begun anew, with another process. */
  newlyDropped(dropped: number): number {
    const growth = dropped >= this.dropped ? dropped - this.dropped : dropped;
    this.dropped = dropped;
    return growth;
  }
}
