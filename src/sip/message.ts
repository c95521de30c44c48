import { kernel } from '../kernel/kernel.js';
import { Hasher } from '../tables/hash.js';
import { readNumber } from './characters.js';
import { StructureCheck } from './check.js';
import type { CredentialsView } from './credentials.js';
import { Deviation } from './deviations.js';
import type { HeaderIndex } from './header-index.js';
import { MessageIndex } from './message-index.js';
import { MessageViews } from './message-views.js';
import type { NameAddrView } from './name-addr.js';
import { Kind } from './recognise.js';
import type { SdpView } from './sdp.js';
import type { StartLine } from './start-line.js';
import { rangeText, textOf } from './text.js';
import { Header, Method } from './tokens.js';
import type { UriView } from './uri.js';
import type { ViaView } from './via.js';

/** What `reset` made of a payload. */
export const Outcome = { Ok: 0, NotSip: 1, Empty: 2, KeepAlive: 3 } as const;
export type Outcome = (typeof Outcome)[keyof typeof Outcome];

/** Bytes of a body that `bodyText` gives at most. */
export const MAX_BODY_TEXT = 65536;

/**
 * A window on one SIP message: offsets into borrowed bytes, made once and reused for every message.
 * Valid until the next `reset`, and only while `buf` is not written to. Nothing throws; whatever
 * differs from RFC 3261 is a bit in `deviations`, and everything that could be read stays readable.
 */
export class SipMessage {
  buf: Buffer = Buffer.alloc(0);
  from = 0;
  to = 0;
  kind: Kind = Kind.NotSip;
  /** A response takes it from its CSeq. */
  methodId: Method = Method.Other;
  /** -1 when missing or unreadable. */
  cseqNumber = -1;
  cseqMethodFrom = 0;
  cseqMethodTo = 0;
  /** -1 when missing, -2 when unreadable. */
  contentLength = -1;
  bodyFrom = 0;
  bodyTo = 0;
  /** Where this message ends by its Content-Length; the payload may go on. */
  messageEnd = 0;
  /** Bits of Deviation: the cheap ones after `reset`, all after `check`. */
  deviations = 0;
  private checked = false;
  private readonly index: MessageIndex;
  private readonly start: StartLine;
  private readonly headers: HeaderIndex;
  private readonly structure = new StructureCheck();
  private readonly callIdHash = new Hasher();
  private isCallIdHashed = false;
  private readonly views: MessageViews;

  /** `plainly`: without the kernel, which finds the same sooner. */
  constructor(plainly = false) {
    this.index = new MessageIndex(plainly ? undefined : kernel);
    this.start = this.index.start;
    this.headers = this.index.headers;
    this.views = new MessageViews(this, this.index);
  }

  /** Looks at `buf[from, to)`. Every field is assigned every time, whatever the outcome. */
  reset(buf: Buffer, from: number, to: number): Outcome {
    const { index } = this;
    index.read(buf, from, to);
    this.buf = buf;
    this.from = from;
    this.to = to;
    this.views.reset();
    this.checked = false;
    this.isCallIdHashed = false;
    this.kind = index.kind;
    this.methodId = index.methodId;
    this.cseqNumber = index.cseqNumber;
    this.cseqMethodFrom = index.cseqMethodFrom;
    this.cseqMethodTo = index.cseqMethodTo;
    this.contentLength = index.contentLength;
    this.bodyFrom = this.bodyTo = this.messageEnd = to;
    this.deviations = 0;
    if (this.isSip) {
      this.addDeviations();
      this.readBody();
      return Outcome.Ok;
    }
    if (this.kind === Kind.Empty) return Outcome.Empty;
    return this.kind === Kind.KeepAlive ? Outcome.KeepAlive : Outcome.NotSip;
  }

  /** All deviations: runs the structural checks at the first call after a `reset`. */
  check(): number {
    if (!this.checked && this.isSip) this.deviations |= this.structure.run(this);
    this.checked = true;
    return this.deviations;
  }

  get isRequest(): boolean {
    return this.kind === Kind.Request;
  }

  get isResponse(): boolean {
    return this.kind === Kind.Response;
  }

  /** The first line, without its line end. */
  get startFrom(): number {
    return this.start.from;
  }

  get startTo(): number {
    return this.start.to;
  }

