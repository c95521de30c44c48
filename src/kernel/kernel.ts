import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../package-root.js';
import { IndexPlace } from './index-place.js';
import { FILTER_LENGTH, type PairFilter } from './pair-filter.js';

/** What assembly/index.ts exports: functions, and the addresses and lengths of its layout. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly readMessage: (from: number, length: number, position: number, out: number) => void;
  readonly learnClasses: () => void;
  readonly search: (from: number, length: number) => number;
  readonly addName: (table: number, from: number, length: number, id: number) => void;
  readonly [constant: string]: unknown;
}

/**
 * The WebAssembly program that finds lines, header fields and pairs of bytes (assembly/), and its
 * memory. It may be missing: where there is no WebAssembly, or it was not built, the plain TypeScript
 * does the same work. One for the whole process; its memory never grows.
 */
export class Kernel {
  readonly memory: ArrayBuffer;
  /** The longest message it reads. */
  readonly maxMessage: number;
  readonly maxHeaders: number;
  readonly maxValue: number;
  /** Parameters told of one value. */
  readonly maxParams: number;
  private readonly bytes: Buffer;
  private readonly scratch: number;
  private readonly exports: Exports;
  /** Places for indexes that were given away. */
  private places = 0;
  /** Where `search` found something: offsets from where it began. */
  readonly positions: Uint16Array;
  /** What `read` copied here last. */
  private held: Buffer | undefined = undefined;
  private heldFrom = 0;
  private heldTo = 0;
  /** The filter that lies in the memory. */
  private filter: PairFilter | undefined = undefined;

  constructor(program: Uint8Array) {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(program));
    this.exports = exports as unknown as Exports;
    if (this.constant('FILTER_LENGTH') !== FILTER_LENGTH) throw new Error('it is of another build');
    this.memory = this.exports.memory.buffer;
    this.bytes = Buffer.from(this.memory);
    this.scratch = this.constant('SCRATCH');
    this.maxMessage = this.constant('SCRATCH_LENGTH');
    this.maxHeaders = this.constant('MAX_HEADERS');
    this.maxValue = this.constant('MAX_VALUE');
    this.maxParams = this.constant('MAX_PARAMS');
    const positions = this.constant('POSITIONS');
    this.positions = new Uint16Array(this.memory, positions, this.constant('MAX_POSITIONS'));
  }

  /** The class of each byte, by which tokens and white space are told. */
  setClasses(classes: Uint8Array): void {
    this.bytes.set(classes, this.constant('CLASSES'));
    this.exports.learnClasses();
  }

  addHeaderName(name: string, id: number): void {
    this.addName('HEADER_NAMES', name, id);
  }

  addMethodName(name: string, id: number): void {
    this.addName('METHOD_NAMES', name, id);
  }

  /** A place for the index of one message at a time, for as long as the process lives. */
  claimPlace(): IndexPlace | undefined {
    if (this.places === this.constant('MAX_INDEXES')) return undefined;
    const at = this.constant('INDEXES') + this.places++ * this.constant('INDEX_LENGTH');
    return new IndexPlace(this.memory, at, (name) => this.constant(name));
  }

  /** Reads the message in `buf[from, to)`, at most `maxMessage` bytes, into `place`. */
  read(buf: Buffer, from: number, to: number, place: IndexPlace): void {
    this.copy(buf, from, to);
    this.held = buf;
    this.heldFrom = from;
    this.heldTo = to;
    this.exports.readMessage(this.scratch, to - from, from, place.address);
  }

  /** Another message was read without the kernel: what it holds may be written over since. */
  forget(): void {
    this.held = undefined;
  }

  /**
   * Finds where in `buf[from, to)`, at most `maxMessage` bytes, a pair of the filter may begin; it
   * tells of places where none does, too. Returns how many `positions` there are, -1 when they are
   * too many.
   */
  search(filter: PairFilter, buf: Buffer, from: number, to: number): number {
    if (this.filter !== filter) {
      this.bytes.set(filter.bytes, this.constant('FILTER'));
      this.filter = filter;
    }
    const isHeld = this.held === buf && from >= this.heldFrom && to <= this.heldTo;
    if (isHeld) return this.exports.search(this.scratch + from - this.heldFrom, to - from);
    this.forget();
    this.copy(buf, from, to);
    return this.exports.search(this.scratch, to - from);
  }

  /** `Buffer.copy` takes twice as long for as few bytes as a message has. */
  private copy(buf: Buffer, from: number, to: number): void {
    this.bytes.set(new Uint8Array(buf.buffer, buf.byteOffset + from, to - from), this.scratch);
  }

  private addName(table: string, name: string, id: number): void {
    if (name.length > this.constant('MAX_NAME')) throw new Error(`too long a name: ${name}`);
    this.bytes.write(name, this.scratch, 'latin1');
    this.exports.addName(this.constant(table), this.scratch, name.length, id);
  }

  private constant(name: string): number {
    return (this.exports[name] as WebAssembly.Global).value as number;
  }
}

export const kernel: Kernel | undefined = load();

function load(): Kernel | undefined {
  try {
    return new Kernel(readFileSync(join(packageRoot(), 'dist/kernel.wasm')));
  } catch {
    return undefined;
  }
}
