/** What reading the values of a SIP message costs. */
import { InternedText } from '../../src/sip/interned-text.js';
import { measure } from './measure.js';

function interning(): void {
  for (const [name, of] of [
    ['5 bytes', (i: number) => `${10_000 + i}`],
    ['14 bytes', (i: number) => `10.${100 + (i >> 8)}.${i & 255}.2000`.slice(0, 14)],
    ['32 bytes', (i: number) => `z9hG4bK-524287-1---${1e12 + i}`.slice(0, 32)],
  ] as const) {
    const texts = Array.from({ length: 512 }, (_, i) => Buffer.from(of(i)));
    const many = Array.from({ length: 65_536 }, (_, i) => Buffer.from(of(i)));
    const interned = new InternedText(11);
    measure(`text of ${name}: decoded`, (i) => {
      const buf = texts[i & 511]!;
      return buf.toString('latin1', 0, buf.length).length;
    });
    measure(`text of ${name}: interned`, (i) => {
      const buf = texts[i & 511]!;
      return interned.of(buf, 0, buf.length).length;
    });
    measure(`text of ${name}: interned, seldom the same`, (i) => {
      const buf = many[i & 65_535]!;
      return interned.of(buf, 0, buf.length).length;
    });
  }
}

interning();
