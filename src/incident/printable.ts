/** Longest text of the wire that an output shows (characters). */
const LIMIT = 256;

/**
 * Wire text (latin1, one character a byte) made safe to show: read as UTF-8 where it is that,
 * capped, and without the characters that steer a terminal, a log line or the direction of text:
 * controls, line separators, bidirectional marks (Unicode UAX #9) and lone surrogates.
 */
export function printable(text: string, limit = LIMIT): string {
  if (text.length <= limit && /^[ -~]*$/.test(text)) return text;
  const long = text.length > 4 * limit;
  const characters = Array.from(utf8(text.slice(0, 4 * limit), long));
  const more = characters.length > limit || long;
  const cut = characters.slice(0, limit).join('');
  return `${cut.replace(UNSAFE, escaped)}${more ? '…' : ''}`;
}

const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

function escaped(character: string): string {
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}

/** A cut text may end in the middle of a character, which then is left out. */
function utf8(text: string, wasCut: boolean): string {
  let wide = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0xff) return text; // decoded already
    if (code > 0x7f) wide = true;
  }
  if (!wide) return text;
  const decoded = Buffer.from(text, 'latin1').toString('utf8');
  const broken = decoded.indexOf('\ufffd');
  if (broken === -1) return decoded;
  return wasCut && broken === decoded.length - 1 ? decoded.slice(0, -1) : text;
}
