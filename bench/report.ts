import { medianOf } from './micro/measure.js';
import type { Standing } from './replay/contest.js';
import { FLOORS, SIPGREP, SIPSEER, SNGREP, TSHARKS } from './replay/contestants.js';

/** One target of the project beside what was measured; `isMet` is undefined where that could not be. */
export interface Target {
  readonly what: string;
  readonly wanted: string;
  readonly got: string;
  readonly isMet: boolean | undefined;
}

export const MIB = 1024 * 1024;

/** Seconds, the median of the rounds; NaN where it was not run. */
export function wallOf({ costs }: Standing): number {
  return costs.length === 0 ? Number.NaN : medianOf(costs.map(({ wall }) => wall));
}

function cpuOf({ costs }: Standing): number {
  return costs.length === 0 ? Number.NaN : medianOf(costs.map(({ cpu }) => cpu));
}

function peakOf({ costs }: Standing): number {
  return costs.length === 0 ? Number.NaN : Math.max(...costs.map(({ peak }) => peak));
}

/** Median times and ratios to the full replay. */
export function contestTable(standings: readonly Standing[], messages: number): string {
  const own = wallOf(named(standings, SIPSEER));
  const rows = standings.map((standing) => {
    const { name, does, skipped } = standing;
    if (skipped !== undefined) return [name, skipped, '', '', '', '', ''];
    const wall = wallOf(standing);
    return [
      name,
      `${wall.toFixed(2)} s`,
      `${cpuOf(standing).toFixed(2)} s`,
      Math.round(messages / wall).toLocaleString('en'),
      `${((1e6 * wall) / messages).toFixed(2)} µs`,
      mebibytes(peakOf(standing)),
      `${(own / wall).toFixed(2)}`,
      does,
    ];
  });
  return table(
    [
      '',
      'time',
      'processors',
      'messages/s',
      'a message',
      'memory',
      'sipseer takes × this',
      'what it does',
    ],
    rows,
  );
}

export function contestTargets(standings: readonly Standing[]): readonly Target[] {
  const own = wallOf(named(standings, SIPSEER));
  const fastest = (names: readonly string[]) =>
    Math.min(...names.map((name) => wallOf(named(standings, name))));
  const peak = peakOf(named(standings, SIPSEER));
  return [
    atMost('full replay against the raw floor, byte by byte', own / fastest([FLOORS.bytes]), 1.5),
    atMost('full replay against the raw floor, by indexOf', own / fastest([FLOORS.indexOf]), 1.5),
    atMost("full replay against sipgrep's string match", own / fastest([SIPGREP]), 1),
    atLeast('sngrep against the full replay', fastest([SNGREP]) / own, 5),
    atLeast('tshark against the full replay', fastest(TSHARKS) / own, 40),
    {
      what: 'peak memory of the full replay',
      wanted: 'at most 200 MiB',
      got: mebibytes(peak),
      isMet: Number.isNaN(peak) ? undefined : peak <= 200 * MIB,
    },
  ];
}

export function atMost(what: string, ratio: number, limit: number): Target {
  return {
    ...target(what, ratio),
    wanted: `at most ${limit} ×`,
    isMet: isMet(ratio, ratio <= limit),
  };
}

export function atLeast(what: string, ratio: number, limit: number): Target {
  return {
    ...target(what, ratio),
    wanted: `at least ${limit} ×`,
    isMet: isMet(ratio, ratio >= limit),
  };
}

function target(what: string, ratio: number) {
  return { what, got: Number.isNaN(ratio) ? 'not measured' : `${ratio.toFixed(2)} ×` };
}

function isMet(ratio: number, met: boolean): boolean | undefined {
  return Number.isNaN(ratio) ? undefined : met;
}

export function targetTable(targets: readonly Target[]): string {
  const rows = targets.map(({ what, wanted, got, isMet: met }) => [
    what,
    wanted,
    got,
    met === undefined ? '' : met ? 'met' : 'NOT met',
  ]);
  return table(['target', 'wanted', 'measured', ''], rows);
}

export function mebibytes(bytes: number): string {
  return Number.isNaN(bytes) ? 'not told here' : `${Math.ceil(bytes / MIB)} MiB`;
}

/** In Markdown, in columns that a terminal shows as such. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, i) =>
    Math.max(3, name.length, ...rows.map((row) => (row[i] ?? '').length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, i) => (cells[i] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

function named(standings: readonly Standing[], name: string): Standing {
  return standings.find((standing) => standing.name === name)!;
}
