import type { ValuePlace } from '../kernel/index-place.js';
import { CredentialsPart, NO_PARTS } from '../kernel/parts.js';
import type { Hasher } from '../tables/hash.js';
import { COMMA, isToken, skipLws } from './characters.js';
import { ParamList } from './params.js';
import { rangeText } from './text.js';

/**
 * Digest credentials or a challenge (RFC 3261 §22.4, §25.1): a scheme, then `name=value` pairs
 * with commas between. Values come without quotes.
 */
export class CredentialsView {
  private buf: Buffer = Buffer.alloc(0);
  private schemeFrom = 0;
  private schemeTo = 0;
  readonly params: ParamList;
  private readonly parts: Int32Array;

  /** `place`: where the kernel writes, for a view that `take` is called of. */
  constructor(place?: ValuePlace) {
    this.params = new ParamList(COMMA, place?.params);
    this.parts = place?.parts ?? NO_PARTS;
  }

  set(buf: Buffer, from: number, to: number): void {
    this.buf = buf;
    this.schemeFrom = skipLws(buf, from, to);
    let end = this.schemeFrom;
    while (end < to && isToken(buf[end])) end++;
    this.schemeTo = end;
    this.params.set(buf, end, to);
  }

  /** The kernel has read the value at `from`. */
  take(buf: Buffer, from: number): void {
    this.buf = buf;
    this.schemeFrom = from;
    this.schemeTo = this.parts[CredentialsPart.SchemeTo];
    this.params.take(buf, this.parts[CredentialsPart.ParamCount]);
  }

  /** False when the message has no such header. */
  get present(): boolean {
    return this.schemeFrom < this.schemeTo;
  }

  scheme(): string | undefined {
    return this.present ? rangeText(this.buf, this.schemeFrom, this.schemeTo) : undefined;
  }

  /** Adds a value to a hash, as a part of a text; gives its length, -1: it is not there. */
  addTo(hasher: Hasher, name: string): number {
    return this.params.addWordTo(hasher, name);
  }

  /** `name` in lower case. */
  param(name: string): string | undefined {
    return this.params.text(name);
  }

  username(): string | undefined {
    return this.param('username');
  }

  realm(): string | undefined {
    return this.param('realm');
  }

  nonce(): string | undefined {
    return this.param('nonce');
  }

  response(): string | undefined {
    return this.param('response');
  }

  uri(): string | undefined {
    return this.param('uri');
  }

  cnonce(): string | undefined {
    return this.param('cnonce');
  }

  nc(): string | undefined {
    return this.param('nc');
  }

  qop(): string | undefined {
    return this.param('qop');
  }

  algorithm(): string | undefined {
    return this.param('algorithm');
  }
}
