/** What is known of where a text stands. */
export const Found = {
  /** The field is missing. */
  Nothing: 0,
  /** The span holds the very bytes of the text. */
  Text: 1,
  /** It is there, but what is written is not its text (folds, escapes): read it as text. */
  Written: 2,
} as const;
export type Found = (typeof Found)[keyof typeof Found];

/** A field whose bytes can be looked at before they are decoded. */
export interface SpanField {
  /** Its place in `Spans`. */
  readonly place: number;
  /** The bit of the fields that are found with it. */
  readonly group: number;
}

/** Where the texts of one subject stand in bytes, by place. Reused for the next. */
export class Spans {
  buf: Buffer = Buffer.alloc(0);
  /** By Found. */
  readonly found: Uint8Array;
  readonly from: Int32Array;
  readonly to: Int32Array;

  constructor(places: number) {
    this.found = new Uint8Array(places);
    this.from = new Int32Array(places);
    this.to = new Int32Array(places);
  }
}
