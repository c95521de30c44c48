import type { Observation } from '../detect/observation.js';
import type { CompiledSignature } from './compile.js';
import { STANDING_FIELDS } from './fields/observation-fields.js';
import { type Gate, gatesOf, widened } from './gate.js';
import type { KnownTest } from './index/clause.js';

type Signature = CompiledSignature<Observation>;
type List = readonly Signature[];

/** A gate, and the signatures behind it by their place among the candidates. */
interface Placed {
  readonly gate: Gate;
  readonly behind: ReadonlySet<number>;
}

const NONE: List = [];
/** Choices of gates that are remembered; the shipped signatures make a handful. */
const CHOICES_LIMIT = 64;
/** As many as a number has bits for, one kept for the signatures without a gate. */
const MOST_GATES = 30;
const NO_GATE = 1 << MOST_GATES;

/**
 * Signatures that may match, behind tests and bounds of numbers that several of them share: of a call
 * that is over, two tests mostly rule out all nine.
 *
 * The standing of a source is as it was when it was first asked for, and a finding may change it.
 * So no gate asks for it, and where one signature may make a finding before another asks, all are
 * tried, so that whoever was to ask first does.
 */
export class Gates {
  private readonly all: List;
  private readonly candidates: List;
  private readonly gates: readonly Placed[];
  /** By place of the candidate: the bit of its gate. */
  private readonly bits: readonly number[];
  private readonly without: number;
  /** What is behind the gates that hold, for each choice of them that came. */
  private readonly open = new Map<number, List>();

  constructor(all: List, candidates: List, decided: KnownTest<Observation>) {
    this.all = all;
    this.candidates = candidates;
    this.gates = gatesFor(candidates, decided);
    this.bits = candidates.map((_, place) => {
      const gate = this.gates.findIndex(({ behind }) => behind.has(place));
      return gate === -1 ? NO_GATE : 1 << gate;
    });
    this.without = this.bits.includes(NO_GATE) ? NO_GATE : 0;
  }

  /** The signatures worth trying, in order of loading. */
  find(observation: Observation): List {
    const { gates } = this;
    let held = this.without;
    for (let i = 0; i < gates.length; i++) if (gates[i]!.gate.holds(observation)) held |= 1 << i;
    if (held === 0) return NONE;
    return this.open.get(held) ?? this.note(held);
  }

  private note(held: number): List {
    const open = this.candidates.filter((_, place) => (this.bits[place]! & held) !== 0);
    const list = open.some((signature, i) => i > 0 && asksStanding(signature)) ? this.all : open;
    if (this.open.size < CHOICES_LIMIT) this.open.set(held, list);
    return list;
  }
}

/**
 * Takes the gate that most of those need which are behind none yet, until none is left. Tests that
 * several share come first: the least of many bounds lets more through than they do.
 */
function gatesFor(candidates: List, decided: KnownTest<Observation>): readonly Placed[] {
  const usable = candidates.map((signature) => gatesOf(signature, decided));
  const left = new Set(usable.keys());
  const gates: Placed[] = [];
  while (gates.length < MOST_GATES) {
    const possible = new Map<string, { gate: Gate; behind: Set<number> }>();
    for (const place of left) {
      for (const gate of usable[place]!) {
        const known = possible.get(gate.text) ?? { gate, behind: new Set() };
        possible.set(gate.text, known);
        known.gate = widened(known.gate, gate);
        known.behind.add(place);
      }
    }
    const [best] = [...possible.values()].sort(
      (a, b) =>
        Number(isShared(b)) - Number(isShared(a)) ||
        b.behind.size - a.behind.size ||
        a.gate.cost - b.gate.cost,
    );
    if (best === undefined) break;
    gates.push(best);
    for (const place of best.behind) left.delete(place);
  }
  return gates;
}

function isShared({ gate, behind }: Placed): boolean {
  return gate.bounds.length === 0 && behind.size > 1;
}

function asksStanding({ fields }: Signature): boolean {
  for (const field of fields) if (STANDING_FIELDS.has(field)) return true;
  return false;
}
