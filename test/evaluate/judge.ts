import { addressTest } from '../../src/config/address-ranges.js';
import type { Alert } from '../../src/incident/alert.js';
import {
  type FindingClass,
  type Severity,
  type Signature,
  type Stage,
  severityRank,
  stageRank,
} from '../../src/rules/signature.js';
import { parseAddress } from '../../src/wire/address.js';
import type { Family, VariationName } from './family.js';

/** Somebody whom an alert accuses, at the worst that was said of him. */
export interface Accusation {
  readonly accused: string;
  readonly class: FindingClass;
  readonly severity: Severity;
  readonly rules: readonly string[];
  readonly reason: string;
}

/** What the alerts of one run are worth. */
export interface Verdict {
  readonly family: Family;
  readonly variation: VariationName;
  readonly seed: number;
  /** An alert about a true attacker, of an accepted class. */
  readonly detected: boolean;
  /** Packets of the attackers until that alert, the one that decided included. */
  readonly packets: number | undefined;
  /** Where the attackers' incidents stood at the end; undefined without one. */
  readonly stage: Stage | undefined;
  /** Innocents who are accused of medium or more, and of low. */
  readonly accused: readonly Accusation[];
  readonly suspected: readonly Accusation[];
  /** Packet time from the first frame to the last. */
  readonly hours: number;
  readonly frames: number;
}

/** An alert, and how many packets the attackers had sent by then. */
export interface TimedAlert {
  readonly alert: Alert;
  readonly packets: number;
}

/** Classes that inform and never accuse: their findings have the severity info. */
const INFORMING: ReadonlySet<FindingClass> = new Set(['hygiene', 'survey']);

export type SignatureOf = (id: string) => Signature | undefined;

/** Who is meant by the attackers of a family: addresses, networks, and handsets behind a site. */
export class Attackers {
  private readonly isAddress: (address: string) => boolean;
  private readonly handsets: ReadonlySet<string>;

  constructor(names: readonly string[]) {
    const test = addressTest(names.filter((name) => !HANDSET.test(name)));
    this.handsets = new Set(names.filter((name) => HANDSET.test(name)));
    this.isAddress = (text) => {
      const address = parseAddress(text);
      return address !== undefined && test(address);
    };
  }

  /** Who sent a packet; a handset is told by its port. */
  sent(address: string, port: number): boolean {
    return this.isAddress(address) || this.handsets.has(`${address}:${port}`);
  }

  /** An address, or a handset as `198.51.100.7:40312`. */
  has(name: string): boolean {
    if (!HANDSET.test(name)) return this.isAddress(name);
    return this.handsets.has(name) || this.isAddress(name.slice(0, name.lastIndexOf(':')));
  }
}

const HANDSET = /^(?:[\d.]+|\[[\da-f:]+\]):\d+$/;

/**
 * Whether the right one is accused. Of many (a network, a campaign, those who flood a host), each
 * that is named must be an attacker; who is only informed is meant himself.
 */
function isRight({ actor, sources, severity }: Alert, attackers: Attackers): boolean {
  const informs = actor.kind === 'target' && severity === 'info';
  const isOne = actor.kind === 'source' || actor.kind === 'handset' || actor.kind === 'site';
  if (informs || isOne) return attackers.has(actor.name);
  return sources.sample.length > 0 && sources.sample.every((source) => attackers.has(source));
}

/** Judges the alerts of a run. */
export function judge(
  family: Family,
  variation: VariationName,
  seed: number,
  alerts: readonly TimedAlert[],
  attackers: Attackers,
  signatureOf: SignatureOf,
  { hours, frames }: { readonly hours: number; readonly frames: number },
): Verdict {
  const informs = family.classes.length > 0 && family.classes.every((one) => INFORMING.has(one));
  const least = severityRank(informs ? 'info' : 'low');
  let first: TimedAlert | undefined;
  let stage: Stage | undefined;
  const worst = new Map<string, Accusation>();
  for (const timed of alerts) {
    const { alert } = timed;
    if (!isRight(alert, attackers)) {
      keepWorst(worst, alert);
      continue;
    }
    if (severityRank(alert.severity) < least) continue;
    if (stage === undefined || stageRank(alert.stage) > stageRank(stage)) stage = alert.stage;
    if (first === undefined && isAccepted(alert, family, signatureOf)) first = timed;
  }
  const of = (severity: Severity, most: Severity) =>
    [...worst.values()].filter(
      (one) =>
        severityRank(one.severity) >= severityRank(severity) &&
        severityRank(one.severity) <= severityRank(most),
    );
  return {
    family,
    variation,
    seed,
    detected: first !== undefined,
    packets: first?.packets,
    stage,
    accused: of('medium', 'critical'),
    suspected: of('low', 'low'),
    hours,
    frames,
  };
}

/** An incident joins rules; one of an accepted class is enough, for it is said in the alert. */
function isAccepted(alert: Alert, { classes }: Family, signatureOf: SignatureOf): boolean {
  if (classes.includes(alert.class)) return true;
  return alert.rules.some((id) => {
    const found = signatureOf(id);
    return found !== undefined && classes.includes(found.class);
  });
}

function keepWorst(worst: Map<string, Accusation>, alert: Alert): void {
  const { severity, rules, reason, incidentId } = alert;
  const known = worst.get(incidentId);
  if (known !== undefined && severityRank(known.severity) > severityRank(severity)) return;
  worst.set(incidentId, { accused: alert.actor.name, class: alert.class, severity, rules, reason });
}

/** Whether the incident stands where it should; undefined where nothing was detected. */
export function isRightStage({ family, stage, detected }: Verdict): boolean | undefined {
  return detected ? stage === family.stage : undefined;
}
