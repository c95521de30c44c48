import type { PeerRole } from '../../src/detect/hosts/peer-roles.js';
import type { FindingClass, Stage } from '../../src/rules/signature.js';
import type { StageScene } from './stage.js';

/** What a variation changes in a family; builders obey, each as far as it makes sense for it. */
export interface Knobs {
  /** 1 plain, 0.1 ten times slower, 5 faster: builders divide their pauses by it. */
  readonly rate: number;
  /** Over how many attacking addresses it is spread. */
  readonly sources: number;
  /** Those addresses lie in different networks, and not in one /24. */
  readonly scattered: boolean;
  /** Undefined: the tool's own. */
  readonly userAgent: string | undefined;
  readonly transport: 'udp' | 'tcp';
}

export const PLAIN_KNOBS: Knobs = {
  rate: 1,
  sources: 1,
  scattered: false,
  userAgent: undefined,
  transport: 'udp',
};

export const VARIATION_NAMES = [
  'plain',
  'slow',
  'fast',
  'spread',
  'scattered',
  'renamed',
  'tcp',
  'one-way',
  'lossy',
] as const;
export type VariationName = (typeof VARIATION_NAMES)[number];

/** Hosts that the operator has declared (the configuration's `peers`). */
export interface DeclaredPeer {
  /** Addresses or networks. */
  readonly addresses: readonly string[];
  readonly role: PeerRole;
  readonly name: string;
  readonly trusted: boolean;
}

/** One kind of traffic, attack or innocent, and what must be said of it. */
export interface Family {
  readonly name: string;
  readonly kind: 'attack' | 'innocent';
  /** Which of the promises of docs/QUALITY.md it tests (1 sweeps … 9 hygiene); 0: innocents. */
  readonly point: number;
  /** Who does what, in one or two plain sentences: a row of docs/QUALITY.md. */
  readonly description: string;
  /** Accepted classes of a finding; an innocent family has none. */
  readonly classes: readonly FindingClass[];
  /** Where the incident must stand at the end. */
  readonly stage: Stage;
  /** Variations that make no sense for it, with the reason. */
  readonly without?: Partial<Record<VariationName, string>>;
  readonly peers?: readonly DeclaredPeer[];
  /** Addresses of trusted proxies whose Via is believed. */
  readonly trustedHops?: readonly string[];
  /** Plays it; gives the attackers' addresses, or networks such as 198.51.100.0/24. */
  build(stage: StageScene, knobs: Knobs): { readonly attackers: readonly string[] };
}
