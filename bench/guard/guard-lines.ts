/** Less is noise, on machines that do other things too. */
const WORTH_A_WORD = 0.1;

/**
 * What is told of the seconds that both took, round by round: by the least of each, since other work
 * only ever adds.
 */
export function guardLines({
  before,
  now,
}: {
  readonly before: readonly number[];
  readonly now: readonly number[];
}): string[] {
  const [was, is] = [Math.min(...before), Math.min(...now)];
  const change = is / was - 1;
  const percent = `${change < 0 ? '' : '+'}${(100 * change).toFixed(1)} %`;
  const lines = [
    `replay cost against the commit before: ${percent} (${was.toFixed(2)} s, now ${is.toFixed(2)} s)`,
  ];
  if (change > WORTH_A_WORD) {
    lines.push('warning: this commit makes a replay more than 10 % dearer; see `npm run bench`');
  }
  return lines;
}
