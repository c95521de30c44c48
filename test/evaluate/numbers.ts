import type { Random } from '../fuzz/random.js';

/** British numbers that belong to nobody: Ofcom keeps a thousand in each area for drama. */
const AREAS =
  '1134960 1144960 1154960 1164960 1174960 1184960 1214960 1314960 1414960 1514960 1614960 1632960 1914980 2079460 2896496 2920180 7700900'.split(
    ' ',
  );

/** A number of anybody in the country, without 0 or +44 before it. */
export function nationalNumber(random: Random): string {
  return `${random.pick(AREAS)}${random.between(100, 999)}`;
}
