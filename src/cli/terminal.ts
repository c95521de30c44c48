import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

/** How to write to a stream: whether it is a terminal, how wide, and whether it takes colour. */
export interface Terminal {
  /** A line can be taken back and written anew. */
  readonly redraws: boolean;
  /** Columns to fit text into; not less than text needs to be readable. */
  readonly width: number;
  /** Columns that there are. */
  readonly columns: number;
  paint(format: Format, text: string): string;
}

const PLAIN_WIDTH = 100;
const MIN_WIDTH = 40;
/** Longer lines are hard to read, however wide the terminal. */
const MAX_WIDTH = 100;

/**
 * Colour follows the usual rules: `--no-color` and NO_COLOR (any value) switch it off, FORCE_COLOR
 * on (0 or false: off), else a terminal that is not "dumb" gets it.
 */
export function terminalOf(stream: NodeJS.WriteStream, colour = true): Terminal {
  const isTty = stream.isTTY === true;
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  const redraws = isTty && TERM !== 'dumb';
  const colours = colour && !NO_COLOR && (forced(FORCE_COLOR) ?? redraws);
  const columns = isTty ? stream.columns || 80 : PLAIN_WIDTH;
  return {
    redraws,
    columns,
    width: Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, columns)),
    paint: (format, text) =>
      colours ? styleText(format, text, { validateStream: false } as never) : text,
  };
}

function forced(value: string | undefined): boolean | undefined {
  if (value === undefined || value === '') return undefined;
  return value !== '0' && value !== 'false';
}
