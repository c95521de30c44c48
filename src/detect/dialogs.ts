import type { SipMessage } from '../sip/message.js';
import { BoundedMap } from '../tables/bounded-map.js';
import { Hasher, hashText } from '../tables/hash.js';
import type { Counters } from '../telemetry/counters.js';
import type { TableStatus } from '../telemetry/table-status.js';
import type { Address } from '../wire/address.js';

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

  /** A final answer went from `server` to `client`. */
  answered(message: SipMessage, client: Address, server: Address): void {
    const tag = message.toHeader.tag();
    if (tag !== undefined) this.tags.set(this.key(message, client, server), hashText(tag));
  }

  /** Whether this request repeats the tag of an answer that its sender was given. */
  repeatsTag(message: SipMessage, client: Address, server: Address): boolean {
    const tag = message.toHeader.tag();
    if (tag === undefined) return false;
    return this.tags.get(this.key(message, client, server)) === hashText(tag);
  }

  table(): TableStatus {
    return this.tags.status('dialogs');
  }

  private key(message: SipMessage, client: Address, server: Address): number {
    return this.hasher
      .begin()
      .addBytes(message.buf, message.callIdFrom, message.callIdTo)
      .addKey(client)
      .addKey(server)
      .end();
  }
}
