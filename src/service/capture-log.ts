import type { CaptureStatus } from '../live/capture-status.js';
import type { CaptureListener } from '../live/live-capture.js';
import { grouped } from '../outputs/text-layout.js';
import { linkName } from '../wire/link-name.js';
import type { Log } from './log.js';

/** What is said of an interface when its capture has begun; `filter` is its filter for people. */
export function tellBegin(log: Log, status: CaptureStatus, filter: string): void {
  const { backend, linkType, ringSlots } = status;
  const topic = topicOf(status.interface);
  if (status.state === 'up') {
    const ring =
      ringSlots === undefined ? 'ring of unknown size' : `${grouped(ringSlots)} ring slots`;
    log.info(topic, `reading with ${backend}, link type ${linkName(linkType)}, ${ring}`);
  }
  log.info(topic, `filter: ${filter}`);
  if (status.filter !== filter) log.debug(topic, `filter for libpcap: ${status.filter}`);
  for (const warning of status.warnings) log.warning(topic, warning);
}

/** Tells each change of a capture. */
export function captureListener(log: Log, name: string): CaptureListener {
  const topic = topicOf(name);
  let wasDown = false;
  return {
    state: ({ state, problem }) => {
      // Why it did not begin is told by who wanted it to begin.
      if (state === 'stopped') log.debug(topic, state);
      else if (problem !== undefined) {
        wasDown = true;
        // That its reader ended was told just now.
        if (state !== 'waiting') log.warning(topic, problem);
      } else if (state === 'up' && wasDown) {
        wasDown = false;
        log.info(topic, 'is read again');
      } else log.debug(topic, state);
    },
    restarted: (reason, detail) =>
      log.warning(topic, `the reader ended (${reason}) and is started again: ${detail}`),
  };
}

function topicOf(name: string): string {
  return `capture ${name}`;
}
