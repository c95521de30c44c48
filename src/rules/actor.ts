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

/** The actor of a finding; `group`: the values that the signature counted under. */
export function actorOf(
  kind: ActorKind,
  id: string,
  source: Address,
  target: Address,
  group: readonly string[],
): Actor {
  switch (kind) {
    case 'source':
      return { kind, key: source, name: addressText(source) };
    case 'network':
      return { kind, key: `network ${networkText(source)}`, name: networkText(source) };
    case 'target':
      return { kind, key: `target ${addressText(target)}`, name: addressText(target) };
    case 'group':
      return { kind, key: `${id} ${group.join(' ')}`, name: group.join(' ') };
  }
}
