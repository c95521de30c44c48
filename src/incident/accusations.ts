import type { SourceProfile } from '../detect/sources/source-profile.js';
import { severityRank } from '../rules/signature.js';
import type { Address } from '../wire/address.js';
import type { IncidentsBySource } from './by-source.js';
import type { Incident } from './incident.js';

/** What may be forged makes nobody more suspicious than this: what he does next may be his own. */
const MOST_OF_UNPROVED = severityRank('low');

/** Where sources are told how suspicious they are. */
export interface AccusedSources {
  find(address: Address): SourceProfile | undefined;
  /** `suspicion`: severity of the gravest incident, 0 info to 4 critical; -1: there is none. */
  accuse(profile: SourceProfile, suspicion: number): void;
}

/**
 * Tells the sources of incidents how grave the gravest is that they have a part in. A server that is
 * told about itself, and those who asked it, are not accused of that; nor is, of a campaign, who may
 * be forged; nor, of what one device did, the address that many share.
 */
export class Accusations {
  private readonly sources: AccusedSources;
  private readonly bySource: IncidentsBySource;

  constructor(sources: AccusedSources, bySource: IncidentsBySource) {
    this.sources = sources;
    this.bySource = bySource;
  }

  /** This incident opened, changed or closed. */
  renew(incident: Incident): void {
    const { actor, source, sources, isProved } = incident;
    incident.accusedAsProved = isProved;
    if (actor.kind === 'source') this.renewSource(source);
    if (!isOfMany(actor) || !isProved) return;
    for (const address of sources.all()) this.renewSource(address);
  }

  /** The source names itself as a survey of the Internet. */
  surveys(source: Address): void {
    const profile = this.sources.find(source);
    if (profile !== undefined) profile.surveys = true;
  }

  private renewSource(source: Address): void {
    const profile = this.sources.find(source);
    if (profile === undefined) return;
    let suspicion = -1;
    for (const { actor, severity, isProved } of this.bySource.of(source)) {
      const counts = actor.kind === 'source' || (isProved && isOfMany(actor));
      const rank = severityRank(severity);
      const counted = isProved ? rank : Math.min(rank, MOST_OF_UNPROVED);
      if (counts) suspicion = Math.max(suspicion, counted);
    }
    if (profile.suspicion !== suspicion) this.sources.accuse(profile, suspicion);
  }
}

/** An incident of a network or a campaign. */
export function isOfMany({ kind }: Incident['actor']): boolean {
  return kind === 'network' || kind === 'group';
}