  get methodFrom(): number {
    return this.start.methodFrom;
  }

  get methodTo(): number {
    return this.start.methodTo;
  }

  /** Responses only, else 0; 0 also for a status that is not one. */
  get status(): number {
    return this.start.status;
  }

  get uriFrom(): number {
    return this.start.uriFrom;
  }

  get uriTo(): number {
    return this.start.uriTo;
  }

  get bodyLength(): number {
    return this.bodyTo - this.bodyFrom;
  }

  get headerCount(): number {
    return this.headers.length;
  }

  /** Header fields written in their compact form (RFC 3261 §7.3.3). */
  get compactCount(): number {
    return this.headers.compactCount;
  }

  /** Header fields written long though they have a compact form. */
  get longCount(): number {
    return this.headers.longCount;
  }

  /** How many header fields of this id there are. */
  count(id: Header): number {
    return this.headers.counts[id];
  }

  /** The Request-URI is of ordinary form, and so valid. False says nothing. */
  get hasOrdinaryUri(): boolean {
    return this.index.hasOrdinaryUri;
  }

  /** No field has a name or value that the structural check objects to. False says nothing. */
  get hasSoundFields(): boolean {
    return this.index.hasSoundFields;
  }

  /** The first value of this header is of ordinary form, and so valid. False says nothing. */
  isOrdinary(id: Header): boolean {
    return this.index.isOrdinary(id);
  }

  /** The index of the nth header field of this id, or -1. */
  indexOf(id: Header, nth = 0): number {
    let i = this.headers.first[id];
    if (i === -1 || nth >= this.headers.counts[id]) return -1;
    for (let left = nth; left > 0; left--) {
      i++;
      while (this.headers.ids[i] !== id) i++;
    }
    return i;
  }

  headerId(i: number): Header {
    return this.headers.ids[i] as Header;
  }

  nameFrom(i: number): number {
    return this.headers.lineFrom[i];
  }

  nameTo(i: number): number {
    return this.headers.nameTo[i];
  }

  /** Trimmed; may contain folds. */
  valueFrom(i: number): number {
    return this.headers.valueFrom[i];
  }

  valueTo(i: number): number {
    return this.headers.valueTo[i];
  }

  /** The value as text: folds are one space. Copies its bytes; ask only when it is needed. */
  text(id: Header, nth = 0): string | undefined {
    const i = this.indexOf(id, nth);
    return i === -1 ? undefined : textOf(this.buf, this.valueFrom(i), this.valueTo(i));
  }

  /** The whole first line (with folds) of this header: name, colon and value as on the wire. */
  rawText(id: Header, nth = 0): string | undefined {
    const i = this.indexOf(id, nth);
    if (i === -1) return undefined;
    return rangeText(this.buf, this.headers.lineFrom[i], this.headers.lineTo[i]);
  }

  methodText(): string | undefined {
    return this.part(this.methodFrom, this.methodTo);
  }

  uriText(): string | undefined {
    return this.part(this.uriFrom, this.uriTo);
  }

  /** '' for a response without a reason phrase, undefined for a request. */
  reasonText(): string | undefined {
    if (!this.isResponse) return undefined;
    return rangeText(this.buf, this.start.reasonFrom, this.start.reasonTo);
  }

  startLineText(): string | undefined {
    return this.part(this.start.from, this.start.to);
  }

  cseqMethodText(): string | undefined {
    return this.part(this.cseqMethodFrom, this.cseqMethodTo);
  }

  /** latin1, at most 64 KiB. */
  bodyText(): string {
    return this.buf.toString(
      'latin1',
      this.bodyFrom,
      Math.min(this.bodyTo, this.bodyFrom + MAX_BODY_TEXT),
    );
  }

  /** 0/0 when there is no Call-ID. */
  get callIdFrom(): number {
    return this.headers.firstFrom(Header.CallId);
  }

  get callIdTo(): number {
    return this.headers.firstTo(Header.CallId);
  }

  /**
   * Begins a hash with the Call-ID. The keys of many tables begin so: its bytes, some forty of them,
   * are gone through once for all.
   */
  beginWithCallId(hasher: Hasher): Hasher {
    const { callIdHash } = this;
    if (!this.isCallIdHashed) {
      callIdHash.begin().addBytes(this.buf, this.callIdFrom, this.callIdTo);
      this.isCallIdHashed = true;
    }
    return hasher.beginAs(callIdHash);
  }

