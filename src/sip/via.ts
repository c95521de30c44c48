import type { ValuePlace } from '../kernel/index-place.js';
import { NO_PARTS, ViaPart } from '../kernel/parts.js';
import type { Hasher } from '../tables/hash.js';
import {
  COLON,
  equalsFold,
  isDigit,
  isHostByte,
  isToken,
  LEFT_BRACKET,
  RIGHT_BRACKET,
  readNumber,
  SEMICOLON,
  SLASH,
  seek,
  skipLws,
  trimLws,
} from './characters.js';
import { valueEnd } from './name-addr.js';
import { ParamList } from './params.js';
import { rangeText, textOf } from './text.js';

/** `SIP/2.0/` without blanks. */
const PROTOCOL_LENGTH = 8;

/** One Via value (RFC 3261 §20.42): `SIP/2.0/UDP host:port;params`, blanks around '/' and ':'. */
export class ViaView {
  /** -1 when missing or unreadable. */
  port = -1;
  valid = false;
  from = 0;
  /** The end of this value: a comma, or the end of the header. */
  to = 0;
  private buf: Buffer = Buffer.alloc(0);
  private transportFrom = 0;
  private transportTo = 0;
  /** Without the brackets of an IPv6 reference. */
  hostFrom = 0;
  hostTo = 0;
  /** Where the parameters begin, with their first semicolon. */
  paramsFrom = 0;
  readonly params: ParamList;

  private readonly parts: Int32Array;

  /** `place`: where the kernel writes, for a view that `take` is called of. */
  constructor(place?: ValuePlace) {
    this.params = new ParamList(SEMICOLON, place?.params);
    this.parts = place?.parts ?? NO_PARTS;
  }

  /** Reads the first value of `buf[from, to)`. */
  set(buf: Buffer, from: number, to: number): void {
    this.clear(buf, skipLws(buf, from, to), valueEnd(buf, from, to));
    if (this.from >= this.to) return;
    this.valid = true;
    const sentBy = this.readProtocol();
    const after = this.readPort(this.readHost(sentBy));
    this.readParams(after);
  }

  /** The kernel has read `buf[from, to)`, which is one value and valid. */
  take(buf: Buffer, from: number, to: number): void {
    const { parts } = this;
    this.buf = buf;
    this.from = from;
    this.to = to;
    this.valid = true;
    this.transportFrom = from + PROTOCOL_LENGTH;
    this.transportTo = parts[ViaPart.TransportTo];
    this.hostFrom = parts[ViaPart.HostFrom];
    this.hostTo = parts[ViaPart.HostTo];
    this.port = parts[ViaPart.Port];
    this.paramsFrom = parts[ViaPart.ParamsFrom];
    this.params.take(buf, parts[ViaPart.ParamCount]);
  }

  /** As written: `UDP`. */
  transport(): string | undefined {
    return this.part(this.transportFrom, this.transportTo);
  }

  /** Without the brackets of an IPv6 reference. */
  host(): string | undefined {
    return this.part(this.hostFrom, this.hostTo);
  }

  branch(): string | undefined {
    return this.params.text('branch');
  }

  get hasBranch(): boolean {
    return this.params.has('branch');
  }

  /** Adds to a hash what a response echoes of it (RFC 3261 §17.1.3): branch, host and port. */
  addTo(hasher: Hasher): void {
    if (!this.params.addTo(hasher, 'branch')) hasher.addText('');
    const { hostFrom, hostTo } = this;
    hasher.addBytes(this.buf, hostFrom, Math.max(hostFrom, hostTo)).addNumber(this.port);
  }

  /** Writes the branch into `bytes` at `at`, at most `limit` of it; how much; -1: there is none. */
  copyBranch(bytes: Uint8Array, at: number, limit: number): number {
    return this.params.copyTo(bytes, at, limit, 'branch');
  }

  /** `name` in lower case; '' for a parameter without a value. */
  param(name: string): string | undefined {
    return this.params.text(name);
  }

  /** The last of this name: what a server added to what the client wrote. */
  lastParam(name: string): string | undefined {
    return this.params.lastText(name);
  }

  hasParam(name: string): boolean {
    return this.params.has(name);
  }

  /** Everything after sent-by as written, such as ";branch=x;rport"; '' when there is nothing. */
  paramsText(): string {
    const { paramsTo } = this;
    return this.paramsFrom < paramsTo ? textOf(this.buf, this.paramsFrom, paramsTo) : '';
  }

  /** Where that text ends. */
  get paramsTo(): number {
    return trimLws(this.buf, this.paramsFrom, this.to);
  }

  private part(from: number, to: number): string | undefined {
    return from < to ? rangeText(this.buf, from, to) : undefined;
  }

  private clear(buf: Buffer, from: number, to: number): void {
    this.buf = buf;
    this.from = from;
    this.to = to;
    this.port = -1;
    this.valid = false;
    this.transportFrom = this.transportTo = 0;
    this.hostFrom = this.hostTo = 0;
    this.paramsFrom = to;
    this.params.set(buf, 0, 0);
  }

  /** `SIP / 2.0 / UDP`; returns where sent-by begins. */
  private readProtocol(): number {
    const name = this.word(this.from);
    if (!equalsFold(this.buf, this.from, name, 'sip')) this.valid = false;
    const version = this.afterSlash(name);
    const versionTo = this.word(version);
    if (!equalsFold(this.buf, version, versionTo, '2.0')) this.valid = false;
    this.transportFrom = this.afterSlash(versionTo);
    this.transportTo = this.word(this.transportFrom);
    const sentBy = skipLws(this.buf, this.transportTo, this.to);
    if (this.transportFrom === this.transportTo || sentBy === this.transportTo) this.valid = false;
    return sentBy;
  }

  private word(from: number): number {
    const { buf, to } = this;
    let at = from;
    while (at < to && isToken(buf[at])) at++;
    return at;
  }

  private afterSlash(from: number): number {
    const slash = skipLws(this.buf, from, this.to);
    if (slash < this.to && this.buf[slash] === SLASH) return skipLws(this.buf, slash + 1, this.to);
    this.valid = false;
    return slash;
  }

  private readHost(from: number): number {
    const { buf, to } = this;
    let end = from;
    if (from < to && buf[from] === LEFT_BRACKET) {
      const bracket = seek(buf, RIGHT_BRACKET, from, to);
      this.hostFrom = from + 1;
      this.hostTo = bracket;
      if (bracket === to) this.valid = false;
      end = Math.min(bracket + 1, to);
    } else {
      while (end < to && isHostByte(buf[end])) end++;
      this.hostFrom = from;
      this.hostTo = end;
    }
    if (this.hostFrom >= this.hostTo) this.valid = false;
    return skipLws(buf, end, to);
  }

  private readPort(from: number): number {
    const { buf, to } = this;
    if (from >= to || buf[from] !== COLON) return from;
    const start = skipLws(buf, from + 1, to);
    let end = start;
    while (end < to && isDigit(buf[end])) end++;
    this.port = readNumber(buf, start, end);
    if (this.port < 0 || this.port > 65535) {
      this.port = -1;
      this.valid = false;
    }
    return skipLws(buf, end, to);
  }

  private readParams(from: number): void {
    const { buf, to } = this;
    this.paramsFrom = from;
    if (from === to) return;
    if (buf[from] !== SEMICOLON) this.valid = false;
    this.params.set(buf, seek(buf, SEMICOLON, from, to), to);
    if (!this.params.allWellFormed()) this.valid = false;
  }
}
