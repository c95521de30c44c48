import { BLOCK_BITS, PAGE_BITS } from './block-bits.js';
import type { Datagram } from './datagram.js';

/** A cell holds the bytes of a page. */
export const CELL_BITS = PAGE_BITS + BLOCK_BITS;
export const CELL = 1 << CELL_BITS;
/** Cells that the longest datagram fills. */
export const LONGEST = 256;
/** What stands for a cell where there is none; and where bytes came, but were not captured. */
export const NOTHING = 0;
export const UNCAPTURED = 1;
export const FIRST_CELL = 2;
/** Cells have numbers of 16 bits. */
export const MOST_CELLS = 0xffff - FIRST_CELL;

/**
 * The memory for all datagrams that are not whole: cells of 256 bytes, with words that say what is
 * known of each of their blocks. Nothing is allocated after the start, and no memory touched that
 * was never needed.
 */
export class DatagramCells {
  readonly bytes: Buffer;
  /** The block has come. */
  readonly present: Int32Array;
  /** A fragment begins here, or ends here, that overlaps none before it. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** A fragment ends here that said it was the last. */
  readonly lasts: Int32Array;
  /** The block came again after its datagram was whole. */
  readonly again: Int32Array;
  /** The cell that follows in the list a cell is in: of its datagram, or of free ones. */
  readonly next: Uint16Array;
  free: number;
  taken = 0;
  private freed = NOTHING;
  /** From here on no cell was ever used. */
  private unused = FIRST_CELL;

  /** There are as many as the longest datagram needs, in any case. */
  constructor(cells: number) {
    this.free = Math.max(cells, LONGEST);
    const size = FIRST_CELL + this.free;
    this.bytes = Buffer.alloc(size * CELL);
    this.present = new Int32Array(size);
    this.starts = new Int32Array(size);
    this.ends = new Int32Array(size);
    this.lasts = new Int32Array(size);
    this.again = new Int32Array(size);
    this.next = new Uint16Array(size);
  }

  /** A cell for a datagram. One must be free. */
  take(datagram: Datagram): number {
    let cell = this.freed;
    if (cell === NOTHING) cell = this.unused++;
    else this.freed = this.next[cell]!;
    this.free--;
    this.taken++;
    this.present[cell] = 0;
    this.starts[cell] = 0;
    this.ends[cell] = 0;
    this.lasts[cell] = 0;
    this.again[cell] = 0;
    this.next[cell] = NOTHING;
    if (datagram.cells === 0) datagram.firstCell = cell;
    else this.next[datagram.lastCell] = cell;
    datagram.lastCell = cell;
    datagram.cells++;
    return cell;
  }

  /** Frees all cells of a datagram, in constant time. */
  release(datagram: Datagram): void {
    if (datagram.cells === 0) return;
    this.next[datagram.lastCell] = this.freed;
    this.freed = datagram.firstCell;
    this.free += datagram.cells;
    this.taken -= datagram.cells;
    datagram.firstCell = NOTHING;
    datagram.lastCell = NOTHING;
    datagram.cells = 0;
  }
}
