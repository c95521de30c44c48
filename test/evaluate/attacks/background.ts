import { Office, type OfficeOptions } from '../office.js';
import type { StageScene } from '../stage.js';

export interface BackgroundOptions extends OfficeOptions {
  /** For how long the office works. Default 1. */
  readonly hours?: number;
  readonly callsPerHour?: number;
}

export const PBX = '203.0.113.5';
/** For phones with public addresses. */
export const PUBLIC = '198.19.7.';
/** Phones renew a little before their hour is over. */
const RENEWAL = 3300;
/** Seconds that the office works before an attack begins. */
const HEAD_START = 600;

/**
 * The innocent office in whose traffic an attack is hidden: eight phones at the PBX 203.0.113.5
 * hold the accounts 201 and up, renew every hour and call in, out and each other. The scene goes on
 * when they have done so for some minutes.
 */
export function background(stage: StageScene, options: BackgroundOptions = {}): Office {
  const { hours = 1, callsPerHour = 10 } = options;
  const office = new Office(stage, { phones: 8, ...options });
  for (let hour = 0; hour < hours; hour++) {
    const begin = hour * RENEWAL;
    office.registerAll(begin, 60);
    const head = Math.ceil(callsPerHour / 2);
    office.calls(begin + 90, begin + HEAD_START - 100, head);
    office.calls(begin + HEAD_START, begin + RENEWAL - 500, callsPerHour - head);
  }
  stage.wait(HEAD_START);
  return office;
}
