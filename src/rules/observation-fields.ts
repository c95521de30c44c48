import type { Observation } from '../detect/observation.js';
import { addressText, networkText } from '../wire/address.js';
import { Transport } from '../wire/packet.js';
import { callRows } from './call-fields.js';
import { contactRows } from './contact-fields.js';
import { FieldTable } from './field.js';
import { numberRows } from './number-fields.js';
import type { ObservationRow } from './observation-row.js';
import { rateRows } from './rate-fields.js';
import { serverRows } from './server-fields.js';

const ROWS: ObservationRow[] = [
  ['source.ip', 'text', 'Address that is held to account', (o) => addressText(o.source)],
  ['source.port', 'number', 'Its port', (o) => o.sourcePort],
  [
    'source.network',
    'text',
    'The network around it: /24 of IPv4, /64 of IPv6',
    (o) => networkText(o.source),
  ],
  ['target.ip', 'text', 'Address that it spoke to', (o) => addressText(o.target)],
  ['target.port', 'number', 'Port that it spoke to', (o) => o.targetPort],
  [
    'target.endpoint',
    'text',
    'Address and port that it spoke to',
    (o) => `${addressText(o.target)}:${o.targetPort}`,
  ],
  ['transport', 'text', 'udp or tcp', (o) => (o.transport === Transport.Udp ? 'udp' : 'tcp')],
  [
    'method',
    'text',
    'Method of the request; "empty": a datagram without a byte, "SYN": a TCP connection, "TLS": a TLS session',
    (o) => o.method,
  ],
  ['status', 'number', 'Status code of the answer, when there was one', (o) => o.status],
  [
    'outcome',
    'text',
    'accepted, challenged, unknown, forbidden, redirected, busy, refused, silent, unreachable (refused by TCP or ICMP), or opened (a TCP connection that the client sent nothing over)',
    (o) => o.outcome,
  ],
  ['account', 'text', 'User part that the request was about', (o) => o.account],
  ['guess', 'number', 'Hash of the digest response that was tried', (o) => o.guess],
  [
    'rejected_before',
    'number',
    'Rejected credentials of this source for this account in the last hour',
    (o) => o.rejectedBefore,
  ],
  ['rejected_peak', 'number', 'The most of those within ten seconds', (o) => o.rejectedPeak],
  [
    'rejected_one_nonce',
    'number',
    'Different responses rejected against one nonce without cnonce: so many different passwords',
    (o) => o.rejectedOneNonce,
  ],
  [
    'source.accepted',
    'boolean',
    'The target has accepted this source before: registration, credentials or answered call',
    (o) => o.standing().accepted,
  ],
  [
    'source.accounts_accepted',
    'number',
    'Accounts and numbers of which some request of this source was granted',
    (o) => o.standing().accountsAccepted,
  ],
  [
    'source.serves_target',
    'boolean',
    'The target registers at the source: the source is its registrar',
    (o) => o.standing().servesTarget,
  ],
  [
    'source.serves_target_tls',
    'boolean',
    'The target began TLS sessions with the source: it may be registered there, unseen',
    (o) => o.standing().servesTargetTls,
  ],
  [
    'source.targets_tried',
    'number',
    'Targets that the source tried',
    (o) => o.standing().targetsTried,
  ],
  [
    'source.answered_share',
    'number',
    'Share of those targets that ever answered it, 0 to 1',
    (o) => o.standing().answeredShare,
  ],
  [
    'source.open_share',
    'number',
    'Share of those targets that ever answered it or accepted a TCP connection, 0 to 1',
    (o) => o.standing().openShare,
  ],
  [
    'source.logins',
    'number',
    'Accounts that the source sent credentials for',
    (o) => o.standing().logins,
  ],
  [
    'source.suspicion',
    'number',
    'Severity of the incident about the source that is open: 0 info, 1 low, 2 medium, 3 high, 4 critical; -1: none is',
    (o) => o.standing().suspicion,
  ],
  [
    'mirror.two_way',
    'boolean',
    'Replies, or answers to connections, have been seen: the mirror shows both directions',
    (o) => o.standing().twoWay,
  ],
  ...numberRows,
  ...callRows,
  ...contactRows,
  ...rateRows,
  ...serverRows,
];

/** The fields that a signature over observations may name. */
export const observationFields = new FieldTable<Observation>(
  ROWS.map(([name, type, doc, read]) => ({ name, type, doc, read, fold: false })),
  (_, read) => read, // each is new, and asked about little
);
