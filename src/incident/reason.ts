import { Mark } from '../detect/marked-set.js';
import type { SourceProfile } from '../detect/source-profile.js';
import type { ReasonPart } from '../rules/finding.js';
import { addressText } from '../wire/address.js';
import { accountText, redactText } from './redact.js';

/** Names quoted in a sentence before it says how many more there are. */
const QUOTED = 5;

/** The sentence of a finding, with the numbers of its source as they are now. */
export function reasonText(
  parts: readonly ReasonPart[],
  profile: SourceProfile | undefined,
): string {
  const places = placesOf(profile);
  return parts
    .map((part) => (typeof part === 'string' ? redactText(part) : (places[part.place] ?? '')))
    .join('');
}

/** See INCIDENT_PLACES: what each place says. */
function placesOf(profile: SourceProfile | undefined): Record<string, string> {
  if (profile === undefined) {
    const unknown = 'an unknown number';
    return {
      targets: 'its targets',
      accounts: `${unknown} of accounts`,
      existing: 'unknown',
      guesses: unknown,
      guessed: 'an account',
      requests: unknown,
      answered: unknown,
      open: unknown,
    };
  }
  return {
    targets: targetsText(profile),
    accounts: accountsText(profile),
    existing: existingText(profile),
    guesses: String(profile.guesses),
    guessed:
      profile.accounts.sample(Mark.Rejected, QUOTED).map(accountText).join(', ') || 'an account',
    requests: String(profile.contacts),
    answered: countOrNone(profile.answeredTargets),
    open: countOrNone(profile.openTargets),
  };
}

function countOrNone(count: number): string {
  return count === 0 ? 'none' : String(count);
}

function existingText(profile: SourceProfile): string {
  if (profile.replies === 0) return 'not known, since no answer was seen';
  return existingAccounts(profile).slice(0, QUOTED).map(accountText).join(', ') || 'none';
}

function accountsText(profile: SourceProfile): string {
  const count = profile.accounts.count(Mark.Tried);
  const names = profile.accounts.sample(Mark.Tried, QUOTED).map(accountText);
  if (count <= names.length) return names.length === 0 ? 'no account' : names.join(', ');
  const atLeast = profile.accounts.overflow > 0 ? 'more than ' : '';
  return `${atLeast}${count} accounts (${names.join(', ')}…)`;
}

/**
 * Accounts that answers gave away: those it was let in to, and, where the server also told it that
 * others do not exist, those it was challenged for. Where all are challenged alike, none is.
 */
export function existingAccounts(profile: SourceProfile): string[] {
  const { accounts } = profile;
  const told = accounts.count(Mark.Unknown) > 0 ? Mark.Exists : Mark.Accepted;
  return accounts.sample(told, 64).filter((name) => (accounts.get(name) & Mark.Unknown) === 0);
}

function targetsText(profile: SourceProfile): string {
  const [first] = profile.targets.sample(Mark.Tried, 1);
  const name = first === undefined ? 'no address' : addressText(first);
  const others = profile.targets.size - 1;
  if (others < 1) return name;
  const more = profile.targets.overflow > 0 ? `more than ${others} other` : `${others} more`;
  return `${name} and ${more} ${others === 1 ? 'address' : 'addresses'}`;
}
