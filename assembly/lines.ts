import { BACKSLASH, byteAt, COLON, CR, LF, NUL } from './bytes';
import { BARE_CR, NUL_BYTE } from './deviations';

/** Deviations met by `lineFeed` since `resetOdd`. */
export let odd: u32 = 0;

export function resetOdd(): void {
  odd = 0;
}

function equal(bytes: v128, byte: u32): v128 {
  return i8x16.eq(bytes, i8x16.splat(<i8>byte));
}

/** The colon of the line at `from`, or 0. */
export function colonIn(from: usize, to: usize): usize {
  for (let at = from; at < to; at += 16) {
    const bytes = v128.load(at);
    const marks = i8x16.bitmask(v128.or(equal(bytes, COLON), equal(bytes, LF)));
    if (marks === 0) continue;
    const mark = at + ctz(marks);
    return mark < to && byteAt(mark) === COLON ? mark : 0;
  }
  return 0;
}

/**
 * The LF that ends the line at `from`, or `to`. In a header field a quoted pair may hold NUL (RFC
 * 4475 §3.1.1.2), in a start line it may not.
 */
export function lineFeed(from: usize, to: usize, quotedPairs: bool): usize {
  for (let at = from; at < to; at += 16) {
    const bytes = v128.load(at);
    let marks = i8x16.bitmask(
      v128.or(v128.or(equal(bytes, LF), equal(bytes, CR)), equal(bytes, NUL)),
    );
    while (marks !== 0) {
      const mark = at + ctz(marks);
      if (mark >= to) return to;
      const byte = byteAt(mark);
      if (byte === LF) return mark;
      if (byte === CR) {
        if (mark + 1 < to) {
          if (byteAt(mark + 1) === LF) return mark + 1;
          odd |= BARE_CR;
        }
      } else if (!quotedPairs || byteAt(mark - 1) !== BACKSLASH) odd |= NUL_BYTE;
      marks &= marks - 1;
    }
  }
  return to;
}

/** The first LF or CR, or `to`. */
export function lineTextEnd(from: usize, to: usize): usize {
  for (let at = from; at < to; at += 16) {
    const bytes = v128.load(at);
    const marks = i8x16.bitmask(v128.or(equal(bytes, LF), equal(bytes, CR)));
    if (marks !== 0) return min(at + ctz(marks), to);
  }
  return to;
}
