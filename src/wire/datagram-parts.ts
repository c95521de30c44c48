import {
  BLOCK,
  BLOCK_BITS,
  BLOCKS_OF_PAGE,
  bitCount,
  bitOf,
  blocksOf,
  highestBit,
  lowestBit,
  PAGE_BITS,
  pageOf,
} from './block-bits.js';
import type { Datagram } from './datagram.js';
import { type DatagramCells, FIRST_CELL, LONGEST, NOTHING, UNCAPTURED } from './datagram-cells.js';
import { DatagramPages } from './datagram-pages.js';
import type { FragmentInput } from './fragment-input.js';
import { capturedEnd, endOf, firstBlock, lastBlock } from './fragment-range.js';

const BLOCKS = LONGEST << PAGE_BITS;

/**
 * What has come of each datagram. A datagram is 256 pages of 32 blocks of 8 bytes; a page takes a
 * cell when the first of its bytes comes. So neither order nor number of the fragments matters: each
 * costs as much as its bytes, with nothing to sort and nothing to search.
 */
export class DatagramParts {
  readonly pages: DatagramPages;
  /** What the last `put` brought that was there already has other bytes, or cannot be compared. */
  differs = false;
  private readonly cells: DatagramCells;

  constructor(datagrams: number, cells: number) {
    this.pages = new DatagramPages(datagrams, cells);
    this.cells = this.pages.cells;
  }

  /** Whether the datagram has this fragment already: the same range, and the same bytes. */
  has(datagram: Datagram, fragment: FragmentInput): boolean {
    const { cells, pages } = this;
    const first = firstBlock(fragment);
    const last = lastBlock(fragment);
    for (let page = pageOf(first); page <= pageOf(last); page++) {
      pages.work++;
      const cell = pages.cellAt(datagram, page);
      const blocks = blocksOf(page, first, last);
      const start = pageOf(first) === page ? bitOf(first) : 0;
      const end = pageOf(last) === page ? bitOf(last) : 0;
      if (cell === NOTHING || (cell === UNCAPTURED && (start | end) !== 0)) return false;
      if (cell === UNCAPTURED) continue;
      if ((cells.present[cell]! & blocks) !== blocks) return false;
      if ((cells.starts[cell]! & blocks) !== start) return false;
      if ((cells.ends[cell]! & blocks) !== end) return false;
      if (end !== 0 && !this.endsAlike(datagram, fragment, cell, end)) return false;
      if (!pages.isEqual(datagram, fragment, page, cell)) return false;
    }
    return true;
  }

  /** Keeps what was not there; whether there was any. As many cells as needed must be free. */
  put(datagram: Datagram, fragment: FragmentInput): boolean {
    const { pages } = this;
    const { present } = this.cells;
    const first = firstBlock(fragment);
    const last = lastBlock(fragment);
    const before = datagram.blocks;
    let isNew = true;
    this.differs = false;
    for (let page = pageOf(first); page <= pageOf(last); page++) {
      pages.work++;
      const known = pages.cellAt(datagram, page);
      const cell = known === NOTHING ? pages.open(datagram, page, fragment) : known;
      if (cell === UNCAPTURED) {
        if (known === NOTHING) datagram.blocks += BLOCKS_OF_PAGE;
        else this.differs = true;
        continue;
      }
      const blocks = blocksOf(page, first, last);
      const added = blocks & ~present[cell]!;
      if (added !== blocks) {
        isNew = false;
        if (!pages.isEqualIn(fragment, page, cell, blocks & ~added)) this.differs = true;
      }
      pages.write(fragment, page, cell, added);
      present[cell]! |= added;
      datagram.blocks += bitCount(added);
    }
    pages.written(fragment);
    if (isNew) this.markRange(datagram, first, last);
    this.markEnd(datagram, fragment);
    this.follow(datagram);
    return datagram.blocks > before;
  }

  /** Whether the bytes from the beginning go without a gap to the end of a last fragment. */
  isWhole(datagram: Datagram): boolean {
    if (datagram.run === 0) return false;
    const block = datagram.run - 1;
    const cell = this.pages.cellAt(datagram, pageOf(block));
    return (this.cells.lasts[cell]! & bitOf(block)) !== 0;
  }

  /**
   * Bytes of a datagram that is whole. Of several ends that contradict each other, only the first is
   * known to the byte, the others to the block; zeros fill that, and transports say their length.
   */
  lengthOf(datagram: Datagram): number {
    const isEnd = (datagram.end - 1) >> BLOCK_BITS === datagram.run - 1;
    return isEnd ? datagram.end : datagram.run << BLOCK_BITS;
  }

