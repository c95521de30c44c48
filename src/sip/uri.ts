import {
  AT,
  COLON,
  equalsFold,
  FOLD,
  isAlpha,
  isDigit,
  isForbiddenInUri,
  isHostByte,
  LEFT_BRACKET,
  QUESTION,
  RIGHT_BRACKET,
  readNumber,
  SEMICOLON,
  seek,
  trimLws,
} from './characters.js';
import { ParamList } from './params.js';
import { rangeText } from './text.js';

/** Ranges of a SIP, SIPS or TEL URI (RFC 3261 §19.1, RFC 3966). Escapes (%40) stay as written. */
export class UriView {
  from = 0;
  to = 0;
  schemeTo = 0;
  /** 0/0 when the part is missing, here and below. For tel: the number. */
  userFrom = 0;
  userTo = 0;
  passwordFrom = 0;
  passwordTo = 0;
  /** Without the brackets of an IPv6 reference. */
  hostFrom = 0;
  hostTo = 0;
  /** -1 when missing or unreadable. */
  portNumber = -1;
  /** From the first ';' of the parameters. */
  paramsFrom = 0;
  paramsTo = 0;
  /** After the '?'. */
  headersFrom = 0;
  headersTo = 0;
  /** Has a scheme, and a SIP URI also a readable host and port. */
  valid = false;
  private buf: Buffer = Buffer.alloc(0);
  private readonly params = new ParamList(SEMICOLON);
  /** null: not asked for yet. */
  private userText: string | undefined | null = null;
  private hostText: string | undefined | null = null;

  set(buf: Buffer, from: number, to: number): void {
    this.clear(buf, from, to);
    const shape = this.readScheme();
    if (shape === Shape.Opaque) return;
    if (shape === Shape.Number) this.readNumberPart();
    else this.readUserAndHost();
    this.params.set(buf, this.paramsFrom, this.paramsTo);
  }

  /** There is no URI. */
  setNone(): void {
    this.clear(this.buf, 0, 0);
  }

  /** In lower case. */
  scheme(): string | undefined {
    return this.part(this.from, this.schemeTo)?.toLowerCase();
  }

  user(): string | undefined {
    if (this.userText === null) this.userText = this.part(this.userFrom, this.userTo);
    return this.userText;
  }

  password(): string | undefined {
    return this.part(this.passwordFrom, this.passwordTo);
  }

  host(): string | undefined {
    if (this.hostText === null) this.hostText = this.part(this.hostFrom, this.hostTo);
    return this.hostText;
  }

  text(): string | undefined {
    return this.part(this.from, this.to);
  }

  /** '' for a parameter without a value; `name` in lower case. */
  param(name: string): string | undefined {
    return this.params.text(name);
  }

  get hasHeaders(): boolean {
    return this.headersFrom > 0;
  }

  private part(from: number, to: number): string | undefined {
    return from < to ? rangeText(this.buf, from, to) : undefined;
  }

  private clear(buf: Buffer, from: number, to: number): void {
    this.buf = buf;
    this.from = from;
    this.to = to;
    this.schemeTo = from;
    this.userFrom = this.userTo = 0;
    this.passwordFrom = this.passwordTo = 0;
    this.hostFrom = this.hostTo = 0;
    this.portNumber = -1;
    this.paramsFrom = this.paramsTo = 0;
    this.headersFrom = this.headersTo = 0;
    this.valid = false;
    this.userText = this.hostText = null;
    this.params.set(buf, 0, 0);
  }

  /** `foo@bar` without a scheme is read as a SIP URI, and is not valid. */
  private readScheme(): Shape {
    const colon = schemeEnd(this.buf, this.from, this.to);
    if (colon === -1) return Shape.UserAndHost;
    this.schemeTo = colon;
    this.valid = !hasForbidden(this.buf, colon, this.to);
    if (equalsFold(this.buf, this.from, colon, 'tel')) return Shape.Number;
    if (equalsFold(this.buf, this.from, colon, 'sip')) return Shape.UserAndHost;
    if (equalsFold(this.buf, this.from, colon, 'sips')) return Shape.UserAndHost;
    if (colon + 1 === this.to) this.valid = false;
    return Shape.Opaque;
  }

