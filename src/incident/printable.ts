/** Longest text of the wire that an output shows (characters). */
const LIMIT = 256;

/**
 * Wire text (latin1, one character a byte) made safe to show: read as UTF-8 where it is that,
 * capped, and without the characters that steer a terminal, a log line or the direction of text:
 * controls, line separators, bidirectional marks (Unicode UAX #9) and lone surrogates.
 */
export function printable(text: string, limit = LIMIT): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return utf8(cut).replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}

function utf8(text: string): string {
  let wide = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0xff) return text; // decoded already
    if (code > 0x7f) wide = true;
  }
  if (!wide) return text;
  const decoded = Buffer.from(text, 'latin1').toString('utf8');
  return decoded.includes('\ufffd') ? text : decoded;
}
