import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { countryCodes, countryOf } from '../../src/detect/numbers/country-codes.js';
import { DEFAULT_DIAL_PLAN, type DialPlan } from '../../src/detect/numbers/dial-plan.js';
import { dialledNumber } from '../../src/detect/numbers/number.js';

const BRITISH: DialPlan = { ...DEFAULT_DIAL_PLAN, countryCode: '44' };
const GERMAN: DialPlan = { ...DEFAULT_DIAL_PLAN, countryCode: '49', outsidePrefixes: ['0'] };
const PLANS = { none: DEFAULT_DIAL_PLAN, british: BRITISH, german: GERMAN } as const;

type Case = [
  plan: keyof typeof PLANS,
  user: string,
  country: string | undefined,
  e164: string | undefined,
  international: boolean,
];

const CASES: Case[] = [
  ['none', '+442079460123', 'GB', '442079460123', true],
  ['none', '00442079460123', 'GB', '442079460123', true],
  ['none', '011442079460123', 'GB', '442079460123', true],
  ['none', '0011442079460123', 'GB', '442079460123', true],
  ['none', '810442079460123', 'GB', '442079460123', true],
  ['none', '9011442079460123', 'GB', '442079460123', true],
  ['none', '900442079460123', 'GB', '442079460123', true],
  ['none', '9+442079460123', 'GB', '442079460123', true],
  ['none', '%2B44-20-7946-0123', 'GB', '442079460123', true],
  ['none', '+12025550123', 'US/CA', '12025550123', true],
  ['none', '+18765550123', 'JM', '18765550123', true],
  ['none', '00881600000001', 'satellite', '881600000001', true],
  ['none', '+97012345678', 'PS', '97012345678', true],
  ['none', '+5999123456', 'CW', '5999123456', true],
  ['none', '+77012345678', 'KZ', '77012345678', true],
  ['none', '+74951234567', 'RU', '74951234567', true],
  // What is not in international form has no country, however much it looks like one.
  ['none', '442079460123', undefined, undefined, false],
  ['none', '02079460123', undefined, undefined, false],
  ['none', '01149600000', undefined, undefined, false], // Sheffield, not Germany
  ['none', '01123456789', undefined, undefined, false], // Delhi
  ['none', '01012345678', undefined, undefined, false], // Beijing
  ['none', '1010333011442079460123', undefined, undefined, false],
  ['none', '0010123456789', undefined, undefined, false], // no area code begins with 0
  ['none', '9005550123', undefined, undefined, false], // premium rate of North America
  ['none', '+0442079460123', undefined, undefined, false],
  ['none', '+2101234567', undefined, undefined, false], // a code that is not assigned
  ['none', `+${'4'.repeat(16)}`, undefined, undefined, false],
  ['british', '02079460123', 'GB', '442079460123', false],
  ['british', '902079460123', 'GB', '442079460123', false],
  ['british', '+442079460123', 'GB', '442079460123', false],
  ['british', '00492079460123', 'DE', '492079460123', true],
  ['british', '9011442079460123', 'GB', '442079460123', false],
  ['german', '0017612345678', 'DE', '4917612345678', false], // an outside line, then 0176…
  ['german', '00017612345678', 'US/CA', '17612345678', true],
  ['german', '00012025550123', 'US/CA', '12025550123', true],
  ['german', '+12025550123', 'US/CA', '12025550123', true],
];

describe('the country of a dialled number', () => {
  for (const [plan, user, country, e164, international] of CASES) {
    test(`"${user}" by the plan "${plan}": ${country ?? 'none'}`, () => {
      const number = dialledNumber(user, PLANS[plan])!;
      assert.deepEqual(
        [number.country, number.e164, number.international],
        [country, e164, international],
      );
    });
  }

  const code = fc.constantFrom(
    ...countryCodes()
      .map(([digits]) => digits)
      .filter((digits) => !digits.startsWith('1')),
  );
  const rest = fc.stringMatching(/^[1-9]\d{8}$/);

  test('one number has one country and one E.164 form, however it is dialled abroad', () => {
    const ways = ['+', '00', '011', '0011', '900', '9011', '9+', '%2B', '0-0', '00 '];
    fc.assert(
      fc.property(code, rest, fc.constantFrom(...ways), (digits, local, way) => {
        const number = dialledNumber(way + digits + local)!;
        const plain = dialledNumber(`+${digits}${local}`)!;
        assert.equal(number.e164, digits + local);
        assert.equal(number.country, plain.country);
        assert.equal(number.country, countryOf(digits + local));
        assert.equal(number.tail, local);
        assert.equal(number.international, true);
      }),
    );
  });

  test('whatever is dialled: a country comes with a number of 7 to 15 digits that ends in the tail', () => {
    const dialled = fc.stringMatching(/^[+*#9]?[0-9a-z.() -]{0,40}$/);
    fc.assert(
      fc.property(dialled, fc.constantFrom(...Object.values(PLANS)), (user, plan) => {
        const number = dialledNumber(user, plan);
        if (number?.country === undefined) return assert.equal(number?.e164, undefined);
        assert.match(number.e164!, /^[1-9]\d{6,14}$/);
        assert.ok(number.e164!.endsWith(number.tail) || number.tail.endsWith(number.e164!));
        assert.equal(number.country, countryOf(number.e164!));
        return undefined;
      }),
    );
  });
});

describe('assigned country codes', () => {
  test('each stands there once, and is of one to four digits', () => {
    const codes = countryCodes();
    assert.ok(codes.length > 230);
    assert.equal(new Set(codes.map(([digits]) => digits)).size, codes.length);
    for (const [digits, country] of codes) {
      assert.match(digits, /^[1-9]\d{0,3}$/);
      assert.match(country, /^(?:[A-Z]{2}|US\/CA|[a-z-]+)$/);
    }
  });

  test('a code is part of another only where one state has several, or several share one', () => {
    const codes = countryCodes().map(([digits]) => digits);
    const shared = codes.filter((longer) =>
      codes.some((digits) => digits !== longer && longer.startsWith(digits)),
    );
    assert.deepEqual(
      shared.filter((digits) => !digits.startsWith('1')),
      ['5999', '76', '77'],
    );
  });

  test('digits of no code have no country', () => {
    for (const digits of ['210123456', '999123456', '0', '']) {
      assert.equal(countryOf(digits), undefined);
    }
  });
});
