import type { Observation } from '../../detect/observation.js';
import type { Field, Value } from './field.js';

/** A field of an observation. */
export type ObservationRow = readonly [
  name: string,
  type: Field<Observation>['type'],
  doc: string,
  read: (observation: Observation) => Value,
  /** It asks for the standing of the source. */
  ofStanding?: true,
];
