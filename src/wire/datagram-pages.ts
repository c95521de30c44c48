import { BLOCK, BLOCK_BITS, bitOf, bitsFrom, lowestBit, pageOf } from './block-bits.js';
import type { Datagram } from './datagram.js';
import { CELL, CELL_BITS, DatagramCells, LONGEST, NOTHING, UNCAPTURED } from './datagram-cells.js';
import type { FragmentInput } from './fragment-input.js';
import { capturedEnd, endOf, firstBlock, lastBlock } from './fragment-range.js';

/**
 * Which cell holds which page of which datagram, and the bytes in them: copied in once, and out once
 * unless the cells stand in a row by then.
 */
export class DatagramPages {
  readonly cells: DatagramCells;
  /** Pages looked at since the start: what all this has cost. */
  work = 0;
  /** The datagram that `gather` put together: `buf[from, to)`. */
  buf: Buffer;
  from = 0;
  to = 0;
  private readonly table: Uint16Array;
  private readonly gathered = Buffer.alloc(LONGEST * CELL);
  /** Where the bytes of the fragment at hand go that were not copied yet, and from where. */
  private copyTo = 0;
  private copyFrom = 0;
  private copyLength = 0;

  constructor(datagrams: number, cells: number) {
    this.cells = new DatagramCells(cells);
    this.table = new Uint16Array(datagrams * LONGEST);
    this.buf = this.gathered;
  }

  cellAt(datagram: Datagram, page: number): number {
    return this.table[datagram.slot * LONGEST + page]!;
  }

  /** Cells that a fragment needs besides those that its datagram has. */
  needed(datagram: Datagram, fragment: FragmentInput): number {
    const last = pageOf(lastBlock(fragment));
    let count = 0;
    for (let page = pageOf(firstBlock(fragment)); page <= last; page++) {
      this.work++;
      if (this.cellAt(datagram, page) === NOTHING && needsCell(page, fragment)) count++;
    }
    return count;
  }

  /** What stands for a page where nothing stood so far: a cell, or UNCAPTURED. */
  open(datagram: Datagram, page: number, fragment: FragmentInput): number {
    const cell = needsCell(page, fragment) ? this.cells.take(datagram) : UNCAPTURED;
    this.table[datagram.slot * LONGEST + page] = cell;
    return cell;
  }

  /** The datagram is given up. */
  release(datagram: Datagram): void {
    const base = datagram.slot * LONGEST;
    this.table.fill(NOTHING, base, base + LONGEST);
    this.cells.release(datagram);
  }

  /**
   * Copies these blocks of a page, row by row; mostly there is one. Not all is there before
   * `written`.
   */
  write(fragment: FragmentInput, page: number, cell: number, blocks: number): void {
    const { buf, offset } = fragment;
    const captured = capturedEnd(fragment);
    const shift = (cell - page) << CELL_BITS;
    let rest = blocks;
    while (rest !== 0) {
      const low = lowestBit(rest);
      const high = low + lowestBit(~(rest >>> low));
      const at = (page << CELL_BITS) + (low << BLOCK_BITS);
      const end = Math.min((page << CELL_BITS) + (high << BLOCK_BITS), captured);
      if (end > at) this.copySoon(buf, at + shift, fragment.from + at - offset, end - at);
      rest &= bitsFrom(high);
    }
    // The last block may be short. What another datagram left behind it in the cell is not shown.
    const end = endOf(fragment);
    const last = lastBlock(fragment);
    const isShort = end % BLOCK !== 0 && pageOf(last) === page && (blocks & bitOf(last)) !== 0;
    if (isShort) this.cells.bytes.fill(0, end + shift, ((last + 1) << BLOCK_BITS) + shift);
  }

  written(fragment: FragmentInput): void {
    this.copyNow(fragment.buf);
  }

