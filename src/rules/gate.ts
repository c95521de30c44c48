import type { Observation } from '../detect/observation.js';
import type { CompiledSignature } from './compile.js';
import { STANDING_FIELDS } from './fields/observation-fields.js';
import type { KnownTest } from './index/clause.js';
import type { NumberSieve, Sieve } from './index/sieve.js';

/**
 * What must hold for a signature to match: the same for all whose text is the same. Either a test,
 * or that one of some numbers is not below its bound; of several bounds for a number, the least.
 */
export interface Gate {
  readonly text: string;
  readonly cost: number;
  readonly holds: (observation: Observation) => boolean;
  readonly bounds: readonly NumberSieve<Observation>[];
}

const NUMBER_COST = 2;

/**
 * The gates that a signature may stand behind. None asks for the standing of the source, and none
 * for what is decided already.
 */
export function gatesOf(
  signature: CompiledSignature<Observation>,
  decided: KnownTest<Observation>,
): Gate[] {
  const tests = signature.necessary.filter(
    (test) => decided(test) === undefined && !test.fields.some(isOfStanding),
  );
  const exact = tests.map(({ text, cost, holds }): Gate => ({ text, cost, holds, bounds: [] }));
  const sieves =
    tests.length > 0 ? tests.map((test) => test.sieves()) : [signature.clause(decided).sieves];
  return [...exact, ...sieves.map(gateOfSieves).filter((gate) => gate !== undefined)];
}

/** Where all of them are bounds of numbers. */
function gateOfSieves(sieves: readonly Sieve<Observation>[] | undefined): Gate | undefined {
  const bounds = (sieves ?? []).filter((sieve) => sieve.kind === 'number').filter(isBound);
  return bounds.length > 0 && bounds.length === sieves?.length ? gateOfBounds(bounds) : undefined;
}

/** A gate that lets through what either of two with the same text does. */
export function widened(gate: Gate, other: Gate): Gate {
  return gate.bounds.length === 0 ? gate : gateOfBounds([...gate.bounds, ...other.bounds]);
}

function gateOfBounds(bounds: readonly NumberSieve<Observation>[]): Gate {
  const least = new Map<string, NumberSieve<Observation>>();
  for (const bound of bounds) {
    const known = least.get(bound.text);
    if (known === undefined || bound.low < known.low) least.set(bound.text, bound);
  }
  const all = [...least.values()];
  return {
    text: [...least.keys()].sort().join(' or '),
    cost: NUMBER_COST * all.length,
    bounds: all,
    holds: (observation) => {
      for (const { read, low } of all) {
        const value = read(observation);
        if (typeof value === 'number' && value >= low) return true;
      }
      return false;
    },
  };
}

/** Exactly one number, or one up to a bound, is no use: there is no least of several. */
function isBound({ text, low, high }: NumberSieve<Observation>): boolean {
  return (
    low > Number.NEGATIVE_INFINITY &&
    high === Number.POSITIVE_INFINITY &&
    !isOfStanding(text.split('|')[0]!)
  );
}

function isOfStanding(field: string): boolean {
  return STANDING_FIELDS.has(field);
}
