import { join } from 'node:path';
import { addressTest } from '../../src/config/address-ranges.js';
import type { Alert } from '../../src/incident/alert.js';
import { packageRoot } from '../../src/package-root.js';
import { type LoadedSignatures, loadSignatures } from '../../src/rules/load.js';
import type { Signature } from '../../src/rules/signature.js';
import { RAW_LINK } from '../../src/selftest/ip-frame.js';
import { DEFAULT_PORTS } from '../../src/sensor/default-ports.js';
import { Sensor } from '../../src/sensor.js';
import { Counters } from '../../src/telemetry/counters.js';
import type { Family, VariationName } from './family.js';
import { Attackers, judge, type TimedAlert, type Verdict } from './judge.js';
import { type Played, play } from './variations.js';
import { senderOf, senderPortOf } from './wire-address.js';

/** Scenes begin at this packet time; nothing depends on it. */
export const START = Date.UTC(2026, 0, 15, 9) / 1000;

/** Signatures that runs are made with, ready to be asked by id. */
export class Rules {
  readonly loaded: LoadedSignatures;
  private readonly byId: ReadonlyMap<string, Signature>;

  /** Default: all that are shipped. */
  constructor(loaded: LoadedSignatures = loadSignatures([join(packageRoot(), 'signatures')])) {
    this.loaded = loaded;
    this.byId = new Map(loaded.signatures.map((signature) => [signature.id, signature]));
  }

  readonly signatureOf = (id: string) => this.byId.get(id);
}

/** One family in one variation through one sensor. */
export function runFamily(
  rules: Rules,
  family: Family,
  variation: VariationName,
  seed: number,
  onAlert: (alert: Alert) => void = () => {},
): Verdict {
  const played = play(family, variation, seed);
  const attackers = new Attackers(played.attackers);
  const alerts = alertsOf(rules, family, played, attackers, onAlert);
  const { frames } = played;
  const [first, last] = [frames[0], frames[frames.length - 1]];
  const hours = first === undefined || last === undefined ? 0 : (last.at - first.at) / 3600;
  const size = { hours, frames: frames.length };
  return judge(family, variation, seed, alerts, attackers, rules.signatureOf, size);
}

function alertsOf(
  rules: Rules,
  family: Family,
  { frames }: Played,
  attackers: Attackers,
  onAlert: (alert: Alert) => void,
): TimedAlert[] {
  const alerts: TimedAlert[] = [];
  let packets = 0;
  const sensor = new Sensor({
    ...declared(family),
    signatures: rules.loaded,
    counters: new Counters(),
    ports: DEFAULT_PORTS,
    onAlert(alert) {
      alerts.push({ alert, packets });
      onAlert(alert);
    },
  });
  sensor.beginCapture(family.name);
  for (const { at, bytes } of frames) {
    if (attackers.sent(senderOf(bytes), senderPortOf(bytes))) packets++;
    sensor.frame(bytes, 0, bytes.length, START + at, bytes.length, RAW_LINK);
  }
  sensor.finish();
  return alerts;
}

/** What the operator has told the sensor about his network. */
function declared({ peers = [], trustedHops = [] }: Family) {
  const list = peers.map(({ addresses, ...rest }) => ({
    ...rest,
    includes: addressTest(addresses),
  }));
  return { peers: list, trustedHops: addressTest(trustedHops) };
}
