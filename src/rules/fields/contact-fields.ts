import type { ObservationRow } from './observation-row.js';

/** What observations say of contacts that registrars bind. */
export const contactRows: readonly ObservationRow[] = [
  ['contact.address', 'text', 'Host and port of the contact', (o) => o.contact?.address],
  [
    'contact.all',
    'boolean',
    'All contacts were removed at once (Contact: *)',
    (o) => o.contact?.all,
  ],
  [
    'contact.known',
    'boolean',
    'The account had been bound before, as far as was seen',
    (o) => o.contact?.known,
  ],
  [
    'contact.new_network',
    'boolean',
    'The account was known, but never bound from this network (/24 of IPv4, /64 of IPv6)',
    (o) => o.contact?.newNetwork,
  ],
  [
    'contact.foreign',
    'boolean',
    'The account is bound from another network too, or was until now',
    (o) => o.contact?.foreign,
  ],
  [
    'contact.others',
    'number',
    'Live contacts of the account from other networks before this',
    (o) => o.contact?.others,
  ],
  [
    'contact.displaced',
    'number',
    'Contacts from other networks that this removed or replaced',
    (o) => o.contact?.displaced,
  ],
  [
    'contact.agent_changed',
    'boolean',
    'No telephone with this User-Agent registered the account before; versions do not count',
    (o) => o.contact?.agentChanged,
  ],
  [
    'contact.failures_before',
    'number',
    'Rejected credentials for the account within the last six hours, of all who never registered it',
    (o) => o.contact?.failuresBefore,
  ],
  [
    'contact.failing_networks',
    'number',
    'Networks (/24, /64) that those came from',
    (o) => o.contact?.failingNetworks,
  ],
  [
    'contact.failures_near',
    'number',
    'Those of them that came from the network of the source',
    (o) => o.contact?.failuresNear,
  ],
  [
    'contact.failing_addresses_near',
    'number',
    'Addresses in the network of the source that those came from',
    (o) => o.contact?.failingAddressesNear,
  ],
  [
    'contact.by_stranger',
    'boolean',
    'Done from a network where the account was never bound, while it was known from others',
    (o) => o.contact?.byStranger,
  ],
  [
    'contact.rebound',
    'boolean',
    'The stranger who removed contacts bound one of his own within half a minute',
    (o) => o.contact?.rebound,
  ],
];
