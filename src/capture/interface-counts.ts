/** Options of an Interface Statistics block (draft-ietf-opsawg-pcapng §4.6). */
const RECEIVED = 4;
const DROPPED_BY_INTERFACE = 5;
const DROPPED_BY_SYSTEM = 7;

/** The last numbers that an interface was said to have. */
interface Counts {
  received: number;
  droppedByInterface: number;
  droppedBySystem: number;
}

/**
 * Adds up what the Interface Statistics blocks of a pcapng stream say. A block counts from the
 * beginning of its interface's capture; the sums are over all interfaces and sections, and only
 * grow, whatever the blocks say.
 */
export class InterfaceCounts {
  /** Undefined as long as no block told it. */
  received: number | undefined = undefined;
  dropped: number | undefined = undefined;
  /** By interface id; an interface without statistics has no entry. */
  private readonly byId = new Map<number, Counts>();
  private current: Counts = { received: 0, droppedByInterface: 0, droppedBySystem: 0 };

  /** The next options are about the interface `id`. */
  begin(id: number): void {
    let counts = this.byId.get(id);
    if (counts === undefined) {
      counts = { received: 0, droppedByInterface: 0, droppedBySystem: 0 };
      this.byId.set(id, counts);
    }
    this.current = counts;
  }

  option(code: number, value: number): void {
    const { current } = this;
    if (code === RECEIVED) {
      this.received = (this.received ?? 0) + growth(current.received, value);
      current.received = Math.max(current.received, value);
    } else if (code === DROPPED_BY_INTERFACE) {
      this.dropped = (this.dropped ?? 0) + growth(current.droppedByInterface, value);
      current.droppedByInterface = Math.max(current.droppedByInterface, value);
    } else if (code === DROPPED_BY_SYSTEM) {
      this.dropped = (this.dropped ?? 0) + growth(current.droppedBySystem, value);
      current.droppedBySystem = Math.max(current.droppedBySystem, value);
    }
  }

  /** Interface ids begin anew; what was counted stays counted. */
  newSection(): void {
    this.byId.clear();
  }
}

function growth(before: number, now: number): number {
  return now > before ? now - before : 0;
}
