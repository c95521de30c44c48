import { ANY, type InterfaceFacts, isEthernet } from './interface-facts.js';
import type { LiveCaptureOptions } from './live-capture.js';
import { offloadsOf, offloadWarning } from './offloads.js';
import { type Ring, ringOf } from './ring.js';

/** What is known of the ring before it is made. */
export interface RingFacts {
  /** Frames that fit; undefined where it cannot be known. */
  readonly slots: number | undefined;
  readonly warnings: readonly string[];
}

const MIB = 1024 * 1024;
/** What `cap` always takes. */
const CAP_SNAP_LENGTH = 65_535;

/** Computes the ring that the child's libpcap will make; `facts` are the interface's. */
export async function ringFacts(
  options: LiveCaptureOptions,
  facts: InterfaceFacts | undefined,
): Promise<RingFacts> {
  const name = options.interface;
  if (name === ANY) return { slots: ring(options, undefined).slots, warnings: [] };
  if (facts?.mtu === undefined || !isEthernet(facts)) {
    return {
      slots: facts === undefined ? undefined : ring(options, undefined).slots,
      warnings: [],
    };
  }
  const offloads = await offloadsOf(name);
  const without = ring(options, facts.mtu);
  const actual = offloads?.on.length === 0 ? without : ring(options, undefined);
  const warning = offloadWarning(name, offloads, actual, without);
  return { slots: actual.slots, warnings: warning === undefined ? [] : [warning] };
}

function ring(options: LiveCaptureOptions, longestFrame: number | undefined): Ring {
  const { interface: name, backend, bufferMib, snapLength } = options;
  return ringOf({
    buffer: bufferMib * MIB,
    snapLength: backend === 'cap' ? CAP_SNAP_LENGTH : snapLength,
    longestFrame,
    cooked: name === ANY,
  });
}
