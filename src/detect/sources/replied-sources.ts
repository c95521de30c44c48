import type { JsonValue, SavedEntry } from '../../telemetry/saved-entry.js';
import { isTime } from '../../telemetry/saved-entry.js';
import { type Address, isAddress } from '../../wire/address.js';

/** So many sources that got replies within so long (seconds) show that the mirror has both ways. */
const TWO_WAY_SOURCES = 3;
const TWO_WAY_MEMORY = 600;

/** The last sources that something came back to, and when. */
export class RepliedSources {
  private readonly last: { source: Address; time: number }[] = [];

  add(source: Address, time: number): void {
    for (const known of this.last) {
      if (known.source !== source) continue;
      known.time = time;
      return;
    }
    if (this.last.length === TWO_WAY_SOURCES) this.last.shift();
    this.last.push({ source, time });
  }

  /** Something came back to several of them lately: the mirror shows both directions. */
  showBothWays(now: number): boolean {
    if (this.last.length < TWO_WAY_SOURCES) return false;
    for (const { time } of this.last) if (Math.abs(now - time) >= TWO_WAY_MEMORY) return false;
    return true;
  }

  saved(): SavedEntry {
    return ['replied', ...this.last.map(({ source, time }) => [source, time])];
  }

  /** False when it is no such entry. */
  restore([, ...pairs]: SavedEntry): boolean {
    if (pairs.length > TWO_WAY_SOURCES || !pairs.every(isReplied)) return false;
    this.last.length = 0;
    for (const [source, time] of pairs) this.last.push({ source, time });
    return true;
  }
}

function isReplied(value: JsonValue): value is [Address, number] {
  return Array.isArray(value) && isAddress(value[0]) && isTime(value[1]);
}
