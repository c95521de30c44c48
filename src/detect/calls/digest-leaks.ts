import type { SipMessage } from '../../sip/message.js';
import { Method } from '../../sip/tokens.js';
import { BoundedMap } from '../../tables/bounded-map.js';
import { Hasher } from '../../tables/hash.js';
import type { Counters } from '../../telemetry/counters.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import { type Address, networkOf } from '../../wire/address.js';
import type { Packet } from '../../wire/packet.js';
import { isTrustedEnd } from '../../wire/trusted-ends.js';
import type { Doing, ObservationWriter } from '../observation-writer.js';
import { Mark } from '../sources/marked-set.js';
import type { SourceTable } from '../sources/sources.js';
import { loginOf, type Transaction } from '../transactions/transaction.js';

const LIMIT = 16_384;
/** A telephone takes up a challenge at once; later credentials have another reason (seconds). */
const MEMORY = 60;

/** Where telephones registered: see `Registrations`. */
export interface Servers {
  serversOf(endpoint: Address): readonly Address[];
}

/**
 * The digest leak: somebody calls a telephone, lets it hang up, and answers its BYE with a
 * challenge. A telephone that knows no better answers with a digest of its password, which he then
 * tries passwords against at leisure. Only challenges within a dialog are looked at: whoever begins
 * something with a host may well be asked who he is.
 */
export class DigestLeaks {
  private readonly sources: SourceTable;
  private readonly writer: ObservationWriter;
  private readonly servers: Servers;
  /** When a stranger asked a telephone for credentials. */
  private readonly times: BoundedMap<number, number>;
  private readonly hasher = new Hasher();

  constructor(
    counters: Counters,
    sources: SourceTable,
    writer: ObservationWriter,
    servers: Servers,
  ) {
    this.sources = sources;
    this.writer = writer;
    this.servers = servers;
    this.times = new BoundedMap(LIMIT, () => {
      counters.partiesEvicted++;
    });
  }

  /** Somebody asks a telephone for credentials; false when he may. */
  asked(stranger: Address, phone: Address): boolean {
    if (!this.isStranger(stranger, phone)) return false;
    this.times.set(this.keyOf(stranger, phone), this.writer.now);
    return true;
  }

  /**
   * A request within a dialog was answered with 401 or 407. `called`: the call went from who asks to
   * who is asked; undefined: it was not seen. Who sends a server the BYE of a call that he made, or
   * made up, does not make it a thief by being asked who he is.
   */
  challenged(
    transaction: Transaction,
    message: SipMessage,
    packet: Packet,
    called: boolean | undefined,
  ): void {
    const { origin: phone, target: stranger } = transaction;
    if (called !== true && !this.isAtHome(phone)) return;
    if (!this.asked(stranger, phone)) return;
    const { now } = this.writer;
    const profile = this.sources.touch(stranger, now);
    const { status } = message;
    this.writer.say('challenge.from_stranger', doneBy(transaction, packet.sourcePort), profile, {
      status,
    });
  }

  /**
   * A request within a dialog, with credentials. A telephone that is registered elsewhere and puts
   * some into a BYE to a stranger who called it was asked for them, even where that was not seen.
   */
  credentials(transaction: Transaction, packet: Packet, called: boolean | undefined): void {
    const { origin: phone, target: stranger, credentials, methodId } = transaction;
    const [credential] = credentials;
    const { now } = this.writer;
    const at = this.times.peek(this.keyOf(stranger, phone)) ?? Number.NEGATIVE_INFINITY;
    const wasAsked = Math.abs(now - at) <= MEMORY;
    if (credential === undefined || !(wasAsked || methodId === Method.Bye)) return;
    // Of a call that was not seen either, one forged packet would tell: not where calls are seen.
    const isLikely = called ?? !this.sources.isTwoWay(now);
    const isStrange = this.isAtHome(phone) && this.isStranger(stranger, phone);
    if (!wasAsked && !(isLikely && isStrange)) return;
    const profile = this.sources.touch(stranger, now);
    const account = loginOf(transaction, credential);
    const doing = doneBy(transaction, packet.destinationPort);
    this.writer.say('credentials.leaked', doing, profile, { account });
  }

  table(): TableStatus {
    return this.times.status('challenges_strange');
  }

  /**
   * The host never granted the telephone anything, is not beside one of its servers (proxies share
   * a network), and not beside itself in a network of its own.
   */
  private isStranger(host: Address, phone: Address): boolean {
    const marks = this.sources.find(phone)?.targets.get(host) ?? 0;
    if ((marks & (Mark.Accepted | Mark.Registered)) !== 0) return false;
    const network = networkOf(host);
    if (isTrustedEnd(host) && network === networkOf(phone)) return false;
    return !this.servers.serversOf(phone).some((server) => networkOf(server) === network);
  }

  /** It is seen to be registered somewhere. */
  private isAtHome(phone: Address): boolean {
    return this.servers.serversOf(phone).length > 0;
  }

  private keyOf(stranger: Address, phone: Address): number {
    return this.hasher.begin().addKey(stranger).addKey(phone).end();
  }
}

/** The one who answers a request is held to account for it, as if he had asked. */
function doneBy(transaction: Transaction, port: number): Doing {
  const { origin, originPort, target, transport, method } = transaction;
  return {
    origin: target,
    originPort: port,
    target: origin,
    targetPort: originPort,
    transport,
    method,
  };
}
