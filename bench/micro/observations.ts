/**
 * What one observation costs, from saying it to its judgement by all shipped signatures: by kind, and
 * in the mix in which an honest site makes them. Run: node build/bench/micro/observations.js
 */
import { join } from 'node:path';
import { CallStatistics } from '../../src/detect/calls/call-statistics.js';
import type { ObservationName } from '../../src/detect/observation.js';
import { type Doing, ObservationWriter } from '../../src/detect/observation-writer.js';
import type { Detail } from '../../src/detect/said.js';
import { Mark } from '../../src/detect/sources/marked-set.js';
import { type SourceProfile, SourceTable } from '../../src/detect/sources/sources.js';
import { packageRoot } from '../../src/package-root.js';
import { RuleEngine } from '../../src/rules/engine.js';
import { loadSignatures } from '../../src/rules/load.js';
import { Counters } from '../../src/telemetry/counters.js';
import { Transport } from '../../src/wire/packet.js';
import { measure } from './measure.js';

const PHONES = 2000;
const SERVER = 0xcb007105;
const BEGAN = 1_768_478_400;

const counters = new Counters();
const sources = new SourceTable(counters);
const signatures = loadSignatures([join(packageRoot(), 'signatures')]);
const engine = new RuleEngine(signatures, counters, {
  finding: () => true,
  repeated: () => true,
});
const writer = new ObservationWriter(counters, sources, (observation) =>
  engine.observe(observation),
);
writer.now = BEGAN;

interface Phone {
  readonly profile: SourceProfile;
  readonly account: string;
  readonly doing: Record<string, Doing>;
}

const phones = Array.from({ length: PHONES }, (_, i): Phone => {
  const origin = 0x0a010000 + i;
  const account = String(2000 + i);
  const profile = sources.comes(origin, BEGAN);
  sources.markTarget(profile, SERVER, Mark.Tried | Mark.Accepted | Mark.Registered | Mark.Answered);
  sources.markAccount(profile, account, Mark.Tried | Mark.Accepted | Mark.Login);
  const doing = (method: string): Doing => ({
    origin,
    originPort: 5060,
    target: SERVER,
    targetPort: 5060,
    transport: Transport.Udp,
    method,
  });
  const methods = ['OPTIONS', 'REGISTER', 'INVITE', 'MESSAGE'];
  return { profile, account, doing: Object.fromEntries(methods.map((one) => [one, doing(one)])) };
});

/** Calls of one origin that are over, as many as are kept of each. */
const statistics = new CallStatistics(counters);
function callOver(turn: number, origin: number): Detail {
  const [callerId, callee] = [String(2000 + (turn % 100)), String(441_632_960_000 + (turn % 700))];
  const recent = statistics.ended(origin, writer.now, {
    callerId,
    callee,
    rangFor: 4,
    talkedFor: 30 + (turn % 200),
    endedBy: 'caller',
    elsewhere: false,
    deadAir: undefined,
  });
  return {
    account: callee,
    call: {
      callerId,
      callee,
      sameUser: false,
      rangFor: 4,
      talkedFor: 30 + (turn % 200),
      endedBy: 'caller',
      expected: undefined,
      toEndpoint: false,
      endpointRegisters: false,
      toContact: false,
      elsewhere: false,
      hasRecordRoute: true,
      seen: 'both',
      media: 'unknown',
      mediaAfter: undefined,
      silence: undefined,
      recent,
    },
  };
}

/** A trunk makes all of its calls from one address, a phone a few. */
const TRUNK = 0xcb007101;

type Say = (turn: number) => void;

function say(name: ObservationName, method: string, detailOf: (phone: Phone) => Detail): Say {
  return (turn) => {
    const phone = phones[turn % PHONES]!;
    writer.say(name, phone.doing[method]!, phone.profile, detailOf(phone));
  };
}

function ended(turn: number, origin: number): void {
  const phone = phones[turn % PHONES]!;
  writer.say('call.ended', phone.doing.INVITE!, phone.profile, callOver(turn, origin));
}

