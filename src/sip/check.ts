import { equalsFold, isLws, isToken, seek } from './characters.js';
import { Deviation } from './deviations.js';
import { MAX_VALUE } from './header-index.js';
import type { SipMessage } from './message.js';
import { NameAddrView } from './name-addr.js';
import { HEADERS, Header } from './tokens.js';
import { ViaView } from './via.js';

/** RFC 3261 §8.1.1: a message without one of these cannot be answered or matched. */
const REQUIRED: readonly Header[] = [
  Header.Via,
  Header.From,
  Header.To,
  Header.CallId,
  Header.CSeq,
];
/** Header fields that may stand only once (RFC 3261 §7.3.1, RFC 4475 §3.3.8). */
const SINGLE: readonly Header[] = [
  Header.From,
  Header.To,
  Header.CallId,
  Header.CSeq,
  Header.MaxForwards,
  Header.ContentLength,
];
/** By header id: 1 where a field's value or name is judged. */
const JUDGED = new Uint8Array(HEADERS.length);
for (const id of [Header.Via, Header.From, Header.To, Header.Contact, Header.Date, Header.Other]) {
  JUDGED[id] = 1;
}
/** RFC 3261 §8.1.1.5: a CSeq number is below 2^31. */
const MAX_CSEQ = 2 ** 31 - 1;
const MAX_MAX_FORWARDS = 255;
/** RFC 3261 §20.19: delta-seconds up to 2^32 - 1. */
const MAX_DELTA_SECONDS = 2 ** 32 - 1;

/** Values in lists that are judged in one message, besides the first of each field: 64 KB hold ten thousand. */
const MAX_JUDGED = 64;

/**
 * A second look at the bytes of a message. The first value of a field is judged by the message's own
 * view of it, which later readers find parsed; for the others it owns views, one set per message.
 */
export class StructureCheck {
  private readonly via = new ViaView();
  private readonly nameAddr = new NameAddrView();
  /** Further values that may still be judged. */
  private left = 0;

  /** The deviations that `reset` does not find. Linear in the size of the head. */
  run(message: SipMessage): number {
    this.left = MAX_JUDGED;
    let found = checkStartLine(message) | checkPresence(message);
    found |= checkCSeq(message) | checkNumbers(message);
    if (message.hasSoundFields) return found;
    for (let i = 0; i < message.headerCount; i++) {
      if (JUDGED[message.headerId(i)] === 1) found |= this.checkHeader(message, i);
    }
    return found;
  }

  private checkHeader(message: SipMessage, i: number): number {
    // A value that was cut ends anywhere: it cannot be judged.
    if (message.valueTo(i) - message.valueFrom(i) === MAX_VALUE) return 0;
    const id = message.headerId(i);
    if (message.isOrdinary(id) && i === message.indexOf(id)) return 0;
    switch (id) {
      case Header.Via:
        return this.checkVia(message, i);
      case Header.From:
        return this.checkNameAddr(message, i, Header.From, message.fromHeader);
      case Header.To:
        return this.checkNameAddr(message, i, Header.To, message.toHeader);
      case Header.Contact:
        return this.checkNameAddr(message, i, Header.Contact, message.contact);
      case Header.Date:
        return checkDate(message, i);
      case Header.Other:
        return checkName(message, i);
      default:
        return 0;
    }
  }

  /** The values of a Via field, not only the topmost. */
  private checkVia(message: SipMessage, i: number): number {
    const to = message.valueTo(i);
    let view = this.via;
    if (i === message.indexOf(Header.Via)) view = message.via;
    else view.set(message.buf, message.valueFrom(i), to);
    while (view.valid) {
      const at = view.to + 1;
      if (at > to || this.left-- <= 0) return 0;
      view = this.via;
      view.set(message.buf, at, to);
    }
    return Deviation.BadVia;
  }

  /** `own`: the message's view of the first field of this name. */
  private checkNameAddr(message: SipMessage, i: number, id: Header, own: NameAddrView): number {
    const list = id === Header.Contact;
    const to = message.valueTo(i);
    let view = this.nameAddr;
    if (i === message.indexOf(id)) view = own;
    else view.set(message.buf, message.valueFrom(i), to, list);
    while (view.valid && (list || !view.isStar)) {
      const at = view.to + 1;
      if (at > to || this.left-- <= 0) return 0;
      view = this.nameAddr;
      view.set(message.buf, at, to, list);
    }
    return Deviation.BadNameAddr;
  }
}

function checkStartLine(message: SipMessage): number {
  if (!message.isRequest || message.hasOrdinaryUri) return 0;
  let found = 0;
  if (!message.ruri.valid) found |= Deviation.BadRequestUri;
  // RFC 3261 §19.1.1, table 1: a Request-URI carries no headers.
  if (message.ruri.hasHeaders) found |= Deviation.RequestUriHeaders;
  return found;
}

function checkPresence(message: SipMessage): number {
  let found = 0;
  for (const id of REQUIRED) if (message.count(id) === 0) found |= Deviation.MissingHeader;
  for (const id of SINGLE) if (message.count(id) > 1) found |= Deviation.DuplicateHeader;
  return found;
}

function checkCSeq(message: SipMessage): number {
  const i = message.indexOf(Header.CSeq);
  if (i === -1) return 0;
  const { buf, cseqMethodFrom, cseqMethodTo } = message;
  if (message.cseqNumber < 0 || cseqMethodFrom === cseqMethodTo) return Deviation.BadCSeq;
  if (!isTokenRange(buf, cseqMethodFrom, cseqMethodTo)) return Deviation.BadCSeq;
  if (!isLws(buf[cseqMethodFrom - 1])) return Deviation.BadCSeq;
  if (message.isRequest && !sameMethod(message)) return Deviation.CSeqMethodMismatch;
  return 0;
}

function sameMethod(message: SipMessage): boolean {
  const length = message.methodTo - message.methodFrom;
  if (message.cseqMethodTo - message.cseqMethodFrom !== length) return false;
  const { buf, methodFrom, cseqMethodFrom } = message;
  for (let i = 0; i < length; i++) {
    if (buf[methodFrom + i] !== buf[cseqMethodFrom + i]) return false;
  }
  return true;
}

function checkNumbers(message: SipMessage): number {
  const found =
    message.cseqNumber > MAX_CSEQ ||
    isOutOfRange(message, Header.MaxForwards, MAX_MAX_FORWARDS) ||
    isOutOfRange(message, Header.Expires, MAX_DELTA_SECONDS);
  return found ? Deviation.NumberOutOfRange : 0;
}

/** There, but not a number up to `max`. */
function isOutOfRange(message: SipMessage, id: Header, max: number): boolean {
  if (message.count(id) === 0) return false;
  const value = message.numberOf(id);
  return value < 0 || value > max;
}

/** RFC 3261 §20.17: only GMT is allowed. */
function checkDate(message: SipMessage, i: number): number {
  const to = message.valueTo(i);
  const zone = Math.max(to - 3, message.valueFrom(i));
  return equalsFold(message.buf, zone, to, 'gmt') ? 0 : Deviation.BadDate;
}

/** A name that is not a token: `Foo Bar: x`, or nothing before the colon. */
function checkName(message: SipMessage, i: number): number {
  const from = message.nameFrom(i);
  const to = message.nameTo(i);
  if (isTokenRange(message.buf, from, to)) return 0;
  const nul = seek(message.buf, 0, from, to) < to ? Deviation.NulByte : 0;
  return nul | Deviation.HeaderWithoutColon;
}

function isTokenRange(buf: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (!isToken(buf[at])) return false;
  return from < to;
}
