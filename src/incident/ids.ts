import { createHash } from 'node:crypto';
import type { Finding } from '../rules/finding.js';
import type { IncidentActor } from './actor.js';

/** The same capture gives the same id, and so does the live wire that it was taken from. */
export function incidentId({ name }: IncidentActor, { time, signature }: Finding): string {
  return digest(`${name}/${Math.round(time * 1e6)}/${signature.id}`);
}

/** Alerts of one incident are numbered. */
export function alertId(incident: string, number: number): string {
  return digest(`${incident}/${number}`);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
