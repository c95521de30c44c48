import { COLON, CR, isBlank, isToken, LF, SLASH } from './characters.js';
import { afterLine, isStartLine, MAX_METHOD } from './framing.js';
import { skipFiller } from './recognise.js';
import { Header, headerId } from './tokens.js';

/** What a SIP head has, and the head of another protocol hardly. */
const OF_SIP: readonly Header[] = [
  Header.Via,
  Header.From,
  Header.To,
  Header.CallId,
  Header.CSeq,
  Header.MaxForwards,
  Header.Contact,
  Header.ContentLength,
];

/**
 * Where a SIP message begins at the beginning of these bytes of a stream that is not followed, or
 * -1. Servers that throw away what they cannot read, and begin anew with the next bytes, read what
 * comes later; whoever sends messages sends each in segments of its own.
 *
 * Nothing is kept for it, so a start line that is cut is not found, nor a message behind other
 * bytes. A quoted message is taken for one if a segment happens to begin with it; that costs a false
 * message now and then, the opposite would let one odd line hide a connection for good.
 */
export function messageBegin(buf: Buffer, from: number, to: number): number {
  const begin = skipFiller(buf, from, to);
  if (!beginsWithWord(buf, begin, to)) return -1;
  const head = afterLine(buf, begin, to);
  if (buf[head - 1] !== LF || !isStartLine(buf, begin, head, false)) return -1;
  return isHeadOfSip(buf, head, to) ? begin : -1;
}

/** Spares all other bytes, encrypted ones above all, the search for the end of their line. */
function beginsWithWord(buf: Buffer, from: number, to: number): boolean {
  const limit = Math.min(from + MAX_METHOD, to);
  let at = from;
  while (at < limit && isToken(buf[at])) at++;
  // The slash is that of SIP/2.0.
  return at > from && at < limit && (isBlank(buf[at]) || buf[at] === SLASH);
}

/** A head with one of the fields above, or whose fields go on beyond these bytes. */
function isHeadOfSip(buf: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at = afterLine(buf, at, to)) {
    if (isBlank(buf[at])) continue;
    if (buf[at] === CR || buf[at] === LF) return at + 1 === to && buf[at] === CR;
    let name = at;
    while (name < to && isToken(buf[name])) name++;
    let colon = name;
    while (colon < to && isBlank(buf[colon])) colon++;
    if (colon === to) return true;
    if (name === at || buf[colon] !== COLON) return false;
    if (OF_SIP.includes(headerId(buf, at, name))) return true;
  }
  return true;
}
