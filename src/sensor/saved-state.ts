import type { Observer } from '../detect/observer.js';
import type { IncidentTracker } from '../incident/tracker.js';
import type { RuleEngine } from '../rules/engine.js';
import type { PacketTime } from '../telemetry/packet-time.js';
import type { RestoreResult, SavedEntry } from '../telemetry/saved-entry.js';
import type { Visibility } from '../telemetry/visibility.js';

/** What knows something that outlasts a restart. */
export interface KeptState {
  readonly clock: PacketTime;
  readonly visibility: Visibility;
  readonly engine: RuleEngine;
  readonly incidents: IncidentTracker;
  readonly observer: Observer;
}

type EntryReader = (entry: SavedEntry) => boolean;

/**
 * All of it, entry by entry; packets may go on between two of them. Left out is what lives seconds:
 * open requests and challenges, dialogs, relayed requests, packets just seen.
 */
export function* savedState(state: KeptState): Generator<SavedEntry> {
  yield* state.clock.save();
  yield* state.visibility.save();
  yield* state.engine.save();
  yield* state.incidents.save();
  yield* state.observer.save();
}

/**
 * Gives each entry to the room that saved it. What belongs to none, or is no entry at all, is
 * skipped like one that its room refuses.
 */
export function restoreState(state: KeptState, entries: Iterable<SavedEntry>): RestoreResult {
  const readers = readersOf(state);
  // Who follows what in detect/ is known there alone.
  const inDetect: EntryReader = (entry) => state.observer.restore(entry);
  let restored = 0;
  let skipped = 0;
  for (const entry of entries) {
    const reader = Array.isArray(entry) ? (readers.get(entry[0]) ?? inDetect) : undefined;
    if (reader?.(entry) === true) restored++;
    else skipped++;
  }
  state.incidents.restored();
  return { restored, skipped };
}

function readersOf(state: KeptState): Map<string, EntryReader> {
  const { clock, visibility, engine, incidents } = state;
  const inRules = engine.restorer();
  const inIncidents: EntryReader = (entry) =>
    incidents.restore(entry, (id) => engine.signature(id));
  return new Map<string, EntryReader>([
    ['clock', (entry) => clock.restore(entry)],
    ['visibility', (entry) => visibility.restore(entry)],
    ['signature', inRules],
    ['first', inRules],
    ['count', inRules],
    ['sequence', inRules],
    ['suppressed', inRules],
    ['opened', inIncidents],
    ['incident', inIncidents],
  ]);
}
