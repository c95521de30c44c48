import type { SipMessage } from '../sip/message.js';
import { BoundedMap } from '../tables/bounded-map.js';
import { Hasher, hashText } from '../tables/hash.js';
import type { Counters } from '../telemetry/counters.js';
import type { TableStatus } from '../telemetry/table-status.js';
import type { Address } from '../wire/address.js';
import type { Packet } from '../wire/packet.js';
import type { Flow } from './flow.js';

const LIMIT = 65_536;

/**
 * The To tags that servers put into their final answers. Who sends one back, in an ACK or later
 * in the dialog, has received the answer: his address is not forged.
 */
export class Dialogs {
  private readonly tags: BoundedMap<number, number>;
  private readonly hasher = new Hasher();

  constructor(counters: Counters) {
    this.tags = new BoundedMap(LIMIT, () => {
      counters.dialogsEvicted++;
    });
  }

  /** A final answer to a request that went this way. */
  answered(message: SipMessage, { source, target, tunnelSource, tunnelTarget }: Flow): void {
    const tag = message.toHeader.tag();
    if (tag === undefined) return;
    this.tags.set(this.key(message, source, target, tunnelSource, tunnelTarget), hashText(tag));
  }

  /** Whether this request repeats the tag of an answer that its sender was given. */
  repeatsTag(message: SipMessage, packet: Packet): boolean {
    const tag = message.toHeader.tag();
    if (tag === undefined) return false;
    const { source, destination, tunnelSource, tunnelDestination } = packet;
    const key = this.key(message, source, destination, tunnelSource, tunnelDestination);
    return this.tags.get(key) === hashText(tag);
  }

  table(): TableStatus {
    return this.tags.status('dialogs');
  }

  private key(
    message: SipMessage,
    client: Address,
    server: Address,
    clientTunnel: Address,
    serverTunnel: Address,
  ): number {
    return this.hasher
      .begin()
      .addBytes(message.buf, message.callIdFrom, message.callIdTo)
      .addKey(client)
      .addKey(server)
      .addKey(clientTunnel)
      .addKey(serverTunnel)
      .end();
  }
}
