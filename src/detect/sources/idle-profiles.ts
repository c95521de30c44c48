import type { Address } from '../../wire/address.js';
import { SourceProfile } from './source-profile.js';

/** So many others are pushed out before a profile serves again. */
const PLACES = 64;

/**
 * Profiles of strangers that were pushed out serve again, so that a flood makes no garbage. Each
 * lies idle for a while, since who asked for it may hold it until his packet is dealt with.
 */
export class IdleProfiles {
  /** A ring; in turn is the one that lies there longest, or a free place. */
  private readonly ring = new Array<SourceProfile | undefined>(PLACES).fill(undefined);
  private turn = 0;

  add(profile: SourceProfile): void {
    if (this.ring[this.turn] !== undefined) return;
    this.ring[this.turn] = profile;
    this.turn = (this.turn + 1) % PLACES;
  }

  /** A profile of which nothing is known but the address. */
  take(address: Address, time: number): SourceProfile {
    const profile = this.ring[this.turn];
    if (profile === undefined) return new SourceProfile(address, time);
    this.ring[this.turn] = undefined;
    profile.reuse(address, time);
    return profile;
  }
}
