import { InternedText, LONGEST_INTERNED } from './interned-text.js';

/** Text is cut here, as header values are: more holds nothing for people. */
const MAX_TEXT = 8192;

/** One for the process, 4,096 texts: 0.6 MB at most. It holds no state that a result depends on. */
const INTERNED = new InternedText(11);

/** Bytes as text: latin1, one character per byte, so that nothing is lost. */
export function rangeText(buf: Buffer, from: number, to: number): string {
  const length = to - from;
  if (length > LONGEST_INTERNED) return buf.toString('latin1', from, Math.min(to, from + MAX_TEXT));
  return length > 0 ? INTERNED.of(buf, from, to) : '';
}

/** A header value as text: a line fold becomes one space (RFC 3261 §7.3.1). */
export function textOf(buf: Buffer, from: number, to: number): string {
  const text = rangeText(buf, from, to);
  return text.includes('\n') ? text.replace(/(?:\r?\n[ \t]+)+/g, ' ') : text;
}

/** The inside of a quoted string as text: `\x` is x (RFC 3261 §25.1, quoted-pair). */
export function unquotedText(buf: Buffer, from: number, to: number): string {
  const text = textOf(buf, from, to);
  return text.includes('\\') ? text.replace(/\\([\s\S])/g, '$1') : text;
}