  /** Notes that a fragment of a whole datagram came again. When all of them have, none has. */
  repeat(datagram: Datagram, fragment: FragmentInput): void {
    const { pages } = this;
    const { again, next } = this.cells;
    const first = firstBlock(fragment);
    const last = lastBlock(fragment);
    for (let page = pageOf(first); page <= pageOf(last); page++) {
      pages.work++;
      const cell = pages.cellAt(datagram, page);
      if (cell < FIRST_CELL) continue;
      const blocks = blocksOf(page, first, last);
      datagram.blocksAgain += bitCount(blocks & ~again[cell]!);
      again[cell]! |= blocks;
    }
    if (datagram.blocksAgain < datagram.blocks) return;
    datagram.blocksAgain = 0;
    for (let cell = datagram.firstCell; cell !== NOTHING; cell = next[cell]!) {
      pages.work++;
      again[cell] = 0;
    }
  }

  /** Of a whole datagram, leaves what came again: it has begun another one, which is alike. */
  keepRepeated(datagram: Datagram): void {
    const { pages } = this;
    const { present, starts, ends, lasts, again } = this.cells;
    let block = -1;
    for (let page = 0; page < LONGEST; page++) {
      pages.work++;
      const cell = pages.cellAt(datagram, page);
      const kept = again[cell]!;
      if (kept !== 0) block = (page << PAGE_BITS) + highestBit(kept);
      present[cell]! &= kept;
      starts[cell]! &= kept;
      ends[cell]! &= kept;
      lasts[cell]! &= kept;
      again[cell] = 0;
    }
    const isLast = block !== -1 && block === (datagram.end - 1) >> BLOCK_BITS;
    if (!isLast) datagram.end = -1;
    datagram.farthest = isLast ? datagram.end : (block + 1) << BLOCK_BITS;
    datagram.hasFirst = (present[pages.cellAt(datagram, 0)]! & 1) !== 0;
    datagram.hasPorts &&= datagram.hasFirst;
    datagram.blocks = datagram.blocksAgain;
    datagram.blocksAgain = 0;
    datagram.run = 0;
    this.follow(datagram);
  }

  /** Where a fragment begins and ends that is new as a whole; only such a one can come again. */
  private markRange(datagram: Datagram, first: number, last: number): void {
    this.cells.starts[this.pages.cellAt(datagram, pageOf(first))]! |= bitOf(first);
    this.cells.ends[this.pages.cellAt(datagram, pageOf(last))]! |= bitOf(last);
  }

  private markEnd(datagram: Datagram, fragment: FragmentInput): void {
    const end = endOf(fragment);
    const last = lastBlock(fragment);
    const cell = this.pages.cellAt(datagram, pageOf(last));
    if (!fragment.more && cell !== UNCAPTURED) {
      this.cells.lasts[cell]! |= bitOf(last);
      // Two ends in one block: the longer, since UDP may not be longer than its packet.
      const isSameBlock = (datagram.end - 1) >> BLOCK_BITS === last;
      if (datagram.end === -1 || (isSameBlock && end > datagram.end)) datagram.end = end;
    }
    datagram.farthest = Math.max(datagram.farthest, end);
    if (capturedEnd(fragment) < end) datagram.cut = Math.min(datagram.cut, capturedEnd(fragment));
  }

  /** Moves `run` to the first block that is not there. Over all calls, it passes each page once. */
  private follow(datagram: Datagram): void {
    const { pages } = this;
    const { present } = this.cells;
    let { run } = datagram;
    while (run < BLOCKS) {
      pages.work++;
      const cell = pages.cellAt(datagram, pageOf(run));
      const absent = cell === UNCAPTURED ? 0 : ~present[cell]! >>> run;
      if (absent !== 0) {
        run += lowestBit(absent);
        break;
      }
      run = (pageOf(run) + 1) << PAGE_BITS;
    }
    datagram.run = run;
  }

  /** Whether a fragment of this range is the last one if the one before was, and as long. */
  private endsAlike(datagram: Datagram, fragment: FragmentInput, cell: number, bit: number) {
    const wasLast = (this.cells.lasts[cell]! & bit) !== 0;
    if (fragment.more || !wasLast) return fragment.more !== wasLast;
    const end = endOf(fragment);
    const isEnd = (datagram.end - 1) >> BLOCK_BITS === lastBlock(fragment);
    return isEnd ? end === datagram.end : end % BLOCK === 0;
  }
}
