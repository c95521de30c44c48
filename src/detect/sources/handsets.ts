import { BoundedMap } from '../../tables/bounded-map.js';
import { Hasher } from '../../tables/hash.js';
import type { Counters } from '../../telemetry/counters.js';
import type { SavedEntry } from '../../telemetry/saved-entry.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import type { Address } from '../../wire/address.js';
import { savedSource } from './saved-source.js';
import { SourceProfile } from './source-profile.js';

const LIMIT = 16_384;

interface Handset {
  readonly port: number;
  readonly profile: SourceProfile;
}

/**
 * The devices of sites, many behind one address, as far as their ports tell them apart: each has a
 * profile beside the site's. They count like settled sources, since a site is one.
 */
export class Handsets {
  private readonly handsets: BoundedMap<number, Handset>;
  private readonly hasher = new Hasher();

  /** `forgotten` is told the weight of each that is pushed out. */
  constructor(counters: Counters, forgotten: (weight: number) => void) {
    this.handsets = new BoundedMap(LIMIT, (_, { profile }) => {
      counters.handsetsEvicted++;
      forgotten(profile.weight);
    });
  }

  find(address: Address, port: number): SourceProfile | undefined {
    return this.handsets.peek(this.key(address, port))?.profile;
  }

  touch(address: Address, port: number, time: number): SourceProfile {
    const key = this.key(address, port);
    const known = this.handsets.get(key);
    if (known !== undefined) return known.profile;
    const profile = new SourceProfile(address, time);
    profile.tier = 2;
    this.handsets.set(key, { port, profile });
    return profile;
  }

  table(): TableStatus {
    return this.handsets.status('handsets');
  }

  *save(): Generator<SavedEntry> {
    for (const [, { port, profile }] of this.handsets.walk()) {
      const [, ...data] = savedSource(profile);
      yield ['handset', port, ...data];
    }
  }

  private key(address: Address, port: number): number {
    return this.hasher.begin().addKey(address).addNumber(port).end();
  }
}
