import { didYouMean } from '../documents/problem.js';
import type { LoadedSignatures } from '../rules/load.js';

/** All but those that the configuration leaves out. */
export function withoutDisabled(
  loaded: LoadedSignatures,
  disabled: readonly string[],
): LoadedSignatures {
  if (disabled.length === 0) return loaded;
  return { ...loaded, signatures: loaded.signatures.filter(({ id }) => !disabled.includes(id)) };
}

/** What is wrong with the list of those that are left out: a line for each that there is not. */
export function disabledFaults(
  { signatures }: LoadedSignatures,
  disabled: readonly string[],
): string[] {
  const ids = new Set(signatures.map(({ id }) => id));
  return disabled
    .filter((id) => !ids.has(id))
    .map((id) => `there is no signature ${id}${didYouMean(id, ids)}`);
}
