import type { ObservationRow } from './observation-row.js';

/** Digits that numbers of one block differ in: a thousand numbers are commonly assigned at once. */
const BLOCK_DIGITS = 3;

/** What observations say of dialled numbers. */
export const numberRows: readonly ObservationRow[] = [
  ['number.tail', 'text', 'Last nine digits of the dialled number', (o) => o.number?.tail],
  ['number.prefix', 'text', 'What was dialled before them', (o) => o.number?.prefix],
  [
    'number.e164',
    'text',
    'The number with its country code, without +, where the form in which it was dialled says it',
    (o) => o.number?.e164,
  ],
  [
    'number.block',
    'text',
    'The same without its last three digits: a block of a thousand numbers',
    (o) => o.number?.e164?.slice(0, -BLOCK_DIGITS),
  ],
  [
    'number.country',
    'text',
    'Its country by ISO 3166 (GB; US/CA: either), or satellite, inmarsat, networks, premium, freephone…',
    (o) => o.number?.country,
  ],
  [
    'number.international',
    'boolean',
    'It is of another country, as far as its form and the dial plan say',
    (o) => o.number?.international,
  ],
  [
    'number.caller',
    'text',
    'Who dials, at this server: the login of the credentials, else the user in From',
    (o) => o.number?.caller,
  ],
  [
    'number.caller_calls',
    'number',
    'Calls of this caller that were put through before',
    (o) => o.number?.callerCalls,
  ],
  [
    'number.caller_known_for',
    'number',
    'Seconds since his first call was put through',
    (o) => o.number?.callerKnownFor,
  ],
  [
    'number.caller_countries',
    'number',
    'Other countries that he has called for more than a day',
    (o) => o.number?.callerCountries,
  ],
  [
    'number.new_countries',
    'number',
    'Countries that he calls since less than a day, this one included',
    (o) => o.number?.newCountries,
  ],
  [
    'number.new_country',
    'boolean',
    'He was never put through to this country; so it is for all of whom little is known: see number.caller_known_for',
    (o) => o.number?.newCountry,
  ],
  [
    'number.country_known_for',
    'number',
    'Seconds since he was first put through to this country; 0: never yet; missing: it is none that is told apart',
    (o) => o.number?.countryKnownFor,
  ],
  [
    'number.concurrent',
    'number',
    'His answered calls to this country that have not ended, this one included',
    (o) => o.number?.concurrent,
  ],
  [
    'number.foreign_for',
    'number',
    'Seconds since the account of the caller was registered from the network that the call comes from, which is strange to it; missing: it was not',
    (o) => o.number?.foreignFor,
  ],
  [
    'number.prefixes',
    'number',
    'Prefixes under which the number failed here in two days: dialled by strangers, or by this source if it was accepted',
    (o) => o.number?.prefixes,
  ],
  [
    'number.passed_on',
    'boolean',
    'The source was itself asked to dial this number just before: it is a PBX that passes a call of others on',
    (o) => o.number?.passedOn,
  ],
];
