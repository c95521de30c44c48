import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

/** How to write to a stream: whether it is a terminal, how wide, and whether it takes colour. */
export interface Terminal {
  readonly isTty: boolean;
  readonly width: number;
  paint(format: Format, text: string): string;
}

const PLAIN_WIDTH = 100;
const MIN_WIDTH = 60;

/**
 * Colour follows the usual rules: `--no-color` and NO_COLOR (any value) switch it off,
 * FORCE_COLOR on, else a terminal that is not "dumb" gets it.
 */
export function terminalOf(stream: NodeJS.WriteStream, colour = true): Terminal {
  const isTty = stream.isTTY === true;
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== '' && FORCE_COLOR !== '0';
  const wanted = forced || (isTty && TERM !== 'dumb');
  const colours = colour && wanted && (NO_COLOR === undefined || NO_COLOR === '');
  return {
    isTty,
    width: Math.max(MIN_WIDTH, isTty ? stream.columns || 80 : PLAIN_WIDTH),
    paint: (format, text) =>
      colours ? styleText(format, text, { validateStream: false } as never) : text,
  };
}
