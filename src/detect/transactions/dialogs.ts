import type { SipMessage } from '../../sip/message.js';
import { Hasher } from '../../tables/hash.js';
import { NumberColumn } from '../../tables/number-column.js';
import { NOWHERE, SlotTable, slotsOf } from '../../tables/slot-table.js';
import type { Counters } from '../../telemetry/counters.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import type { Address } from '../../wire/address.js';
import type { Packet } from '../../wire/packet.js';
import type { Proof } from '../../wire/proof.js';
import type { Transaction } from './transaction.js';

const LIMIT = 65_536;
const SLOTS = slotsOf(LIMIT);

/**
 * The To tags that servers put into their final answers. Who sends one back, in an ACK or later
 * in the dialog, has received the answer: his address is not forged.
 */
export class Dialogs {
  private readonly dialogs: SlotTable<number>;
  /** By slot: the hash of the To tag. */
  private readonly tags = new NumberColumn(SLOTS);
  /** Of the request that was answered: proved when its tag comes back. */
  private readonly proofs: (Proof | undefined)[] = [undefined];
  private readonly hasher = new Hasher();

  constructor(counters: Counters) {
    this.dialogs = new SlotTable(LIMIT, () => {
      counters.dialogsEvicted++;
    });
  }

  /** A final answer to a request that went this way. */
  answered(message: SipMessage, transaction: Transaction): void {
    if (!message.toHeader.hasTag) return;
    const { source, target, tunnelSource, tunnelTarget, proof } = transaction;
    const key = this.key(message, source, target, tunnelSource, tunnelTarget);
    let slot = this.dialogs.find(key);
    if (slot === NOWHERE) slot = this.dialogs.add(key);
    else this.dialogs.use(slot);
    this.tags.set(slot, this.tagOf(message));
    // Slots are first used in their order.
    if (slot === this.proofs.length) this.proofs.push(proof);
    else this.proofs[slot] = proof;
  }

  /**
   * Whether this request repeats the tag of an answer that its sender was given; then the request
   * that was answered is proved too.
   */
  repeatsTag(message: SipMessage, packet: Packet): boolean {
    if (!message.toHeader.hasTag) return false;
    const { source, destination, tunnelSource, tunnelDestination } = packet;
    const key = this.key(message, source, destination, tunnelSource, tunnelDestination);
    const slot = this.dialogs.find(key);
    if (slot === NOWHERE) return false;
    this.dialogs.use(slot);
    if (this.tags.get(slot) !== this.tagOf(message)) return false;
    this.proofs[slot]!.given = true;
    return true;
  }

  table(): TableStatus {
    return this.dialogs.status('dialogs');
  }

  private tagOf({ toHeader }: SipMessage): number {
    const hasher = this.hasher.begin();
    toHeader.addTag(hasher);
    return hasher.end();
  }

  private key(
    message: SipMessage,
    client: Address,
    server: Address,
    clientTunnel: Address,
    serverTunnel: Address,
  ): number {
    return message
      .beginWithCallId(this.hasher)
      .addKey(client)
      .addKey(server)
      .addKey(clientTunnel)
      .addKey(serverTunnel)
      .end();
  }
}
