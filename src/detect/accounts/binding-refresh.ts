import { networkOf } from '../../wire/address.js';
import type { Transaction } from '../transactions/transaction.js';
import {
  type Asked,
  DEFAULT_EXPIRES,
  isRemoval,
  type RegisterContact,
} from './register-contacts.js';
import type { Registration } from './registration.js';

/**
 * A telephone binds its only contact once more, from where it did so last, and the registrar lists
 * that one alone: nearly all that is granted. Then nothing but times and the port changes; this
 * makes that change, and says until when the contact is bound. Undefined, and nothing is changed:
 * it is another case, for `BindingChange`, which gives the same for this one at many times the cost.
 */
export function refreshBinding(
  kept: Registration,
  { origin, originPort }: Transaction,
  asked: Asked,
  listed: readonly RegisterContact[],
  granted: number,
  now: number,
): number | undefined {
  const { bindings } = kept;
  const { contacts, domain, agent } = asked;
  if (bindings.length !== 1 || contacts.length !== 1 || listed.length !== 1) return undefined;
  const binding = bindings[0]!;
  const contact = contacts[0]!;
  const own = listed[0]!;
  if (contact.text !== binding.contact || contact.text !== own.text) return undefined;
  if (isRemoval(contact, asked) || domain !== binding.domain) return undefined;
  const network = networkOf(origin);
  if (network !== binding.network || !kept.isLatest(network, domain, agent)) return undefined;
  // What the registrar lists is live, even where its last registration was not seen.
  if (binding.expires <= now && now + own.expires <= now) return undefined;
  binding.source = origin;
  binding.port = originPort;
  binding.agent = agent;
  binding.expires = endOf(own, granted, contact, asked, now);
  return binding.expires;
}

/** When a contact ends (packet time): as the registrar lists it, as it grants, or as was asked. */
export function endOf(
  listed: RegisterContact | undefined,
  granted: number,
  contact: RegisterContact,
  asked: Asked,
  now: number,
): number {
  if (listed !== undefined && listed.expires >= 0) return now + listed.expires;
  if (granted >= 0) return now + granted;
  if (contact.expires >= 0) return now + contact.expires;
  return now + (asked.expires >= 0 ? asked.expires : DEFAULT_EXPIRES);
}
