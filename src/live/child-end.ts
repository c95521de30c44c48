import { type CaptureStartError, startError } from './capture-start-error.js';
import type { RestartReason } from './capture-status.js';
import type { Driver } from './driver.js';

/** How a child ended. */
export interface ChildEnd {
  /** The header of its stream was read. */
  readonly began: boolean;
  /** It could not even be started. */
  readonly spawnError: NodeJS.ErrnoException | undefined;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why we ended it; undefined when it ended by itself or was asked to. */
  readonly abandoned: { readonly reason: RestartReason; readonly detail: string } | undefined;
}

/** What backends say when the interface went down or away under them. */
const LOST_LINK = /interface (?:went down|disappeared)|network is down|no such device/i;

/** Why it is started again. `lost`: its interface is down, gone, or another one. */
export function reasonOf(end: ChildEnd, driver: Driver, lost: boolean): RestartReason {
  if (end.abandoned !== undefined) return end.abandoned.reason;
  if (lost || LOST_LINK.test(driver.complaint)) return 'link';
  return end.signal === null ? 'exit' : 'killed';
}

/** What happened to it, without a full stop. */
export function endText(end: ChildEnd, { program, complaint }: Driver): string {
  const name = program.slice(program.lastIndexOf('/') + 1);
  if (end.spawnError !== undefined) return `${name} cannot be run: ${end.spawnError.message}`;
  if (end.abandoned !== undefined) return end.abandoned.detail;
  if (complaint !== '') return complaint;
  return end.signal === null
    ? `${name} ended with exit code ${end.code}`
    : `${name} was ended by ${end.signal}`;
}

/** Why the first child on `interfaceName` ended before its stream began. */
export async function startFault(
  end: ChildEnd,
  driver: Driver,
  interfaceName: string,
): Promise<CaptureStartError> {
  if (end.spawnError !== undefined) {
    const isMissing = end.spawnError.code === 'ENOENT' && driver.program !== process.execPath;
    const kind = isMissing ? 'program' : 'other';
    return startError(interfaceName, { kind, message: endText(end, driver) });
  }
  if (end.abandoned !== undefined) {
    return startError(interfaceName, { kind: 'other', message: end.abandoned.detail });
  }
  const { kind, message } = await driver.explain();
  return startError(interfaceName, { kind, message: message || endText(end, driver) });
}
