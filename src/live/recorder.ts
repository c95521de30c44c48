import type { FrameSink } from '../capture/frames.js';
import type { RecordingFile } from './recording-file.js';

/** Records the frames of one interface on their way to the next sink. */
export class Recorder implements FrameSink {
  private readonly name: string;
  private readonly file: RecordingFile;
  private readonly next: FrameSink;
  private linkType = -1;
  private interfaceId = -1;

  /** `name` is what the file calls the interface. Several may record into one file. */
  constructor(name: string, file: RecordingFile, next: FrameSink) {
    this.name = name;
    this.file = file;
    this.next = next;
  }

  frame(
    buf: Buffer,
    from: number,
    to: number,
    time: number,
    originalLength: number,
    linkType: number,
  ): void {
    if (linkType !== this.linkType || this.interfaceId < 0) {
      this.linkType = linkType;
      this.interfaceId = this.file.interfaceId(this.name, linkType);
    }
    this.file.packet(this.interfaceId, buf, from, to, time, originalLength);
    this.next.frame(buf, from, to, time, originalLength, linkType);
  }

  statistics(received: number | undefined, dropped: number | undefined): void {
    this.next.statistics?.(received, dropped);
  }
}
