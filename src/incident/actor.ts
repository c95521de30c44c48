import type { Actor } from '../rules/actor.js';
import type { ActorKind } from '../rules/signature.js';
import { type Address, addressText } from '../wire/address.js';

/**
 * Whom an incident is about: as a finding has it, or one device behind an address that many share;
 * or, where such devices change their ports all the time, whatever is behind it.
 */
export interface IncidentActor extends Omit<Actor, 'kind'> {
  readonly kind: IncidentActorKind;
}

export type IncidentActorKind = ActorKind | 'handset' | 'site';

/** The device that a shared address shows as this port. */
export function handsetActor(address: Address, port: number): IncidentActor {
  const text = addressText(address);
  const name = typeof address === 'number' ? `${text}:${port}` : `[${text}]:${port}`;
  return { kind: 'handset', key: `handset ${name}`, name };
}

/** The devices behind a shared address, of which none is told apart any more. */
export function siteActor(address: Address): IncidentActor {
  const name = addressText(address);
  return { kind: 'site', key: `site ${name}`, name };
}

/** One host, or what stands for one: its numbers are those of a single profile. */
export function isSingle({ kind }: IncidentActor): boolean {
  return kind === 'source' || kind === 'handset' || kind === 'site';
}
