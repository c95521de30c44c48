import type { ObservationRow } from './observation-row.js';

/** What observations say of rates. */
export const rateRows: readonly ObservationRow[] = [
  ['rate.requests', 'number', 'Requests within ten seconds', (o) => o.rate?.requests],
  [
    'rate.to_target',
    'number',
    'Of source.busy: of those, to the one target that gets the most',
    (o) => o.rate?.toTarget,
  ],
  [
    'rate.strangers',
    'number',
    'Of target.busy: requests of those from sources that have proved nothing and were accepted nowhere',
    (o) => o.rate?.strangers,
  ],
  [
    'rate.sources',
    'number',
    'About so many different sources of those (an estimate)',
    (o) => o.rate?.sources,
  ],
  [
    'rate.network',
    'text',
    'The network (/24 of IPv4, /64 of IPv6) that most of those came from',
    (o) => o.rate?.network,
  ],
  [
    'rate.network_share',
    'number',
    'The share of those that it sent at least, 0 to 1',
    (o) => o.rate?.networkShare,
  ],
];
