import { CR, EQUALS, isBlank, isDigit, LF, readNumber, SLASH } from './characters.js';
import { skipLineEnds } from './recognise.js';
import { rangeText } from './text.js';

const C = 99;
const M = 109;
const O = 111;
const S = 115;
const V = 118;

/** The lines of a session description (RFC 8866 §5) that tell who offers what, as ranges. */
export class SdpView {
  /** The body is a session description. */
  present = false;
  /** The port of the first media line, -1 when there is none to read. */
  mediaPort = -1;
  private buf: Buffer = Buffer.alloc(0);
  /** 0/0 when there is no such line, here and below. */
  originFrom = 0;
  originTo = 0;
  sessionFrom = 0;
  sessionTo = 0;
  private connectionFrom = 0;
  private connectionTo = 0;
  mediaFrom = 0;
  mediaTo = 0;

  /** `declared`: the message says Content-Type: application/sdp. Else the body must begin "v=". */
  set(buf: Buffer, from: number, to: number, declared: boolean): void {
    this.clear(buf);
    const start = skipLineEnds(buf, from, to);
    const looksIt = start + 1 < to && buf[start] === V && buf[start + 1] === EQUALS;
    if (!looksIt && !(declared && start < to)) return;
    this.present = true;
    this.readLines(start, to);
    this.mediaPort = this.readMediaPort();
  }

  origin(): string | undefined {
    return this.part(this.originFrom, this.originTo);
  }

  sessionName(): string | undefined {
    return this.part(this.sessionFrom, this.sessionTo);
  }

  /** The first c= line. */
  connection(): string | undefined {
    return this.part(this.connectionFrom, this.connectionTo);
  }

  /** The first m= line. */
  mediaLine(): string | undefined {
    return this.part(this.mediaFrom, this.mediaTo);
  }

  originUser(): string | undefined {
    return this.word(this.originFrom, this.originTo, 0);
  }

  originAddress(): string | undefined {
    return this.word(this.originFrom, this.originTo, 5);
  }

  /** Without a multicast TTL ("/127"). */
  connectionAddress(): string | undefined {
    return this.word(this.connectionFrom, this.connectionTo, 2)?.split('/', 1)[0];
  }

  private part(from: number, to: number): string | undefined {
    return from > 0 ? rangeText(this.buf, from, to) : undefined;
  }

  private clear(buf: Buffer): void {
    this.buf = buf;
    this.present = false;
    this.mediaPort = -1;
    this.originFrom = this.originTo = 0;
    this.sessionFrom = this.sessionTo = 0;
    this.connectionFrom = this.connectionTo = 0;
    this.mediaFrom = this.mediaTo = 0;
  }

  private readLines(from: number, to: number): void {
    let at = from;
    // What follows the first media line is by far the most, and tells nothing more as a rule.
    while (at < to && !this.hasAll()) {
      let lineTo = at;
      while (lineTo < to && this.buf[lineTo] !== LF) lineTo++;
      const textTo = lineTo > at && this.buf[lineTo - 1] === CR ? lineTo - 1 : lineTo;
      if (at + 1 < textTo && this.buf[at + 1] === EQUALS) this.keep(this.buf[at], at + 2, textTo);
      at = lineTo + 1;
    }
  }

  private hasAll(): boolean {
    const { originFrom, sessionFrom, connectionFrom, mediaFrom } = this;
    return originFrom > 0 && sessionFrom > 0 && connectionFrom > 0 && mediaFrom > 0;
  }

  /** The first line of each kind counts: later c= and m= lines belong to further media. */
  private keep(kind: number, from: number, to: number): void {
    if (kind === O && this.originFrom === 0) {
      this.originFrom = from;
      this.originTo = to;
    } else if (kind === S && this.sessionFrom === 0) {
      this.sessionFrom = from;
      this.sessionTo = to;
    } else if (kind === C && this.connectionFrom === 0) {
      this.connectionFrom = from;
      this.connectionTo = to;
    } else if (kind === M && this.mediaFrom === 0) {
      this.mediaFrom = from;
      this.mediaTo = to;
    }
  }

  /** `m=audio 49170/2 RTP/AVP 0`: the second word, up to a '/'. */
  private readMediaPort(): number {
    const from = this.wordFrom(this.mediaFrom, this.mediaTo, 1);
    let to = from;
    while (to < this.mediaTo && isDigit(this.buf[to])) to++;
    const ended = to === this.mediaTo || isBlank(this.buf[to]) || this.buf[to] === SLASH;
    return ended ? readNumber(this.buf, from, to) : -1;
  }

  private word(from: number, to: number, index: number): string | undefined {
    const start = this.wordFrom(from, to, index);
    let end = start;
    while (end < to && !isBlank(this.buf[end])) end++;
    return start < end ? rangeText(this.buf, start, end) : undefined;
  }

  /** Where the word with this index begins, or `to`. */
  private wordFrom(from: number, to: number, index: number): number {
    let at = from;
    for (let skipped = 0; ; skipped++) {
      while (at < to && isBlank(this.buf[at])) at++;
      if (skipped === index || at >= to) return at;
      while (at < to && !isBlank(this.buf[at])) at++;
    }
  }
}
