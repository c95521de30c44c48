import { UriPart } from '../kernel/parts.js';
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
    const rest = this.schemeTo === from ? from : this.schemeTo + 1;
    this.valid = rest > from;
    if (shape === Shape.UserAndHost) this.readUserAndHost(rest);
    else this.readOpaque(rest, shape);
    this.params.set(buf, this.paramsFrom, this.paramsTo);
  }

  /** The kernel has read it: `sip:`, and no password or headers. */
  take(buf: Buffer, parts: Int32Array): void {
    const from = parts[UriPart.From];
    const to = parts[UriPart.To];
    this.clear(buf, from, to);
    this.schemeTo = from + 3;
    this.userFrom = parts[UriPart.UserFrom];
    this.userTo = parts[UriPart.UserTo];
    this.hostFrom = parts[UriPart.HostFrom];
    this.hostTo = parts[UriPart.HostTo];
    this.portNumber = parts[UriPart.Port];
    this.paramsFrom = parts[UriPart.ParamsFrom];
    this.paramsTo = to;
    this.valid = true;
    this.params.set(buf, this.paramsFrom, to);
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
    const { buf, from, to } = this;
    if (isSip(buf, from, to)) {
      this.schemeTo = from + 3;
      return Shape.UserAndHost;
    }
    const colon = schemeEnd(buf, from, to);
    if (colon === -1) return Shape.UserAndHost;
    this.schemeTo = colon;
    if (equalsFold(buf, from, colon, 'sips')) return Shape.UserAndHost;
    return equalsFold(buf, from, colon, 'tel') ? Shape.Number : Shape.Opaque;
  }

  private readOpaque(from: number, shape: Shape): void {
    this.judge(from, this.to);
    if (from === this.to) this.valid = false;
    if (shape !== Shape.Number) return;
    const end = seek(this.buf, SEMICOLON, from, this.to);
    this.userFrom = from;
    this.userTo = end;
    this.paramsFrom = end;
    this.paramsTo = this.to;
    if (from === end) this.valid = false;
  }

  /** The user part may hold ';', '?' and more (RFC 3261 §25.1), so the '@' is found first. */
  private readUserAndHost(from: number): void {
    const { buf, to } = this;
    const at = seek(buf, AT, from, to);
    let host = from;
    if (at < to) {
      this.readUserInfo(from, at);
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
    this.judge(from, to);
  }

  /** A byte that no URI holds makes this one invalid. */
  private judge(from: number, to: number): void {
    const { buf } = this;
    for (let at = from; at < to; at++) if (isForbiddenInUri(buf[at])) this.valid = false;
  }

  private readHostPort(from: number): number {
    const { buf, to } = this;
    let end = from;
    if (from < to && buf[from] === LEFT_BRACKET) {
      const bracket = seek(buf, RIGHT_BRACKET, from, to);
      this.hostFrom = from + 1;
      this.hostTo = bracket;
      if (!isIpv6Text(buf, from + 1, bracket) || bracket === to) this.valid = false;
      this.judge(from, bracket);
      end = Math.min(bracket + 1, to);
    } else {
      while (end < to && isHostByte(buf[end])) end++;
      this.hostFrom = from;
      this.hostTo = end;
    }
    if (this.hostFrom >= this.hostTo) this.valid = false;
    return end < to && buf[end] === COLON ? this.readPort(end + 1) : end;
  }

  private readPort(from: number): number {
    const { buf, to } = this;
    let end = from;
    while (end < to && isDigit(buf[end])) end++;
    this.portNumber = readNumber(buf, from, end);
    if (this.portNumber < 0 || this.portNumber > 65535) {
      this.portNumber = -1;
      this.valid = false;
    }
    return end;
  }

  private readParams(from: number): void {
    const { buf, to } = this;
    this.paramsFrom = this.paramsTo = to;
    if (from === to) return;
    let at = from;
    while (at < to && buf[at] !== SEMICOLON && buf[at] !== QUESTION) at++;
    // Something between the host and its parameters: sip:2001:db8::10 (RFC 5118 §4.2).
    if (at > from && trimLws(buf, from, at) > from) this.valid = false;
    const question = seek(buf, QUESTION, at, to);
    this.paramsFrom = at;
    this.paramsTo = question;
    if (question < to) {
      this.headersFrom = question + 1;
      this.headersTo = to;
    }
    this.judge(from, to);
  }
}

const Shape = { UserAndHost: 0, Number: 1, Opaque: 2 } as const;
type Shape = (typeof Shape)[keyof typeof Shape];

/** `sip:`, by far the most common beginning. */
function isSip(buf: Buffer, from: number, to: number): boolean {
  return (
    to - from > 3 &&
    buf[from + 3] === COLON &&
    FOLD[buf[from]] === 115 &&
    FOLD[buf[from + 1]] === 105 &&
    FOLD[buf[from + 2]] === 112
  );
}

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
