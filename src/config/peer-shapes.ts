import { z } from 'zod';
import { PEER_ROLES, type PeerRole } from '../detect/hosts/peer-roles.js';
import { addressRanges } from './value-shapes.js';

/** Hosts of one kind. Control characters in a name could steer a terminal. */
const peer = z.strictObject({
  addresses: addressRanges.min(1),
  role: z.enum(PEER_ROLES),
  name: z
    .string()
    .trim()
    .min(1)
    .max(64)
    .regex(/^[^\p{C}\p{Zl}\p{Zp}]*$/u, { message: 'a name is one line of text' })
    .optional(),
  trusted: z.boolean().optional(),
});

export const peers = z.array(peer).max(256);

/** Hosts of one kind, as they are written in the file. */
export interface DeclaredPeer {
  readonly addresses: readonly string[];
  readonly role: PeerRole;
  readonly name?: string | undefined;
  readonly trusted?: boolean | undefined;
}
