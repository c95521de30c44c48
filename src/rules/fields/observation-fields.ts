import type { Observation } from '../../detect/observation.js';
import { addressText, networkText } from '../../wire/address.js';
import { Transport } from '../../wire/packet.js';
import { callRows } from './call-fields.js';
import { contactRows } from './contact-fields.js';
import { dialogRows } from './dialog-fields.js';
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
    'Different responses to one challenge, all else being the same: so many different passwords',
    (o) => o.rejectedOneNonce,
  ],
  [
    'source.accepted',
    'boolean',
    'The target has accepted this source before: registration, credentials or answered call',
    (o) => o.standing().accepted,
    true,
  ],
  [
    'source.accounts_accepted',
    'number',
    'Accounts and numbers of which some request of this source was granted',
    (o) => o.standing().accountsAccepted,
    true,
  ],
  [
    'source.is_site',
    'boolean',
    'Three accounts or more were accepted from the source, from three ports or more: many devices behind one address',
    (o) => o.standing().isSite,
    true,
  ],
  [
    'handset.accounts_accepted',
    'number',
    'Of a site: accounts and numbers that were granted to this device, one address and port; missing where the source is no site',
    (o) => o.standing().handsetAccepted,
    true,
  ],
  [
    'source.proved',
    'boolean',
    'The request itself shows that its sender receives what is sent to him (TCP, a nonce or a tag that he was given)',
    (o) => o.proof.given,
  ],
  [
    'source.serves_target',
    'boolean',
    'The target registers at the source: the source is its registrar',
    (o) => o.standing().servesTarget,
    true,
  ],
  [
    'source.serves_target_tls',
    'boolean',
    'The target began TLS sessions with the source: it may be registered there, unseen',
    (o) => o.standing().servesTargetTls,
    true,
  ],
  [
    'source.targets_tried',
    'number',
    'Targets that the source tried',
    (o) => o.standing().targetsTried,
    true,
  ],
  [
    'source.answered_share',
    'number',
    'Share of those targets that ever answered it, 0 to 1',
    (o) => o.standing().answeredShare,
    true,
  ],
  [
    'source.open_share',
    'number',
    'Share of those targets that ever answered it or accepted a TCP connection, 0 to 1',
    (o) => o.standing().openShare,
    true,
  ],
  [
    'source.logins',
    'number',
    'Accounts that the source sent credentials for',
    (o) => o.standing().logins,
    true,
  ],
  [
    'source.accounts_tried',
    'number',
    'Accounts and numbers that the source asked for',
    (o) => o.standing().accountsTried,
    true,
  ],
  [
    'source.age',
    'number',
    'Seconds since the source was first seen in its present story, which is a day at most while no incident is open',
    (o) => o.standing().age,
    true,
  ],
  [
    'source.asked_per_target',
    'number',
    'What the source sent in that time, for each target that it tried',
    (o) => o.standing().askedPerTarget,
    true,
  ],
  [
    'source.surveys',
    'boolean',
    'A signature of class survey over messages matched: the source named itself as a survey',
    (o) => o.standing().surveys,
    true,
  ],
  [
    'source.suspicion',
    'number',
    'Severity of the incident about the source that is open: 0 info, 1 low, 2 medium, 3 high, 4 critical, and no more than 1 while it may be forged; -1: none is',
    (o) => o.standing().suspicion,
    true,
  ],
  [
    'source.role',
    'text',
    'What the source is, as declared in the configuration (registrar, proxy, trunk, monitor, phone, paging, dialler, auditor), else as learned (registrar, proxy, phone, trunk, monitor)',
    (o) => o.parties.roleOf(o.source),
  ],
  ['target.role', 'text', 'The same of the target', (o) => o.parties.roleOf(o.target)],
  [
    'source.declared',
    'boolean',
    'The configuration names the source as a peer',
    (o) => o.parties.isDeclared(o.source),
  ],
  [
    'source.expected',
    'boolean',
    'The target has reason to hear from the source: a declared peer, a server where the target registered, or one whom the target called and who answered',
    (o) => o.parties.isExpected(o.source, o.target),
  ],
  [
    'mirror.two_way',
    'boolean',
    'Replies, or answers to connections, have been seen: the mirror shows both directions',
    (o) => o.standing().twoWay,
    true,
  ],
  ...numberRows,
  ...callRows,
  ...contactRows,
  ...dialogRows,
  ...rateRows,
  ...serverRows,
];

/** The fields that a signature over observations may name. */
export const observationFields = new FieldTable<Observation>(
  ROWS.map(([name, type, doc, read]) => ({ name, type, doc, read, fold: false })),
  (_, read) => read, // each is new, and asked about little
);

/** Those that ask for the standing of the source, as it is when it is first asked for. */
export const STANDING_FIELDS: ReadonlySet<string> = new Set(
  ROWS.filter(([, , , , ofStanding]) => ofStanding).map(([name]) => name),
);
