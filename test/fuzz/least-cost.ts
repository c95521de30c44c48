/**
 * Runs something several times and gives its dearest piece by the least that each piece took: what
 * the machine did meanwhile does not count. `once` fills in the milliseconds of each piece.
 */
export function leastCost(
  runs: number,
  pieces: number,
  once: (spent: number[]) => void,
): { ms: number; at: number } {
  const least = new Array<number>(pieces).fill(Number.POSITIVE_INFINITY);
  const spent = new Array<number>(pieces).fill(0);
  for (let run = 0; run < runs; run++) {
    once(spent);
    for (let i = 0; i < pieces; i++) if (spent[i]! < least[i]!) least[i] = spent[i]!;
  }
  let at = 0;
  for (let i = 1; i < pieces; i++) if (least[i]! > least[at]!) at = i;
  return { ms: least[at]!, at };
}
