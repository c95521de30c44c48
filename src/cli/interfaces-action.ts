import {
  ANY,
  type InterfaceFacts,
  InterfaceReader,
  linkName,
  mayCapture,
} from '../live/interface-facts.js';
import { type Offloads, offloadsOf } from '../live/offloads.js';
import { terminalOf } from './terminal.js';

export interface InterfacesFlags {
  readonly json?: boolean;
  readonly color: boolean;
}

interface Row {
  readonly facts: InterfaceFacts;
  readonly offloads: Offloads | undefined;
}

const COLUMNS = ['name', 'state', 'link', 'mtu', 'received', 'offloads', 'capture'];

/** Does what `interfaces` says. */
export async function interfacesAction(options: InterfacesFlags): Promise<void> {
  const rows = await readRows();
  const allowed = mayCapture();
  if (options.json) {
    for (const row of rows) process.stdout.write(`${JSON.stringify(asJson(row, allowed))}\n`);
    return;
  }
  const cells = rows.map((row) => cellsOf(row, allowed));
  if (!process.stdout.isTTY) {
    for (const line of cells) process.stdout.write(`${line.join('\t')}\n`);
    return;
  }
  const { paint } = terminalOf(process.stdout, options.color);
  const [head, ...lines] = aligned([COLUMNS, ...cells]);
  process.stdout.write(`${[paint('bold', head!), ...lines].join('\n')}\n`);
  if (allowed === false) {
    process.stderr.write('this user may not capture: run as root, or grant CAP_NET_RAW\n');
  }
}

async function readRows(): Promise<Row[]> {
  const reader = new InterfaceReader();
  const rows = reader
    .list()
    .map(async (facts) => ({ facts, offloads: await offloadsOf(facts.name) }));
  return [...(await Promise.all(rows)), { facts: reader.find(ANY)!, offloads: undefined }];
}

function stateOf({ name, up, carrier }: InterfaceFacts): string {
  if (name === ANY) return '-';
  if (up === undefined) return 'unknown';
  if (!up) return 'down';
  return carrier === false ? 'no carrier' : 'up';
}

function cellsOf({ facts, offloads }: Row, allowed: boolean | undefined): string[] {
  const on = offloads?.on.map(({ short }) => short).join(' ');
  return [
    facts.name,
    stateOf(facts),
    linkName(facts),
    String(facts.mtu ?? '-'),
    String(facts.received ?? '-'),
    on === undefined ? '-' : on || 'off',
    allowed === undefined ? '-' : allowed ? 'yes' : 'no',
  ];
}

function asJson({ facts, offloads }: Row, allowed: boolean | undefined) {
  return {
    name: facts.name,
    state: stateOf(facts),
    up: facts.up,
    carrier: facts.carrier,
    link: linkName(facts),
    mtu: facts.mtu,
    received_packets: facts.received,
    offloads: offloads?.on.map(({ name }) => name),
    may_capture: allowed,
  };
}

/** Cells of each column one under the other. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd(),
  );
}
