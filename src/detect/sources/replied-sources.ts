import type { JsonValue, SavedEntry } from '../../telemetry/saved-entry.js';
import { isTime } from '../../telemetry/saved-entry.js';
import { type Address, isAddress } from '../../wire/address.js';

/** So many sources that got replies within so long (seconds) show that the mirror has both ways. */
const TWO_WAY_SOURCES = 3;
const TWO_WAY_MEMORY = 600;

/** The last sources that something came back to, and when. */
export class RepliedSources {
  /** The first to come stands first. Nearly each reply is another's: nothing is made for it. */
  private readonly sources: Address[] = [];
  private readonly times = new Float64Array(TWO_WAY_SOURCES);

  add(source: Address, time: number): void {
    const { sources, times } = this;
    let at = sources.indexOf(source);
    if (at === -1) {
      if (sources.length < TWO_WAY_SOURCES) sources.push(source);
      else {
        for (let i = 1; i < TWO_WAY_SOURCES; i++) {
          sources[i - 1] = sources[i]!;
          times[i - 1] = times[i]!;
        }
        sources[TWO_WAY_SOURCES - 1] = source;
      }
      at = sources.length - 1;
    }
    times[at] = time;
  }

  /** Something came back to several of them lately: the mirror shows both directions. */
  showBothWays(now: number): boolean {
    if (this.sources.length < TWO_WAY_SOURCES) return false;
    for (const time of this.times) if (Math.abs(now - time) >= TWO_WAY_MEMORY) return false;
    return true;
  }

  saved(): SavedEntry {
    return ['replied', ...this.sources.map((source, i) => [source, this.times[i]!])];
  }

  /** False when it is no such entry. */
  restore([, ...pairs]: SavedEntry): boolean {
    if (pairs.length > TWO_WAY_SOURCES || !pairs.every(isReplied)) return false;
    this.sources.length = 0;
    for (const [source, time] of pairs) this.add(source, time);
    return true;
  }
}

function isReplied(value: JsonValue): value is [Address, number] {
  return Array.isArray(value) && isAddress(value[0]) && isTime(value[1]);
}
