import type { ReasonPart } from '../rules/finding.js';
import { type Address, addressText } from '../wire/address.js';
import type { IncidentActor } from './actor.js';
import type { IncidentSources } from './incident-sources.js';
import type { Known, Members } from './known.js';
import { accountText, redactText } from './redact.js';

/** Names quoted in a sentence before it says how many more there are. */
const QUOTED = 5;
/** Longest sentence (characters): what quotes the wire may be long. */
const LIMIT = 300;

/** What an incident knows to fill into a sentence. */
export interface ReasonSubject {
  readonly actor: IncidentActor;
  readonly source: Address;
  readonly sources: IncidentSources;
}

/** The sentence of a finding, with the numbers of its actor as they are now. */
export function reasonText(
  parts: readonly ReasonPart[],
  subject: ReasonSubject,
  known: Known | undefined,
): string {
  const places = { ...placesOf(known), sources: sourcesText(subject.sources) };
  const text = parts
    .map((part) => (typeof part === 'string' ? redactText(part) : placeText(places, part.place)))
    .join('');
  return shortened(inRightNumber(aboutActor(text, subject)));
}

function placeText(places: Record<string, string>, place: string): string {
  return Object.hasOwn(places, place) ? places[place]! : '';
}

/** A sentence about an address that is a site of several is about the device, not about all. */
function aboutActor(text: string, { actor, source }: ReasonSubject): string {
  const address = addressText(source);
  if (!text.startsWith(`${address} `)) return text;
  const rest = text.slice(address.length);
  if (actor.kind === 'handset') return `${actor.name}${rest}`;
  return actor.kind === 'site' ? `A device behind ${address}${rest}` : text;
}

/** What may stand behind a number in a sentence. */
const PLURALS =
  'addresses|accounts|callers|calls|countries|days|destinations|extensions|guesses|hosts|hours|messages|minutes|numbers|others|packets|passwords|phones|ports|prefixes|requests|seconds|servers|sources|targets|telephones|times';
const ONE_OF_MANY = new RegExp(`(?<![\\d.,:/-])1 ((?:more|other|different) )?(${PLURALS})\\b`, 'g');

/** `1 addresses` becomes `1 address`. */
function inRightNumber(text: string): string {
  return text.replace(ONE_OF_MANY, (_, between: string | undefined, noun: string) => {
    return `1 ${between ?? ''}${singular(noun)}`;
  });
}

function singular(noun: string): string {
  if (noun.endsWith('ies')) return `${noun.slice(0, -3)}y`;
  return /(?:ss|x)es$/.test(noun) ? noun.slice(0, -2) : noun.slice(0, -1);
}

function shortened(text: string): string {
  return text.length <= LIMIT ? text : `${text.slice(0, LIMIT - 1).trimEnd()}…`;
}

/** See INCIDENT_PLACES: what each place says. */
function placesOf(known: Known | undefined): Record<string, string> {
  if (known === undefined) {
    const unknown = 'an unknown number';
    return {
      targets: 'its targets',
      accounts: `${unknown} of accounts`,
      existing: 'not known',
      guesses: `${unknown} of`,
      guessed: 'an account',
      requests: `${unknown} of`,
      answered: `${unknown}`,
      open: `${unknown}`,
    };
  }
  return {
    targets: targetsText(known.targets),
    accounts: accountsText(known.accounts),
    existing: existingText(known),
    guesses: String(known.guesses),
    guessed: known.guessed.slice(0, QUOTED).map(accountText).join(', ') || 'an account',
    requests: String(known.contacts),
    answered: countOrNone(known.answered),
    open: countOrNone(known.open),
  };
}

function countOrNone(count: number): string {
  return count === 0 ? 'none' : String(count);
}

function existingText({ replies, existing }: Known): string {
  if (replies === 0) return 'not known, since no answer was seen';
  return existing.slice(0, QUOTED).map(accountText).join(', ') || 'none';
}

function accountsText({ count, first, about }: Members<string>): string {
  const names = first.slice(0, QUOTED).map(accountText);
  if (count <= names.length) return names.length === 0 ? 'no account' : names.join(', ');
  return `${numberText(count, about)} accounts (${names.join(', ')}…)`;
}

function targetsText({ count, first, about }: Members<Address>): string {
  const name = first[0] === undefined ? 'no address' : addressText(first[0]);
  const others = count - 1;
  if (others < 1) return name;
  return `${name} and ${numberText(others, about)} more ${others === 1 ? 'address' : 'addresses'}`;
}

function sourcesText(sources: IncidentSources): string {
  const { count, isEstimate } = sources;
  const names = sources.sample(QUOTED).map(addressText);
  if (count <= names.length) return names.join(', ');
  return `${numberText(count, isEstimate)} addresses (${names.join(', ')}…)`;
}

/** Of an estimate, as many digits as it is worth: `about 1900`. */
function numberText(count: number, isEstimate: boolean): string {
  if (!isEstimate) return String(count);
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(count)) - 1);
  return `about ${Math.round(count / unit) * unit}`;
}
