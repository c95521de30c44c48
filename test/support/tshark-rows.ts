import { METHOD_NAMES } from '../../src/sip/tokens.js';

/** How many, by name. */
export type Counts = Readonly<Record<string, number>>;

/** What is in a capture; what is absent is none. */
export interface CaptureCounts {
  /** By method. */
  readonly requests?: Counts;
  /** By status code. */
  readonly responses?: Counts;
  /** Messages that tshark reads in what an ICMP error quotes; they are in no other number. */
  readonly quoted?: Counts;
  /** Datagrams and segments, whole ones if they came in fragments, by `flowKey`. */
  readonly flows?: Counts;
}

/** Fields that tell source and destination of a layer. */
const ENDS = {
  ip: ['ip.src', 'ip.dst'],
  ipv6: ['ipv6.src', 'ipv6.dst'],
  udp: ['udp.srcport', 'udp.dstport'],
  tcp: ['tcp.srcport', 'tcp.dstport'],
} as const;
type LayerName = keyof typeof ENDS;
/** Absent where the header is cut. */
const LENGTHS = { udp: 'udp.length', tcp: 'tcp.hdr_len' } as const;

/** What tshark is asked to tell of each frame. */
export const FIELDS: readonly string[] = [
  'frame.protocols',
  'sip.Method',
  'sip.Status-Code',
  ...Object.values(ENDS).flat(),
  ...Object.values(LENGTHS),
];

type Row = ReadonlyMap<string, string>;

/** Sums up tshark's lines, one for each frame, a value of FIELDS for each tabulator. */
export function countRows(lines: string): CaptureCounts {
  const requests = new Map<string, number>();
  const responses = new Map<string, number>();
  const quoted = new Map<string, number>();
  const flows = new Map<string, number>();
  for (const line of lines.split('\n').filter((text) => text !== '')) {
    const values = line.split('\t');
    const row = new Map(FIELDS.map((field, i) => [field, values[i] ?? '']));
    const isQuoted = /:icmp(?:v6)?:/.test(row.get('frame.protocols')!);
    for (const method of valuesOf(row, 'sip.Method')) {
      add(isQuoted ? quoted : requests, methodKey(method));
    }
    for (const code of valuesOf(row, 'sip.Status-Code')) {
      add(isQuoted ? quoted : responses, statusKey(Number(code)));
    }
    const flow = isQuoted ? undefined : innermostFlow(row);
    if (flow !== undefined) add(flows, flow);
  }
  const counts = Object.entries({ requests, responses, quoted, flows });
  return Object.fromEntries(
    counts.filter(([, { size }]) => size > 0).map(([kind, map]) => [kind, sorted(map)]),
  );
}

/** Who sent to whom, as both sides write it. */
export function flowKey(
  transport: string,
  source: string,
  sourcePort: string | number,
  destination: string,
  destinationPort: string | number,
): string {
  return `${transport} ${source} ${sourcePort} > ${destination} ${destinationPort}`;
}

/** Of the transport in the innermost IP packet; undefined where there is none, or only a part. */
function innermostFlow(row: Row): string | undefined {
  const layers = row.get('frame.protocols')!.split(':');
  const network = layers.findLastIndex((layer) => layer === 'ip' || layer === 'ipv6');
  const transport = layers.findLastIndex((layer) => layer === 'udp' || layer === 'tcp');
  if (network === -1 || transport < network) return undefined;
  const name = layers[transport] as keyof typeof LENGTHS;
  if (row.get(LENGTHS[name]) === '') return undefined;
  const [source, destination] = endsOf(row, layers[network] as LayerName);
  const [sourcePort, destinationPort] = endsOf(row, name);
  return flowKey(name, source, sourcePort, destination, destinationPort);
}

function endsOf(row: Row, layer: LayerName): [source: string, destination: string] {
  const [source, destination] = ENDS[layer];
  return [valuesOf(row, source).at(-1) ?? '', valuesOf(row, destination).at(-1) ?? ''];
}

/** What the sensor calls this method: it tells those of the RFCs apart. */
function methodKey(method: string): string {
  return METHOD_NAMES.includes(method) ? method : METHOD_NAMES[0]!;
}

/** The sensor counts what is no status code (RFC 3261 §7.2) under one name. */
export function statusKey(status: number): string {
  return status >= 100 && status < 700 ? String(status) : 'other';
}

/** A frame with several layers or messages of a kind has several values of their fields. */
function valuesOf(row: Row, field: string): string[] {
  return row
    .get(field)!
    .split(',')
    .filter((value) => value !== '');
}

export function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

export function sorted(counts: ReadonlyMap<string, number>): Counts {
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
