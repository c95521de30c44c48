import { InvalidArgumentError } from 'commander';

/** Ports as given on the command line: `5060,5070-5080`, or `any`. */
export function parsePorts(text: string): ReadonlySet<number> | 'any' {
  if (text.trim() === 'any') return 'any';
  const ports = new Set<number>();
  for (const part of text.split(',')) {
    const [, first = '', last = first] = /^\s*(\d{1,5})\s*(?:-\s*(\d{1,5})\s*)?$/.exec(part) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (first === '' || from < 1 || to > 65_535 || from > to) {
      throw new InvalidArgumentError(
        'give port numbers or ranges joined by commas, such as 5060,5070-5080, or "any"',
      );
    }
    for (let port = from; port <= to; port++) ports.add(port);
  }
  return ports;
}
