/** How ports are written in a list: `5060`, and `5070-5080` for all from one to the other. */
export type PortRanges = (number | string)[];

const LAST = 65_535;

/** First and last port of `5070-5080` or `5060`; undefined when the text is no such thing. */
export function portRange(text: string): [first: number, last: number] | undefined {
  const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  if (first === undefined) return undefined;
  const [from, to] = [Number(first), Number(last)];
  return from >= 1 && from <= to && to <= LAST ? [from, to] : undefined;
}

/** All the ports that a valid list names. */
export function portsOf(ranges: Readonly<PortRanges>): Set<number> {
  const ports = new Set<number>();
  for (const range of ranges) {
    const [first, last] = typeof range === 'number' ? [range, range] : portRange(range)!;
    for (let port = first; port <= last; port++) ports.add(port);
  }
  return ports;
}

/** A short list that names these ports, in rising order: a range where three or more are in a row. */
export function rangesOf(ports: ReadonlySet<number>): PortRanges {
  const ranges: [first: number, last: number][] = [];
  for (const port of [...ports].sort((a, b) => a - b)) {
    const open = ranges[ranges.length - 1];
    if (open !== undefined && open[1] === port - 1) open[1] = port;
    else ranges.push([port, port]);
  }
  return ranges.flatMap(([first, last]) => {
    if (first === last) return first;
    return last === first + 1 ? [first, last] : `${first}-${last}`;
  });
}
