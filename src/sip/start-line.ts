import { Fact } from '../kernel/facts.js';
import { CR, equalsFold, isBlank, isToken, LF, readNumber, SP } from './characters.js';
import { Deviation } from './deviations.js';
import { isVersion, Kind, skipLineEnds } from './recognise.js';

/** The first line of a request or response (RFC 3261 §7.1, §7.2), as ranges. */
export class StartLine {
  from = 0;
  /** Without the line end. */
  to = 0;
  /** Where the header fields begin. */
  next = 0;
  methodFrom = 0;
  methodTo = 0;
  uriFrom = 0;
  uriTo = 0;
  /** 0 for a request, and for a status that is not three digits. */
  status = 0;
  reasonFrom = 0;
  reasonTo = 0;
  deviations = 0;

  /** `kind` is what `recognise` said: Request or Response. */
  read(buf: Buffer, from: number, to: number, kind: Kind): void {
    this.clear(skipLineEnds(buf, from, to));
    if (this.from > from) this.deviations |= Deviation.LeadingBlankLines;
    this.findEnd(buf, to);
    if (kind === Kind.Response) this.readStatusLine(buf);
    else this.readRequestLine(buf);
  }

  /** What the kernel found. */
  take(facts: Int32Array): void {
    this.from = facts[Fact.StartFrom];
    this.to = facts[Fact.StartTo];
    this.next = facts[Fact.StartNext];
    this.methodFrom = facts[Fact.MethodFrom];
    this.methodTo = facts[Fact.MethodTo];
    this.uriFrom = facts[Fact.UriFrom];
    this.uriTo = facts[Fact.UriTo];
    this.status = facts[Fact.Status];
    this.reasonFrom = facts[Fact.ReasonFrom];
    this.reasonTo = facts[Fact.ReasonTo];
    this.deviations = facts[Fact.StartDeviations];
  }

  clear(from: number): void {
    this.from = this.to = this.next = from;
    this.methodFrom = this.methodTo = 0;
    this.uriFrom = this.uriTo = 0;
    this.status = 0;
    this.reasonFrom = this.reasonTo = 0;
    this.deviations = 0;
  }

  private findEnd(buf: Buffer, to: number): void {
    let at = this.from;
    for (; at < to && buf[at] !== LF; at++) {
      if (buf[at] > CR) continue;
      if (buf[at] === 0) this.deviations |= Deviation.NulByte;
      if (buf[at] === CR && at + 1 < to && buf[at + 1] !== LF) this.deviations |= Deviation.BareCr;
    }
    this.next = Math.min(at + 1, to);
    const crlf = at > this.from && buf[at - 1] === CR;
    if (at < to && !crlf) this.deviations |= Deviation.LfLineEnds;
    this.to = crlf ? at - 1 : at;
  }

  /** `SIP/2.0 200 OK`. The reason may be empty, but its space must be there (§7.2). */
  private readStatusLine(buf: Buffer): void {
    const versionTo = this.wordEnd(buf, this.from);
    this.checkVersion(buf, this.from, versionTo);
    const statusFrom = this.skipBlanks(buf, versionTo);
    const statusTo = this.wordEnd(buf, statusFrom);
    const status = statusTo - statusFrom === 3 ? readNumber(buf, statusFrom, statusTo) : -1;
    if (status >= 100 && status <= 699) this.status = status;
    else this.deviations |= Deviation.BadStatus;
    if (!isOneSpace(buf, versionTo, statusFrom) || statusTo === this.to) {
      this.deviations |= Deviation.StartLineSpaces;
    }
    this.reasonFrom = Math.min(statusTo + 1, this.to);
    this.reasonTo = this.to;
  }

  /** `INVITE sip:user@host SIP/2.0`: the method, the last word, and what stands between. */
  private readRequestLine(buf: Buffer): void {
    const end = this.trimBlanks(buf, this.from, this.to);
    this.methodFrom = this.from;
    this.methodTo = this.from;
    while (this.methodTo < end && isToken(buf[this.methodTo])) this.methodTo++;
    this.uriFrom = Math.min(this.skipBlanks(buf, this.methodTo), end);
    const version = this.versionFrom(buf, end);
    this.uriTo = this.trimBlanks(buf, this.uriFrom, version);
    if (version === end) this.deviations |= Deviation.NoVersion;
    else this.checkVersion(buf, version, end);
    const apart =
      isOneSpace(buf, this.methodTo, this.uriFrom) &&
      (version === end || isOneSpace(buf, this.uriTo, version));
    if (this.uriFrom < end && !apart) this.deviations |= Deviation.StartLineSpaces;
    if (end !== this.to) this.deviations |= Deviation.StartLineSpaces;
  }

  /** Where the version begins, or `end` if the last word is not one. */
  private versionFrom(buf: Buffer, end: number): number {
    let at = end;
    while (at > this.uriFrom && !isBlank(buf[at - 1])) at--;
    return isVersion(buf, at, end) ? at : end;
  }

  private checkVersion(buf: Buffer, from: number, to: number): void {
    if (!equalsFold(buf, from, to, 'sip/2.0')) this.deviations |= Deviation.BadVersion;
  }

  private wordEnd(buf: Buffer, from: number): number {
    let at = from;
    while (at < this.to && !isBlank(buf[at])) at++;
    return at;
  }

  private skipBlanks(buf: Buffer, from: number): number {
    let at = from;
    while (at < this.to && isBlank(buf[at])) at++;
    return at;
  }

  private trimBlanks(buf: Buffer, from: number, to: number): number {
    let end = to;
    while (end > from && isBlank(buf[end - 1])) end--;
    return end;
  }
}

function isOneSpace(buf: Buffer, from: number, to: number): boolean {
  return to === from + 1 && buf[from] === SP;
}
