import { terminalOf } from '../src/cli/terminal.js';

/** Tells what is being done. */
export type Say = (text: string) => void;

/** On a terminal one line on standard error that is written over; nothing elsewhere. */
export function sayOnTerminal(): Say {
  const { redraws, columns, paint } = terminalOf(process.stderr);
  if (!redraws) return () => {};
  return (text) => {
    process.stderr.write(`\r\x1b[K${paint('dim', text.slice(0, columns - 1))}`);
  };
}
