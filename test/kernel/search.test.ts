import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { kernel } from '../../src/kernel/kernel.js';
import { type Pair, PairFilter } from '../../src/kernel/pair-filter.js';

const { search, positions } = {
  search: kernel!.search.bind(kernel),
  positions: kernel!.positions,
};

/** Where pairs of the filter are told, after others asked for other things. */
function told(pairs: readonly Pair[], bytes: Buffer, from = 0, to = bytes.length): number[] {
  const filter = new PairFilter();
  for (const pair of pairs) filter.add([pair]);
  search(new PairFilter(), Buffer.alloc(40, 0xff), 0, 40);
  const found = search(filter, bytes, from, to);
  return [...positions.subarray(0, Math.max(found, 0))];
}

/** The first pair of a text, in either case. */
function pairsOf(text: string): Pair[] {
  const cases = (letter: string) => [letter.toLowerCase(), letter.toUpperCase()];
  return cases(text[0]!).flatMap((first) =>
    cases(text[1]!).map((second): Pair => [first.charCodeAt(0), second.charCodeAt(0)]),
  );
}

const byte = fc.integer({ min: 0, max: 255 });
const pairs = fc.array(fc.tuple(byte, fc.option(byte, { nil: undefined })), { maxLength: 24 });

describe('the search for pairs of bytes in the kernel', () => {
  test('tells every place where a pair stands, and each place once, in order', () => {
    fc.assert(
      fc.property(
        pairs,
        fc.uint8Array({ maxLength: 400 }),
        fc.array(fc.tuple(fc.nat(398), fc.nat(23)), { maxLength: 8 }),
        fc.nat(40),
        (wanted, random, planted, from) => {
          const bytes = Buffer.from(random);
          for (const [at, which] of planted) {
            const [first, second] = wanted[which] ?? [0, 0];
            if (at + 1 < bytes.length) bytes.set([first, second ?? 0], at);
          }
          const begin = Math.min(from, bytes.length);
          const found = told(wanted, bytes, begin);
          assert.deepEqual(
            found,
            [...new Set(found)].sort((a, b) => a - b),
          );
          const missed: number[] = [];
          for (let at = begin; at < bytes.length; at++) {
            const isThere = wanted.some(
              ([first, second]) =>
                bytes[at] === first &&
                (second === undefined || (at + 1 < bytes.length && bytes[at + 1] === second)),
            );
            if (isThere && !found.includes(at - begin)) missed.push(at);
          }
          assert.deepEqual(missed, []);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('tells only the places of the pairs when they are few', () => {
    const text = Buffer.from('User-Agent: friendly-scanner\r\nX: $(id) <img AA');
    const of = (...texts: string[]) =>
      told(
        texts.map(
          (one): Pair => [one.charCodeAt(0), one.length > 1 ? one.charCodeAt(1) : undefined],
        ),
        text,
      );
    assert.deepEqual(of('sc'), [text.indexOf('sc')]);
    assert.deepEqual(of('$'), [text.indexOf('$')]);
    assert.deepEqual(of('<i', 'AA'), [text.indexOf('<i'), text.indexOf('AA')]);
    assert.deepEqual(of('zz'), []);
  });

  test('tells every place where a text stands by its first four bytes, in either case', () => {
    const letters = 'abcXYZ01-%[{ÀàÞ÷';
    const text = fc.string({
      unit: fc.constantFrom(...letters),
      minLength: 4,
      maxLength: 6,
    });
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 1, maxLength: 30 }),
        fc.array(fc.string({ unit: fc.constantFrom(...letters), maxLength: 20 }), {
          maxLength: 20,
        }),
        fc.array(fc.nat(29), { maxLength: 10 }),
        (wanted, noise, planted) => {
          const filter = new PairFilter();
          for (const one of wanted) filter.add(pairsOf(one), one.toLowerCase().slice(2, 4));
          const pieces = noise.map((part, i) => part + (wanted[planted[i] ?? 30] ?? ''));
          const bytes = Buffer.from(pieces.join(''), 'latin1');
          const found = search(filter, bytes, 0, bytes.length);
          const places = new Set(positions.subarray(0, Math.max(found, 0)));
          const lower = bytes.toString('latin1').toLowerCase();
          for (const one of wanted) {
            const small = one.toLowerCase();
            for (let at = lower.indexOf(small); at !== -1; at = lower.indexOf(small, at + 1)) {
              assert.ok(places.has(at), `${one} at ${at} of ${lower}`);
            }
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('a pair alone is not told where other bytes follow it', () => {
    const filter = new PairFilter();
    filter.add(pairsOf('nmap'), 'ap');
    const bytes = Buffer.from('nmxx NMAP nma nmap');
    const found = search(filter, bytes, 0, bytes.length);
    assert.deepEqual([...positions.subarray(0, found)], [5, 14]);
  });

  test('a single byte is found where the text ends with it', () => {
    for (const length of [1, 15, 16, 17, 33]) {
      const bytes = Buffer.alloc(length, 97);
      bytes[length - 1] = 36;
      assert.deepEqual(told([[36, undefined]], bytes), [length - 1], `${length} bytes`);
    }
  });

  test('tells when there are too many places for its list', () => {
    const filter = new PairFilter();
    filter.add([[97, undefined]]);
    const most = positions.length;
    assert.equal(search(filter, Buffer.alloc(most, 97), 0, most), most);
    assert.equal(search(filter, Buffer.alloc(most + 1, 97), 0, most + 1), -1);
  });

  test('finds in a part of the message that was read last what it finds in a copy of it', () => {
    const place = kernel!.claimPlace()!;
    const filter = new PairFilter();
    filter.add([[97, 98]]);
    const one = Buffer.from('OPTIONS sip:a SIP/2.0\r\nSubject: ab cab\r\n\r\nab');
    const other = Buffer.from('OPTIONS sip:b SIP/2.0\r\nSubject: xx abx\r\n\r\nxx');
    const buf = Buffer.alloc(one.length);
    for (const bytes of [one, other, one]) {
      bytes.copy(buf);
      kernel!.read(buf, 0, buf.length, place);
      for (const [from, to] of [
        [0, buf.length],
        [10, buf.length - 4],
        [30, 34],
      ] as const) {
        const found = [...positions.subarray(0, search(filter, buf, from, to))];
        const copy = Buffer.from(bytes.subarray(from, to));
        assert.deepEqual(found, [...positions.subarray(0, search(filter, copy, 0, copy.length))]);
        kernel!.read(buf, 0, buf.length, place);
      }
    }
  });
});
