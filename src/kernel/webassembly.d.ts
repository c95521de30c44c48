/** The part of WebAssembly that is used here: the types of Node leave it to those of browsers. */
declare namespace WebAssembly {
  class Module {
    constructor(program: Uint8Array);
  }
  class Instance {
    constructor(module: Module);
    readonly exports: Readonly<Record<string, unknown>>;
  }
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  interface Global {
    readonly value: unknown;
  }
}
