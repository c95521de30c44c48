import { Fact, FactNumber } from '../kernel/facts.js';
import type { IndexPlace } from '../kernel/index-place.js';
import { type Kernel, kernel } from '../kernel/kernel.js';
import { BYTE_CLASSES, isDigit, readNumber, skipLws } from './characters.js';
import { HeaderIndex } from './header-index.js';
import { Kind, recognise } from './recognise.js';
import { StartLine } from './start-line.js';
import { HEADERS, Header, METHOD_NAMES, Method, methodId } from './tokens.js';

/**
 * What stands where in one message, found in one pass: by the kernel, or without it by the plain
 * reading below, which gives the same.
 */
export class MessageIndex {
  kind: Kind = Kind.NotSip;
  readonly start = new StartLine();
  readonly headers: HeaderIndex;
  /** A response takes it from its CSeq. */
  methodId: Method = Method.Other;
  /** -1 when missing or unreadable. */
  cseqNumber = -1;
  cseqMethodFrom = 0;
  cseqMethodTo = 0;
  /** -1 when missing, -2 when the first one is unreadable. */
  contentLength = -1;
  /** The Request-URI is of ordinary form, and `place` has its parts. */
  hasOrdinaryUri = false;
  /** By header id a bit: so is its first value. */
  private ordinary = 0;
  /** No field has a name or value that the structural check objects to. False says nothing. */
  hasSoundFields = false;
  /** What the kernel writes, if it is there and has room. */
  readonly place: IndexPlace | undefined;
  private readonly kernel: Kernel | undefined;

  constructor(kernel: Kernel | undefined) {
    this.kernel = kernel;
    this.place = kernel?.claimPlace();
    this.headers = new HeaderIndex(this.place);
  }

  /** Assigns everything, whatever `buf[from, to)` is. */
  read(buf: Buffer, from: number, to: number): void {
    const { kernel, place } = this;
    const length = to - from;
    if (place === undefined || kernel === undefined || length < 0 || length > kernel.maxMessage) {
      this.readPlain(buf, from, to);
      return;
    }
    kernel.read(buf, from, to, place);
    const { facts, numbers } = place;
    this.kind = facts[Fact.Kind] as Kind;
    this.methodId = facts[Fact.MethodId] as Method;
    this.cseqNumber = numbers[FactNumber.CSeqNumber];
    this.cseqMethodFrom = facts[Fact.CSeqMethodFrom];
    this.cseqMethodTo = facts[Fact.CSeqMethodTo];
    this.contentLength = numbers[FactNumber.ContentLength];
    this.ordinary = facts[Fact.Ordinary];
    this.hasOrdinaryUri = facts[Fact.OrdinaryUri] === 1;
    this.hasSoundFields = facts[Fact.SoundFields] === 1;
    this.start.take(facts);
    this.headers.take(facts);
  }

  /** Whether the first value of this header is of ordinary form, and `place` has its parts. */
  isOrdinary(id: Header): boolean {
    return (this.ordinary & (1 << id)) !== 0;
  }

  private readPlain(buf: Buffer, from: number, to: number): void {
    const { start, headers } = this;
    this.kernel?.forget();
    this.kind = recognise(buf, from, to);
    this.methodId = Method.Other;
    this.ordinary = 0;
    this.hasOrdinaryUri = this.hasSoundFields = false;
    this.cseqNumber = -1;
    this.cseqMethodFrom = this.cseqMethodTo = 0;
    this.contentLength = -1;
    start.clear(from);
    headers.clear();
    if (this.kind !== Kind.Request && this.kind !== Kind.Response) return;
    start.read(buf, from, to, this.kind);
    headers.read(buf, start.next, to);
    this.readCSeq(buf);
    this.methodId =
      this.kind === Kind.Request
        ? methodId(buf, start.methodFrom, start.methodTo)
        : methodId(buf, this.cseqMethodFrom, this.cseqMethodTo);
    this.readContentLength(buf);
  }

  /** `314159 INVITE` (RFC 3261 §20.16). */
  private readCSeq(buf: Buffer): void {
    if (this.headers.counts[Header.CSeq] === 0) return;
    const from = this.headers.firstFrom(Header.CSeq);
    const to = this.headers.firstTo(Header.CSeq);
    let digits = from;
    while (digits < to && isDigit(buf[digits])) digits++;
    this.cseqNumber = readNumber(buf, from, digits);
    this.cseqMethodFrom = skipLws(buf, digits, to);
    this.cseqMethodTo = to;
  }

  private readContentLength(buf: Buffer): void {
    if (this.headers.counts[Header.ContentLength] === 0) return;
    const from = this.headers.firstFrom(Header.ContentLength);
    const length = readNumber(buf, from, this.headers.firstTo(Header.ContentLength));
    this.contentLength = length === -1 ? -2 : length;
  }
}

/** The kernel knows no names of its own. */
function teach(kernel: Kernel): void {
  kernel.setClasses(BYTE_CLASSES);
  for (let id = 1; id < METHOD_NAMES.length; id++) kernel.addMethodName(METHOD_NAMES[id], id);
  for (const { id, name, compact } of HEADERS) {
    if (name !== '') kernel.addHeaderName(name, id);
    if (compact !== '') kernel.addHeaderName(compact, id);
  }
}

if (kernel !== undefined) teach(kernel);
