import type { ViaView } from '../../sip/via.js';

/** Longer branches are kept by this beginning. */
const BRANCH_LIMIT = 128;
/** Slots whose branches stand in one block of memory, of 64 KiB. */
const BLOCK = 512;

/**
 * The branch of a Via for each slot of a table. Memory is taken a block at a time: one array that
 * grows is copied as a whole, up to eight megabytes of it between two packets.
 */
export class Branches {
  private readonly blocks: Buffer[] = [];
  private readonly lengths: Uint8Array;

  /** For slots below `slots`. */
  constructor(slots: number) {
    this.lengths = new Uint8Array(slots);
  }

  /** Slots are first used in their order. */
  set(slot: number, via: ViaView): void {
    const block = Math.floor(slot / BLOCK);
    while (block >= this.blocks.length) this.blocks.push(Buffer.alloc(BLOCK * BRANCH_LIMIT));
    const at = (slot % BLOCK) * BRANCH_LIMIT;
    this.lengths[slot] = via.copyBranch(this.blocks[block]!, at, BRANCH_LIMIT);
  }

  /** As text (latin1). */
  at(slot: number): string {
    const from = (slot % BLOCK) * BRANCH_LIMIT;
    const block = this.blocks[Math.floor(slot / BLOCK)]!;
    return block.toString('latin1', from, from + this.lengths[slot]!);
  }
}