  /** -1 when missing or unreadable. */
  get maxForwards(): number {
    return this.numberOf(Header.MaxForwards);
  }

  /** Seconds; -1 when missing or unreadable. */
  get expires(): number {
    return this.numberOf(Header.Expires);
  }

  /** The first value of this header as a number, or -1. */
  numberOf(id: Header): number {
    return readNumber(this.buf, this.headers.firstFrom(id), this.headers.firstTo(id));
  }

  /** Codes of the header fields in the order they stand, such as "V MF T F UA CI CT CS AC CL". */
  headerOrder(): string {
    return this.headers.order();
  }

  /** Names as written, joined by one space. */
  headerNames(): string {
    return this.headers.names(this.buf);
  }

  /** How the lines of the head end. A message of one unended line counts as crlf. */
  get lineEnd(): 'crlf' | 'lf' | 'mixed' {
    const startIsLf = (this.start.deviations & Deviation.LfLineEnds) !== 0;
    if (this.headers.lfLines === 0 && !startIsLf) return 'crlf';
    return this.headers.crlfLines === 0 && startIsLf ? 'lf' : 'mixed';
  }

  /** Values in all Via header fields together. */
  get viaCount(): number {
    return this.views.viaCount;
  }

  get ruri(): UriView {
    return this.views.ruri;
  }

  get fromHeader(): NameAddrView {
    return this.views.fromHeader;
  }

  get toHeader(): NameAddrView {
    return this.views.toHeader;
  }

  /** The first value of the first Contact. */
  get contact(): NameAddrView {
    return this.views.contact;
  }

  /** The topmost Via value. */
  get via(): ViaView {
    return this.views.via;
  }

  /**
   * The nth value of all Contact header fields together, from 0; undefined beyond the last. One
   * view serves all of them: it is valid until the next call.
   */
  contactAt(nth: number): NameAddrView | undefined {
    return this.views.contactAt(nth);
  }

  /** The nth Via value, from 0 at the top, in the same way. */
  viaAt(nth: number): ViaView | undefined {
    return this.views.viaAt(nth);
  }

  /** The first Authorization, else the first Proxy-Authorization. */
  get credentials(): CredentialsView {
    return this.views.credentials;
  }

  /** The first WWW-Authenticate, else the first Proxy-Authenticate. */
  get challenge(): CredentialsView {
    return this.views.challenge;
  }

  /** The body, if it is a session description. */
  get sdp(): SdpView {
    return this.views.sdp;
  }

  private get isSip(): boolean {
    return this.kind === Kind.Request || this.kind === Kind.Response;
  }

  private part(from: number, to: number): string | undefined {
    return from < to ? rangeText(this.buf, from, to) : undefined;
  }

  private addDeviations(): void {
    this.deviations = this.start.deviations | this.headers.deviations;
    if (this.headers.lfLines > 0) this.deviations |= Deviation.LfLineEnds;
    if (this.headers.compactCount > 0) this.deviations |= Deviation.CompactNames;
  }

  /**
   * RFC 3261 §18.3: on a datagram, bytes beyond Content-Length are not the message's, and without a
   * Content-Length (or with one that cannot be trusted) the body is the rest.
   */
  private readBody(): void {
    this.bodyFrom = this.headers.end;
    this.bodyTo = this.messageEnd = this.to;
    const length = this.contentLength;
    if (length === -1) return;
    if (length === -2) this.deviations |= Deviation.ContentLengthUnreadable;
    else if (this.contentLengthsDiffer(length)) this.deviations |= Deviation.ContentLengthConflict;
    else if (this.bodyFrom + length > this.to) this.deviations |= Deviation.ContentLengthBeyond;
    else this.bodyTo = this.messageEnd = this.bodyFrom + length;
    if (this.messageEnd < this.to) this.deviations |= Deviation.TrailingBytes;
  }

  private contentLengthsDiffer(length: number): boolean {
    for (let nth = 1; nth < this.headers.counts[Header.ContentLength]; nth++) {
      const i = this.indexOf(Header.ContentLength, nth);
      if (readNumber(this.buf, this.valueFrom(i), this.valueTo(i)) !== length) return true;
    }
    return false;
  }
}
