import type { Alert } from '../incident/alert.js';
import { counted } from './text-layout.js';

/** Whom an incident is about, in a few words. */
export function whoText({
  actor,
  sources,
  sourceIp,
}: Pick<Alert, 'actor' | 'sources' | 'sourceIp'>): string {
  switch (actor.kind) {
    case 'network':
      return `${actor.name} (${counted(sources.count, 'address', 'addresses')})`;
    case 'group':
      return `${counted(sources.count, 'address', 'addresses')} together (${actor.name})`;
    case 'site':
      return `devices behind ${sourceIp}`;
    default:
      return actor.name;
  }
}

/** How far it got. Who is only informed about has reached no stage of an attack. */
export function reached({ severity, stage, class: kind }: Alert): string {
  return severity === 'info' ? kind : stage;
}