/** An outside line, dialled by who has done so for long. */
const dialled = (phone: Phone): Detail => ({
  outcome: 'accepted',
  status: 200,
  account: phone.account,
  number: {
    tail: '632960001',
    prefix: '4416',
    e164: '441632960001',
    country: 'GB',
    international: false,
    caller: phone.account,
    callerCalls: 40,
    callerKnownFor: 90_000,
    callerCountries: 1,
    newCountries: 0,
    newCountry: false,
    countryKnownFor: 90_000,
    concurrent: 1,
    foreignFor: undefined,
    prefixes: 0,
    passedOn: false,
  },
});
const rejected = (phone: Phone): Detail => ({
  status: 401,
  account: phone.account,
  guess: 12_345,
  rejectedBefore: 3,
  rejectedPeak: 1,
  rejectedOneNonce: 1,
});

const accepted = { outcome: 'accepted', status: 200 } as const;
const busy = { outcome: 'busy', status: 486 } as const;
const account = (phone: Phone): Detail => ({ account: phone.account });
const granted = (phone: Phone): Detail => ({
  outcome: 'accepted',
  status: 200,
  account: phone.account,
});

/** How many of each there are among a hundred. */
const KINDS: readonly [string, number, Say][] = [
  ['contacted', 31, say('target.contacted', 'REGISTER', account)],
  ['target, OPTIONS accepted', 12, say('target.probed', 'OPTIONS', () => accepted)],
  ['account, OPTIONS accepted', 12, say('account.probed', 'OPTIONS', granted)],
  ['target, REGISTER accepted', 7, say('target.probed', 'REGISTER', () => accepted)],
  ['account, REGISTER accepted', 7, say('account.probed', 'REGISTER', granted)],
  ['login accepted', 9, say('auth.accepted', 'REGISTER', granted)],
  ['target, INVITE accepted', 5, say('target.probed', 'INVITE', () => accepted)],
  ['account, INVITE busy', 5, say('account.probed', 'INVITE', () => busy)],
  ['challenged', 4, say('auth.challenged', 'REGISTER', account)],
  ['target, REGISTER silent', 1, say('target.probed', 'REGISTER', () => ({ outcome: 'silent' }))],
  ['number dialled', 1, say('number.dialled', 'INVITE', dialled)],
  ['login rejected', 1, say('auth.rejected', 'REGISTER', rejected)],
  ['call of a phone over', 3, (turn) => ended(turn, 0x0a010000 + (turn % PHONES))],
  ['call of a trunk over', 2, (turn) => ended(turn, TRUNK)],
];

/** What scanners do, by itself: it is counted, found once and suppressed from then on. */
const SCANNER = 0x14880505;
const scanner = sources.comes(SCANNER, BEGAN);
const scanning: Doing = { ...phones[0]!.doing.REGISTER!, origin: SCANNER };
const SCANS: readonly [string, Say][] = [
  [
    'account of a scanner unknown',
    (turn) => {
      const account = String(100 + (turn % 9900));
      writer.say('account.probed', scanning, scanner, { outcome: 'unknown', status: 404, account });
    },
  ],
  [
    'target of a scanner silent',
    (turn) => {
      const doing = { ...scanning, target: SERVER + (turn % 65_536) };
      writer.say('target.probed', doing, scanner, { outcome: 'silent' });
    },
  ],
  [
    'password of a scanner rejected',
    (turn) => {
      const detail = { status: 401, account: '100', guess: turn, rejectedBefore: turn };
      writer.say('auth.rejected', scanning, scanner, detail);
    },
  ],
];

const mix = KINDS.flatMap(([, times, one]) => new Array<Say>(times).fill(one));
const each = KINDS.map(([name, , one]) => [name, one] as const);
for (const [name, one] of [...each, ...SCANS]) {
  measure(name, (turn) => {
    writer.now = BEGAN + turn / 10_000;
    one(turn);
    return counters.observations;
  });
}
measure(`the mix of them (${mix.length})`, (turn) => {
  writer.now = BEGAN + turn / 10_000;
  // Steps of a prime mix them.
  mix[(turn * 37) % mix.length]!(turn);
  return counters.observations;
});
