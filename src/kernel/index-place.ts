import { Fact } from './facts.js';
import { PARTS } from './parts.js';

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
  /** The parts of values of ordinary form. */
  readonly ruri: Int32Array;
  readonly fromHeader: ValuePlace;
  readonly toHeader: ValuePlace;
  readonly contact: ValuePlace;
  readonly via: ValuePlace;
  readonly credentials: ValuePlace;
  readonly challenge: ValuePlace;

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
    const value = (name: string) => new ValuePlace(memory, at(name), constant);
    this.ruri = new Int32Array(memory, at('RURI'), PARTS);
    this.fromHeader = value('FROM');
    this.toHeader = value('TO');
    this.contact = value('CONTACT');
    this.via = value('VIA');
    this.credentials = value('CREDENTIALS');
    this.challenge = value('CHALLENGE');
  }
}

/** The parts of one value (parts.ts), and of each parameter the ranges of its name and value. */
export class ValuePlace {
  readonly parts: Int32Array;
  readonly params: Int32Array;

  constructor(memory: ArrayBuffer, address: number, constant: (name: string) => number) {
    this.parts = new Int32Array(memory, address, PARTS);
    const params = address + constant('PARTS_LENGTH');
    this.params = new Int32Array(memory, params, 4 * constant('MAX_PARAMS'));
  }
}
