import { SECRET_WORDS } from '../telemetry/secret.js';
import type { Address } from './address.js';
import type { Packet } from './packet.js';
import { TcpStream } from './tcp-stream.js';

/** A connection: two ends, and the ends of the tunnel that it is in, in a fixed order. */
export class TcpConnection<S> {
  /** Place in the tables: a hash of what follows. */
  readonly key: number;
  readonly low: Address;
  readonly lowPort: number;
  readonly high: Address;
  readonly highPort: number;
  readonly lowTunnel: Address;
  readonly highTunnel: Address;
  /** What each end sends. */
  up: TcpStream<S> | undefined = undefined;
  down: TcpStream<S> | undefined = undefined;
  /** Packet time of its last segment. */
  time: number;
  /** Both ends were seen to answer each other. */
  settled = false;
  /**
   * Both ends were seen, and one acknowledged what the other sent: from here on, a segment counts
   * only if its receiver takes it. `agreedAt`: packet time of the last that did.
   */
  agreed = false;
  agreedAt = 0;

  constructor(packet: Packet, isUp: boolean, key: number) {
    this.key = key;
    this.low = isUp ? packet.source : packet.destination;
    this.lowPort = isUp ? packet.sourcePort : packet.destinationPort;
    this.high = isUp ? packet.destination : packet.source;
    this.highPort = isUp ? packet.destinationPort : packet.sourcePort;
    this.lowTunnel = isUp ? packet.tunnelSource : packet.tunnelDestination;
    this.highTunnel = isUp ? packet.tunnelDestination : packet.tunnelSource;
    this.time = packet.time;
  }

  isOf(packet: Packet, isUp: boolean): boolean {
    return isUp
      ? packet.source === this.low &&
          packet.sourcePort === this.lowPort &&
          packet.destination === this.high &&
          packet.destinationPort === this.highPort &&
          packet.tunnelSource === this.lowTunnel &&
          packet.tunnelDestination === this.highTunnel
      : packet.source === this.high &&
          packet.sourcePort === this.highPort &&
          packet.destination === this.low &&
          packet.destinationPort === this.lowPort &&
          packet.tunnelSource === this.highTunnel &&
          packet.tunnelDestination === this.lowTunnel;
  }

  /** What the sender of this packet sends; made when it is new. */
  stream(isUp: boolean): TcpStream<S> {
    if (isUp) {
      this.up ??= new TcpStream<S>(this, true);
      return this.up;
    }
    this.down ??= new TcpStream<S>(this, false);
    return this.down;
  }

  /** Nothing more is expected in either direction. */
  get isClosed(): boolean {
    const { up, down } = this;
    return (up === undefined || up.ended) && (down === undefined || down.ended);
  }
}

/** Whether the sender of this packet is the lower end, by address and then by port. */
export function isUpward({ source, sourcePort, destination, destinationPort }: Packet): boolean {
  if (source === destination) return sourcePort <= destinationPort;
  if (typeof source === typeof destination) return source < destination;
  return typeof source === 'number';
}

const [SEED, FIRST, SECOND] = SECRET_WORDS;
const FIRST_FACTOR = FIRST | 1;
const SECOND_FACTOR = SECOND | 1;
let low = 0;
let high = 0;

/**
 * The place of this packet's connection: 53 bits, the same for both directions. Nobody outside can
 * foresee which connections share one; if two do, the newcomer takes the place.
 */
export function connectionKey(packet: Packet, isUp: boolean): number {
  low = SEED;
  high = ~SEED;
  addAddress(isUp ? packet.source : packet.destination);
  addAddress(isUp ? packet.destination : packet.source);
  add(
    isUp
      ? (packet.sourcePort << 16) | packet.destinationPort
      : (packet.destinationPort << 16) | packet.sourcePort,
  );
  if (packet.tunnelSource !== 0 || packet.tunnelDestination !== 0) {
    addAddress(isUp ? packet.tunnelSource : packet.tunnelDestination);
    addAddress(isUp ? packet.tunnelDestination : packet.tunnelSource);
  }
  return (high >>> 11) * 0x1_0000_0000 + (low >>> 0);
}

function addAddress(address: Address): void {
  if (typeof address === 'number') {
    add(address);
    return;
  }
  for (let i = 0; i < address.length; i += 4) {
    const first = (address.charCodeAt(i) << 8) | address.charCodeAt(i + 1);
    add((first << 16) | (address.charCodeAt(i + 2) << 8) | address.charCodeAt(i + 3));
  }
}

/** Two multiplications: after one alone, a difference in the top bit would still be only there. */
function add(word: number): void {
  low = Math.imul(low ^ word, FIRST_FACTOR);
  low = Math.imul(low ^ (low >>> 15), SECOND_FACTOR);
  low ^= low >>> 13;
  high = Math.imul(high ^ word, SECOND_FACTOR);
  high = Math.imul(high ^ (high >>> 16), FIRST_FACTOR);
  high ^= high >>> 14;
}
