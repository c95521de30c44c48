import { type Address, addressText, networkText } from '../wire/address.js';
import type { ActorKind } from './signature.js';

/** Whom a finding is about. */
export interface Actor {
  readonly kind: ActorKind;
  /** Tells actors apart: the address itself for a source, else a text. */
  readonly key: Address;
  /** What to call it: an address, `198.51.100.0/24`, or what a campaign has in common. */
  readonly name: string;
}

/** Who was named lately, a power of two of them: what is suppressed names the same again and again. */
const RECENT = 256;
const recent = new Array<{ readonly of: Address; readonly actor: Actor } | undefined>(RECENT);

/** The actor of a finding; `group`: the values that the signature counted under. */
export function actorOf(
  kind: ActorKind,
  id: string,
  source: Address,
  target: Address,
  group: readonly string[],
): Actor {
  if (kind === 'group') {
    return { kind, key: `${id} ${group.join(' ')}`, name: group.join(' ') };
  }
  const of = kind === 'target' ? target : source;
  if (typeof of === 'string') return named(kind, of);
  const place = (Math.imul(of, 0x9e3779b1) >>> 24) & (RECENT - 1);
  const known = recent[place];
  if (known?.of === of && known.actor.kind === kind) return known.actor;
  const actor = named(kind, of);
  recent[place] = { of, actor };
  return actor;
}

function named(kind: Exclude<ActorKind, 'group'>, address: Address): Actor {
  const name = kind === 'network' ? networkText(address) : addressText(address);
  return { kind, key: kind === 'source' ? address : `${kind} ${name}`, name };
}