  private get restFrom(): number {
    return this.schemeTo === this.from ? this.from : this.schemeTo + 1;
  }

  private readNumberPart(): void {
    const end = seek(this.buf, SEMICOLON, this.restFrom, this.to);
    this.userFrom = this.restFrom;
    this.userTo = end;
    this.paramsFrom = end;
    this.paramsTo = this.to;
    if (this.userFrom === end) this.valid = false;
  }

  /** The user part may hold ';', '?' and more (RFC 3261 §25.1), so the '@' is found first. */
  private readUserAndHost(): void {
    const at = seek(this.buf, AT, this.restFrom, this.to);
    let host = this.restFrom;
    if (at < this.to) {
      this.readUserInfo(host, at);
      host = at + 1;
    }
    this.readParams(this.readHostPort(host));
  }

  private readUserInfo(from: number, to: number): void {
    const colon = seek(this.buf, COLON, from, to);
    this.userFrom = from;
    this.userTo = colon;
    if (colon < to) {
      this.passwordFrom = colon + 1;
      this.passwordTo = to;
    }
    if (colon === from) this.valid = false;
  }

  private readHostPort(from: number): number {
    let end = from;
    if (from < this.to && this.buf[from] === LEFT_BRACKET) {
      const bracket = seek(this.buf, RIGHT_BRACKET, from, this.to);
      this.hostFrom = from + 1;
      this.hostTo = bracket;
      if (!isIpv6Text(this.buf, from + 1, bracket) || bracket === this.to) this.valid = false;
      end = Math.min(bracket + 1, this.to);
    } else {
      while (end < this.to && isHostByte(this.buf[end])) end++;
      this.hostFrom = from;
      this.hostTo = end;
    }
    if (this.hostFrom >= this.hostTo) this.valid = false;
    return end < this.to && this.buf[end] === COLON ? this.readPort(end + 1) : end;
  }

  private readPort(from: number): number {
    let end = from;
    while (end < this.to && isDigit(this.buf[end])) end++;
    this.portNumber = readNumber(this.buf, from, end);
    if (this.portNumber < 0 || this.portNumber > 65535) {
      this.portNumber = -1;
      this.valid = false;
    }
    return end;
  }

  private readParams(from: number): void {
    let at = from;
    while (at < this.to && this.buf[at] !== SEMICOLON && this.buf[at] !== QUESTION) at++;
    // Something between the host and its parameters: sip:2001:db8::10 (RFC 5118 §4.2).
    if (at > from && trimLws(this.buf, from, at) > from) this.valid = false;
    this.paramsFrom = at;
    const question = seek(this.buf, QUESTION, at, this.to);
    this.paramsTo = question;
    if (question < this.to) {
      this.headersFrom = question + 1;
      this.headersTo = this.to;
    }
  }
}

const Shape = { UserAndHost: 0, Number: 1, Opaque: 2 } as const;
type Shape = (typeof Shape)[keyof typeof Shape];

/** The colon after a scheme (RFC 3986 §3.1), or -1. */
function schemeEnd(buf: Buffer, from: number, to: number): number {
  if (from >= to || !isAlpha(buf[from])) return -1;
  let at = from + 1;
  while (at < to && (isAlpha(buf[at]) || isDigit(buf[at]) || isSchemeMark(buf[at]))) at++;
  return at < to && buf[at] === COLON ? at : -1;
}

function isSchemeMark(byte: number): boolean {
  return byte === 43 || byte === 45 || byte === 46;
}

function hasForbidden(buf: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (isForbiddenInUri(buf[at])) return true;
  return false;
}

/** Only the bytes are judged: hex digits, ':', '.', and a zone after '%'. */
function isIpv6Text(buf: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const byte = FOLD[buf[at]];
    if (byte === 37) return true;
    const hex = isDigit(byte) || (byte >= 97 && byte <= 102);
    if (!hex && byte !== COLON && byte !== 46) return false;
  }
  return from < to;
}