  /** Whether the fragment's bytes are those of a page, up to where both were captured. */
  isEqual(datagram: Datagram, fragment: FragmentInput, page: number, cell: number): boolean {
    const { buf, from, offset } = fragment;
    const start = Math.max(offset, page << CELL_BITS);
    const captured = Math.min(capturedEnd(fragment), datagram.cut);
    const end = Math.min(captured, (page + 1) << CELL_BITS);
    if (end <= start) return true;
    const shift = (cell - page) << CELL_BITS;
    const at = from - offset;
    return buf.compare(this.cells.bytes, start + shift, end + shift, start + at, end + at) === 0;
  }

  /** Whether the fragment has the bytes that these blocks of a page have, as far as it was captured. */
  isEqualIn(fragment: FragmentInput, page: number, cell: number, blocks: number): boolean {
    const { buf, from, offset } = fragment;
    const captured = capturedEnd(fragment);
    const shift = (cell - page) << CELL_BITS;
    const at = from - offset;
    let rest = blocks;
    while (rest !== 0) {
      const low = lowestBit(rest);
      const high = low + lowestBit(~(rest >>> low));
      const start = (page << CELL_BITS) + (low << BLOCK_BITS);
      const end = Math.min((page << CELL_BITS) + (high << BLOCK_BITS), captured);
      if (end > start) {
        const { bytes } = this.cells;
        const order = buf.compare(bytes, start + shift, end + shift, start + at, end + at);
        if (order !== 0) return false;
      }
      rest &= bitsFrom(high);
    }
    return true;
  }

  /** Puts so many bytes together; without copying where their cells stand in a row. */
  gather(datagram: Datagram, length: number): void {
    const pages = (length + CELL - 1) >> CELL_BITS;
    const isInRow = this.rowFrom(datagram, 0, pages) === pages;
    if (!isInRow) this.copyOut(datagram, pages);
    this.buf = isInRow ? this.cells.bytes : this.gathered;
    this.from = isInRow ? this.cellAt(datagram, 0) << CELL_BITS : 0;
    this.to = this.from + length;
  }

  /**
   * A fragment inside a datagram that was put together here, as tunnels have them: its bytes are
   * taken out of cells that may be given to others before they are read.
   */
  moveOut(fragment: FragmentInput): void {
    const { buf, from, to } = fragment;
    if (buf !== this.cells.bytes) return;
    buf.copy(this.gathered, 0, from, to);
    fragment.buf = this.gathered;
    fragment.from = 0;
    fragment.to = to - from;
  }

  /** The page behind the last one, from `start` on, whose cell follows that of the page before. */
  private rowFrom(datagram: Datagram, start: number, pages: number): number {
    const shift = this.cellAt(datagram, start) - start;
    let page = start;
    while (page < pages && this.cellAt(datagram, page) === page + shift) page++;
    this.work += page - start;
    return page;
  }

  private copyOut(datagram: Datagram, pages: number): void {
    let page = 0;
    while (page < pages) {
      const end = this.rowFrom(datagram, page, pages);
      const from = this.cellAt(datagram, page) << CELL_BITS;
      const to = from + ((end - page) << CELL_BITS);
      this.cells.bytes.copy(this.gathered, page << CELL_BITS, from, to);
      page = end;
    }
  }

  /** Joins what stands side by side on both ends: cells mostly follow each other. */
  private copySoon(buf: Buffer, to: number, from: number, length: number): void {
    const isNext = to === this.copyTo + this.copyLength && from === this.copyFrom + this.copyLength;
    if (!isNext) {
      this.copyNow(buf);
      this.copyTo = to;
      this.copyFrom = from;
    }
    this.copyLength += length;
  }

  private copyNow(buf: Buffer): void {
    const { copyTo, copyFrom, copyLength } = this;
    if (copyLength > 0) buf.copy(this.cells.bytes, copyTo, copyFrom, copyFrom + copyLength);
    this.copyLength = 0;
  }
}

/**
 * Pages that lie in what was not captured need no cell: what a header claims costs nothing. But it
 * must be known where the fragment begins and ends.
 */
function needsCell(page: number, fragment: FragmentInput): boolean {
  return (
    page << CELL_BITS < capturedEnd(fragment) ||
    page === pageOf(firstBlock(fragment)) ||
    page === pageOf(lastBlock(fragment))
  );
}
