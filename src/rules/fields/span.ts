/** Where a text stands in bytes, for who looks at it before it is decoded. Reused. */
export class Span {
  buf: Buffer = Buffer.alloc(0);
  from = 0;
  to = 0;

  set(buf: Buffer, from: number, to: number): void {
    this.buf = buf;
    this.from = from;
    this.to = to;
  }
}

/** What a reader of spans found. */
export const Found = {
  /** The field is missing. */
  Nothing: 0,
  /** The span holds the very bytes of the text. */
  Text: 1,
  /** It is there, but what is written is not its text (folds, escapes): read it as text. */
  Written: 2,
} as const;
export type Found = (typeof Found)[keyof typeof Found];

export type SpanReader<S> = (subject: S, span: Span) => Found;
