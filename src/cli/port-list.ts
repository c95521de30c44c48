import { InvalidArgumentError } from 'commander';
import { portRange, portsOf } from '../config/port-ranges.js';

/** Ports as given on the command line: `5060,5070-5080`, or `any`. */
export function parsePorts(text: string): ReadonlySet<number> | 'any' {
  if (text.trim() === 'any') return 'any';
  const ranges = text.split(',').map((part) => part.trim().replace(/\s*-\s*/, '-'));
  if (ranges.some((range) => portRange(range) === undefined)) {
    throw new InvalidArgumentError(
      'give port numbers or ranges joined by commas, such as 5060,5070-5080, or "any"',
    );
  }
  return portsOf(ranges);
}
