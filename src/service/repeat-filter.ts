/** One kind of message within its time. */
interface Kind {
  readonly topic: string;
  readonly since: number;
  /** Lines that passed. */
  passed: number;
  /** Held back since: how many, the last of them, and whether all said the same. */
  held: number;
  last: string;
  equal: boolean;
  tell: (text: string) => void;
}

/** How long messages of one kind are counted together (ms), and how many different ones pass. */
const TIME = 10_000;
const PASSED = 5;
/** Kinds at once; beyond, all new ones together count as one. */
const KINDS = 200;

/**
 * Keeps a message that repeats from flooding a log. Messages are of one kind when they differ in
 * numbers alone. Within ten seconds, five different ones of a kind pass, each of them once; the
 * others are counted, and told as one at the end of that time.
 */
export class RepeatFilter {
  private readonly kinds = new Map<string, Kind>();
  private timer: NodeJS.Timeout | undefined;
  /** Messages held back in all. */
  held = 0;

  /** Calls `tell` at once, or once later for several. What has another `level` is of another kind. */
  pass(topic: string, message: string, tell: (text: string) => void, level = ''): void {
    const kind = this.kindOf(topic, `${level} ${message.replaceAll(/\d+/g, '#')}`, tell);
    const repeats = kind.passed > 0 && kind.last === message;
    if (!repeats && kind.passed < PASSED) {
      // What is still held of the same topic happened before.
      for (const other of this.kinds.values()) if (other.topic === topic) release(other);
      kind.passed++;
      kind.last = message;
      tell(message);
      return;
    }
    this.held++;
    kind.held++;
    kind.equal &&= repeats;
    kind.last = message;
    kind.tell = tell;
    this.timer ??= setTimeout(() => this.sweep(), TIME).unref();
  }

  /** Tells all that is held back. */
  end(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const kind of this.kinds.values()) release(kind);
    this.kinds.clear();
  }

  private kindOf(topic: string, text: string, tell: (text: string) => void): Kind {
    const key = `${topic}: ${text}`;
    const known = this.kinds.get(key);
    if (known !== undefined && Date.now() - known.since < TIME) return known;
    if (known !== undefined) {
      release(known);
      this.kinds.delete(key);
    }
    if (this.kinds.size >= KINDS) this.sweep();
    if (this.kinds.size >= KINDS && topic !== '') return this.kindOf('', '', tell);
    const kind = { topic, since: Date.now(), passed: 0, held: 0, last: '', equal: true, tell };
    this.kinds.set(key, kind);
    return kind;
  }

  /** Ends the kinds whose time is over. */
  private sweep(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    let waiting = false;
    for (const [key, kind] of this.kinds) {
      if (Date.now() - kind.since >= TIME) {
        release(kind);
        this.kinds.delete(key);
      } else waiting ||= kind.held > 0;
    }
    if (waiting) this.timer = setTimeout(() => this.sweep(), TIME).unref();
  }
}

function release(kind: Kind): void {
  const { held, last, equal, tell } = kind;
  if (held === 0) return;
  kind.held = 0;
  kind.equal = true;
  const more = equal
    ? `repeated ${held === 1 ? 'once' : `${held} times`}`
    : `and ${held} more like it`;
  tell(`${last} (${more})`);
}
