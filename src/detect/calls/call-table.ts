import type { SipMessage } from '../../sip/message.js';
import { Hasher } from '../../tables/hash.js';
import { TieredMap } from '../../tables/tiered-map.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import type { Address } from '../../wire/address.js';
import type { Call, Stage } from './call.js';

/**
 * Without a further sign, a call is given up after so long (seconds), by stage: without an answer
 * of any kind; ringing (RFC 3261 §16.6 lets an INVITE take three minutes); cancelled; talking, when
 * the BYE was lost.
 */
const PATIENCE = [60, 180, 2, 7200] as const;
/** Room for each: a flood of INVITEs that nobody answers pushes out only its own kind. */
const LIMITS = [65_536, 32_768, 8192, 65_536] as const;
const TABLES = ['calls_dialled', 'calls_ringing', 'calls_cancelled', 'calls_talking'] as const;

/** Two hosts, the one that calls first. */
export interface Hosts {
  readonly source: Address;
  readonly target: Address;
}

/**
 * The calls that are not over. A call is known by its Call-ID and the caller's tag (RFC 3261 §12),
 * so that the answers of several telephones to one INVITE belong to one call, and a BYE that a
 * proxy did not stay on the way of is found; tools that use the same Call-ID and tag for many hosts
 * are told apart by the hosts besides.
 */
export class CallTable {
  /** Its tiers are the stages. */
  private readonly calls: TieredMap<number, Call>;
  private readonly hasher = new Hasher();

  /** `onEvict` is told of calls that a full table gives up. */
  constructor(onEvict: (call: Call) => void) {
    this.calls = new TieredMap(LIMITS, (_, call) => onEvict(call));
  }

  /** Hash of the Call-ID and a tag: the caller's identifies the call. */
  identity(message: SipMessage, tag: string | undefined): number {
    return message
      .beginWithCallId(this.hasher)
      .addText(tag ?? '')
      .end();
  }

  /** The key of a call that begins. */
  keyFor(identity: number, { source, target }: Hosts): number {
    return this.has(identity) ? this.keyBetween(identity, source, target) : identity;
  }

  /** The call of this identity between these two. */
  between(identity: number, { source, target }: Hosts): Call | undefined {
    return this.fromTo(identity, source, target);
  }

  /**
   * The call that a message with both tags belongs to, whoever of the two sent it; `asCaller` is the
   * identity that it has if its From is the caller.
   */
  inDialog(message: SipMessage, asCaller: number, { source, target }: Hosts): Call | undefined {
    const to = message.toHeader.tag();
    if (to === undefined) return undefined;
    const known = this.fromTo(asCaller, source, target);
    if (known !== undefined) return known;
    const asCallee = this.identity(message, to);
    return (
      this.fromTo(asCallee, target, source) ??
      this.calls.peek(asCaller) ??
      this.calls.peek(asCallee)
    );
  }

  /** Whether a call has this identity, whoever takes part. */
  has(identity: number): boolean {
    return this.calls.peek(identity) !== undefined;
  }

  add(call: Call): void {
    this.calls.set(call.key, call, call.stage);
  }

  /** It went on at `now`: its patience begins anew. */
  move(call: Call, stage: Stage, now: number): void {
    if (this.calls.tierOf(call.key) !== call.stage) return;
    call.stage = stage;
    call.touchedAt = now;
    this.calls.set(call.key, call, stage);
  }

  delete(call: Call): void {
    if (this.calls.tierOf(call.key) === call.stage) this.calls.delete(call.key);
  }

  /** When the first will have waited too long (seconds); infinite: none waits. */
  dueAt(): number {
    let at = Number.POSITIVE_INFINITY;
    for (let stage = 0; stage < PATIENCE.length; stage++) at = Math.min(at, this.dueOf(stage));
    return at;
  }

  /** That call. */
  due(): Call | undefined {
    const at = this.dueAt();
    for (let stage = 0; stage < PATIENCE.length; stage++) {
      if (this.dueOf(stage) === at) return this.calls.oldest(stage);
    }
    return undefined;
  }

  setBack(now: number): void {
    for (let stage = 0; stage < LIMITS.length; stage++) {
      for (const call of this.calls.newestFirst(stage)) call.setBack(now);
    }
  }

  tables(): TableStatus[] {
    return TABLES.map((table, stage) => this.calls.status(stage, table));
  }

  private dueOf(stage: number): number {
    const oldest = this.calls.oldest(stage);
    return oldest === undefined ? Number.POSITIVE_INFINITY : oldest.touchedAt + PATIENCE[stage]!;
  }

  private fromTo(identity: number, source: Address, target: Address): Call | undefined {
    const call = this.calls.peek(identity);
    if (call !== undefined && call.source === source && call.target === target) return call;
    return this.calls.peek(this.keyBetween(identity, source, target));
  }

  private keyBetween(identity: number, source: Address, target: Address): number {
    return this.hasher.begin().addNumber(identity).addKey(source).addKey(target).end();
  }
}
