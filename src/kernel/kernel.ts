import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../package-root.js';
import { Fact } from './facts.js';
import type { PairFilter } from './pair-filter.js';

/** Room for the parts of one value. */
const PARTS = 16;

/** What assembly/index.ts exports: functions, and the addresses and lengths of its layout. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly readMessage: (from: number, length: number, position: number, out: number) => void;
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
  /** The filter that lies in the memory. */
  private filter: PairFilter | undefined = undefined;

  constructor(program: Uint8Array) {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(program));
    this.exports = exports as unknown as Exports;
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
    buf.copy(this.bytes, this.scratch, from, to);
    this.exports.readMessage(this.scratch, to - from, from, place.address);
  }

  /**
   * Finds where in `buf[from, to)`, at most `maxMessage` bytes, a pair of the filter may begin; it
   * tells of places where none does, too. Returns how many `positions` there are, -1 when they are
   * too many.
   */
  search(filter: PairFilter, buf: Buffer, from: number, to: number): number {
    if (this.filter !== filter) {
      this.bytes.set(filter.tables, this.constant('FILTER'));
      this.filter = filter;
    }
    buf.copy(this.bytes, this.scratch, from, to);
    return this.exports.search(this.scratch, to - from);
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

/** Where the kernel writes what it found in one message. */
export class IndexPlace {
  readonly address: number;
  readonly numbers: Float64Array;
  /** By Fact. */
  readonly facts: Int32Array;
  readonly ids: Uint8Array;
  readonly lineFrom: Uint32Array;
  readonly nameTo: Uint32Array;
  readonly valueFrom: Uint32Array;
  readonly valueTo: Uint32Array;
  readonly lineTo: Uint32Array;
  readonly first: Int16Array;
  readonly counts: Uint16Array;
  /** Parts of values of ordinary form (parts.ts), and the ranges of their parameters. */
  readonly ruri: Int32Array;
  readonly fromHeader: Int32Array;
  readonly fromParams: Int32Array;
  readonly toHeader: Int32Array;
  readonly toParams: Int32Array;
  readonly contact: Int32Array;
  readonly contactParams: Int32Array;
  readonly via: Int32Array;
  readonly viaParams: Int32Array;

  constructor(memory: ArrayBuffer, address: number, constant: (name: string) => number) {
    const at = (name: string) => address + constant(name);
    const headers = constant('MAX_HEADERS');
    const ids = constant('MAX_IDS');
    this.address = address;
    this.numbers = new Float64Array(memory, at('NUMBERS'), 2);
    this.facts = new Int32Array(memory, at('FACTS'), Object.keys(Fact).length);
    this.ids = new Uint8Array(memory, at('IDS'), headers);
    this.lineFrom = new Uint32Array(memory, at('LINE_FROM'), headers);
    this.nameTo = new Uint32Array(memory, at('NAME_TO'), headers);
    this.valueFrom = new Uint32Array(memory, at('VALUE_FROM'), headers);
    this.valueTo = new Uint32Array(memory, at('VALUE_TO'), headers);
    this.lineTo = new Uint32Array(memory, at('LINE_TO'), headers);
    this.first = new Int16Array(memory, at('FIRST'), ids);
    this.counts = new Uint16Array(memory, at('COUNTS'), ids);
    const parts = (name: string) => new Int32Array(memory, at(name), PARTS);
    const params = (name: string) => new Int32Array(memory, at(name), 4 * constant('MAX_PARAMS'));
    this.ruri = parts('RURI');
    this.fromHeader = parts('FROM');
    this.fromParams = params('FROM_PARAMS');
    this.toHeader = parts('TO');
    this.toParams = params('TO_PARAMS');
    this.contact = parts('CONTACT');
    this.contactParams = params('CONTACT_PARAMS');
    this.via = parts('VIA');
    this.viaParams = params('VIA_PARAMS');
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
