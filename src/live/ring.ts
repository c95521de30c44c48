/**
 * How many frames the kernel's ring holds, as libpcap (1.10, pcap-linux.c, create_ring) lays it
 * out in immediate mode (TPACKET_V2): slots of one size, each for one frame however short.
 */
export interface Ring {
  readonly slots: number;
  /** Memory that the kernel takes, which may be twice the size asked for (bytes). */
  readonly memory: number;
}

export interface RingQuestion {
  /** Size asked for (bytes). */
  readonly buffer: number;
  readonly snapLength: number;
  /**
   * MTU of an Ethernet interface whose offloads are all off, for then no frame is longer;
   * undefined when some are on, unknown, or the link is another.
   */
  readonly longestFrame: number | undefined;
  /** The interface `any` is read without link headers. */
  readonly cooked: boolean;
}

/** Bytes of a slot before the frame: TPACKET_V2's header, an address, room for a VLAN tag. */
const SLOT_HEADER = { raw: 68, cooked: 84 } as const;
const ALIGNMENT = 16;
const ETHERNET_AND_VLAN = 18;
const PAGE = 4096;

export function ringOf({ buffer, snapLength, longestFrame, cooked }: RingQuestion): Ring {
  const longest = longestFrame === undefined ? snapLength : longestFrame + ETHERNET_AND_VLAN;
  const header = cooked ? SLOT_HEADER.cooked : SLOT_HEADER.raw;
  const slot = roundUp(header + Math.min(snapLength, longest), ALIGNMENT);
  let block = PAGE;
  while (block < slot) block *= 2;
  const slotsInBlock = Math.floor(block / slot);
  const blocks = Math.floor(Math.ceil(buffer / slot) / slotsInBlock);
  return { slots: blocks * slotsInBlock, memory: blocks * block };
}

function roundUp(length: number, step: number): number {
  return Math.ceil(length / step) * step;
}
