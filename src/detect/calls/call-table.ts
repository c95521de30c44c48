import type { SipMessage } from '../../sip/message.js';
import { BoundedMap } from '../../tables/bounded-map.js';
import { Hasher } from '../../tables/hash.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import type { Address } from '../../wire/address.js';
import type { Call, Stage } from './call.js';

/**
 * Without a further sign, a call is given up after so long (seconds), by stage: without an answer
 * of any kind; ringing (RFC 3261 §16.6 lets an INVITE take three minutes); cancelled; talking, when
 * the BYE was lost.
 */
const PATIENCE = [60, 180, 2, 7200] as const;
/** A table for each: a flood of INVITEs that nobody answers pushes out only its own kind. */
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
  private readonly stages: readonly BoundedMap<number, Call>[];
  private readonly hasher = new Hasher();

  /** `onEvict` is told of calls that a full table gives up. */
  constructor(onEvict: (call: Call) => void) {
    this.stages = LIMITS.map((limit) => new BoundedMap(limit, (_, call) => onEvict(call)));
  }

  /** Hash of the Call-ID and a tag: the caller's identifies the call. */
  identity(message: SipMessage, tag: string | undefined): number {
    return this.hasher
      .begin()
      .addBytes(message.buf, message.callIdFrom, message.callIdTo)
      .addText(tag ?? '')
      .end();
  }

  /** The key of a call that begins. */
  keyFor(identity: number, hosts: Hosts): number {
    return this.find(identity) === undefined ? identity : this.keyBetween(identity, hosts);
  }

  /** The call of this identity between these two. */
  between(identity: number, hosts: Hosts): Call | undefined {
    const call = this.find(identity);
    const isIt = call?.source === hosts.source && call.target === hosts.target;
    return isIt ? call : this.find(this.keyBetween(identity, hosts));
  }

  /** The call that a message with both tags belongs to, whoever of the two sent it. */
  inDialog(message: SipMessage, { source, target }: Hosts): Call | undefined {
    const to = message.toHeader.tag();
    if (to === undefined) return undefined;
    const asCaller = this.identity(message, message.fromHeader.tag());
    const asCallee = this.identity(message, to);
    return (
      this.between(asCaller, { source, target }) ??
      this.between(asCallee, { source: target, target: source }) ??
      this.find(asCaller) ??
      this.find(asCallee)
    );
  }

  /** Whether a call has this identity, whoever takes part. */
  has(identity: number): boolean {
    return this.find(identity) !== undefined;
  }

  add(call: Call): void {
    this.stages[call.stage]!.set(call.key, call);
  }

  /** It went on at `now`: its patience begins anew. */
  move(call: Call, stage: Stage, now: number): void {
    if (!this.stages[call.stage]!.delete(call.key)) return;
    call.stage = stage;
    call.touchedAt = now;
    this.stages[stage]!.set(call.key, call);
  }

  delete(call: Call): void {
    this.stages[call.stage]!.delete(call.key);
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
      if (this.dueOf(stage) === at) return this.stages[stage]!.oldestEntry()?.value;
    }
    return undefined;
  }

  setBack(now: number): void {
    for (const stage of this.stages) for (const call of stage.values()) call.setBack(now);
  }

  tables(): TableStatus[] {
    return this.stages.map((stage, i) => stage.status(TABLES[i]!));
  }

  private dueOf(stage: number): number {
    const oldest = this.stages[stage]!.oldestEntry();
    return oldest === undefined
      ? Number.POSITIVE_INFINITY
      : oldest.value.touchedAt + PATIENCE[stage]!;
  }

  private find(key: number): Call | undefined {
    const [dialled, ringing, cancelled, talking] = this.stages;
    return dialled!.peek(key) ?? ringing!.peek(key) ?? talking!.peek(key) ?? cancelled!.peek(key);
  }

  private keyBetween(identity: number, { source, target }: Hosts): number {
    return this.hasher.begin().addNumber(identity).addKey(source).addKey(target).end();
  }
}
