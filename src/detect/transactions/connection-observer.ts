import type { Counters } from '../../telemetry/counters.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import type { Packet } from '../../wire/packet.js';
import type { ObservationWriter } from '../observation-writer.js';
import { Mark } from '../sources/marked-set.js';
import type { SourceTable } from '../sources/sources.js';
import { type Attempt, type AttemptEnd, type AttemptSink, Connections } from './connections.js';
import { Transaction } from './transaction.js';

/** What connections tell of their clients before a message is read, or where none can be. */
export class ConnectionObserver implements AttemptSink {
  private readonly connections: Connections;
  private readonly sources: SourceTable;
  private readonly writer: ObservationWriter;

  constructor(counters: Counters, sources: SourceTable, writer: ObservationWriter) {
    this.sources = sources;
    this.writer = writer;
    this.connections = new Connections(counters, this);
  }

  segment(packet: Packet): void {
    this.connections.segment(packet);
  }

  /** An ICMP error quotes a segment. */
  unreachable(packet: Packet): void {
    this.connections.unreachable(packet);
  }

  /** A client began a TLS session, so somebody was there to begin it with; more is not seen. */
  encrypted(packet: Packet): void {
    const { sources } = this;
    const { origin, destination, time } = packet;
    const profile = sources.comes(origin, time);
    profile.tlsConnections++;
    sources.markTarget(profile, destination, Mark.Tried);
    const isOpen = (profile.targets.get(destination) & Mark.Open) !== 0;
    if (isOpen) sources.markTarget(profile, destination, Mark.Answered | Mark.Tls);
    this.writer.say('target.contacted', new Transaction(packet, 'TLS'), profile, {});
  }

  dueAt(): number {
    return this.connections.dueAt();
  }

  due(): void {
    this.connections.due();
  }

  setBack(now: number): void {
    this.connections.setBack(now);
  }

  table(): TableStatus {
    return this.connections.table();
  }

  begun({ transaction }: Attempt): void {
    const { origin, target, startedAt } = transaction;
    const profile = this.sources.comes(origin, startedAt);
    profile.bareConnections++;
    transaction.proof.given = this.sources.isConnected(transaction);
    this.sources.markTarget(profile, target, Mark.Tried);
    this.writer.say('target.contacted', transaction, profile, {});
  }

  accepted({ transaction }: Attempt): void {
    const profile = this.sources.touch(transaction.origin, this.writer.now);
    this.sources.hears(profile, this.writer.now);
    this.sources.markTarget(profile, transaction.target, Mark.Open);
  }

  proved({ transaction }: Attempt): void {
    const profile = this.sources.touch(transaction.origin, this.writer.now);
    this.sources.proveConnection(profile, transaction);
  }

  spoke({ transaction }: Attempt): void {
    const profile = this.sources.find(transaction.origin);
    if (profile !== undefined && profile.bareConnections > 0) profile.bareConnections--;
  }

  ended({ transaction }: Attempt, end: AttemptEnd): void {
    if (end === 'unreachable') {
      const profile = this.sources.touch(transaction.origin, this.writer.now);
      this.sources.hears(profile, this.writer.now);
    }
    this.writer.outcome(transaction, end, undefined);
  }
}
