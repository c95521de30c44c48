import type { ExamplePacket } from '../../src/selftest/example-messages.js';
import { Random } from '../fuzz/random.js';
import { type CallOptions, type Dialog, playCall, type WithinOptions, within } from './calls.js';
import type { Knobs } from './family.js';
import { Host, type HostOptions, PHONE_AGENTS } from './host.js';
import { playRegister, type RegisterOptions } from './registering.js';
import type { SipRequest } from './sip-text.js';
import { makeReply, makeRequest, type ReplyOptions, type RequestOptions } from './sip-text.js';

/** A reply: `404 Not Found`, or with when it comes (seconds after the request) and more. */
export type Reply = string | (ReplyOptions & { readonly status: string; readonly after?: number });

export interface RtpOptions {
  /** Datagrams. Default 1. */
  readonly count?: number;
  /** Seconds between two. Default 0.02. */
  readonly every?: number;
  /** Bytes with the header of 12. Default 172: 20 ms of PCMA. */
  readonly size?: number;
  readonly payloadType?: number;
  readonly ssrc?: number;
  /** Units that the time stamp grows by. Default 160. */
  readonly step?: number;
  /** Seconds from now until the first. */
  readonly later?: number;
}

const NOTHING = Buffer.alloc(0);
/** One of a network, or of nothing in common; the first is the attacker of the plain form. */
const NEIGHBOURS = ['198.51.100.7', '198.51.100.23', '198.51.100.101', '198.51.100.206'];
const SCATTERED = ['198.51.100.7', '192.0.2.77', '198.18.5.9', '198.19.200.31'];
const V6_NEIGHBOURS = ['7', '23', '101', '206'].map((host) => `2001:db8:bad:7::${host}`);
const V6_SCATTERED = ['bad:7', 'c01d:1', 'fee1:2', 'dead:9'].map((net) => `2001:db8:${net}::7`);

/**
 * Where traffic is played: hosts say things at `at`, which nothing moves but `wait` and whoever sets
 * it. So what happens at the same time is told one after the other: set `at` back for the next.
 */
export class StageScene {
  readonly random: Random;
  /** Seconds since the scene began. */
  at = 0;
  /** Addresses whose frames a mirror of one direction does not show. */
  readonly servers = new Set<string>();
  readonly packets: ExamplePacket[] = [];
  /** What hosts speak when their options do not say it. */
  readonly transport: 'udp' | 'tcp';
  private serial = 0;

  constructor(seed: number, transport: 'udp' | 'tcp' = 'udp') {
    this.random = new Random(seed, 5);
    this.transport = transport;
  }

  wait(seconds: number): void {
    this.at += seconds;
  }

  /** Plays something at another time; `at` is afterwards what it was. */
  during<T>(at: number, play: () => T): T {
    const before = this.at;
    this.at = at;
    const result = play();
    this.at = before;
    return result;
  }

  /** Seconds between `least` and `most`, down to milliseconds. */
  seconds(least: number, most: number): number {
    return least + this.random.below(Math.round((most - least) * 1000) + 1) / 1000;
  }

  host(address: string, options: HostOptions = {}): Host {
    return new Host(address, { transport: this.transport, ...options });
  }

  /** A telephone of a known make. */
  phone(address: string, options: HostOptions = {}): Host {
    const agent = this.random.pick(PHONE_AGENTS);
    return new Host(address, { agent, transport: this.transport, ...options });
  }

  /** A registrar, proxy, PBX or gateway. */
  server(address: string, options: HostOptions = {}): Host {
    this.servers.add(address);
    const { transport } = this;
    return new Host(address, { agent: 'Asterisk PBX 18.20.0', transport, ...options });
  }

  /**
   * The attacking hosts as the knobs want them, all with the same tool: 198.51.100.7, its neighbours,
   * or scattered ones. `v6`: the same over IPv6. One port each, unless the options say which.
   */
  attackers(knobs: Knobs, options: HostOptions & { readonly v6?: boolean } = {}): Host[] {
    const { v6 = false, ...own } = options;
    const near = v6 ? V6_NEIGHBOURS : NEIGHBOURS;
    const all = knobs.scattered ? (v6 ? V6_SCATTERED : SCATTERED) : near;
    const agent = knobs.userAgent ?? own.agent;
    return all
      .slice(0, knobs.sources)
      .map((address) => new Host(address, { ...own, agent, transport: knobs.transport }));
  }

  /** Letters and digits, such as tags and Call-IDs are made of. */
  token(length: number): string {
    let text = '';
    while (text.length < length) text += this.random.word().toString(36);
    return text.slice(0, length);
  }

  /** Hexadecimal digits. */
  hex(length: number): string {
    let text = '';
    while (text.length < length) text += this.random.word().toString(16).padStart(8, '0');
    return text.slice(0, length);
  }

  /** Makes a request; `send` or `ask` puts it on the wire. */
  request(from: Host, to: Host, options: RequestOptions): SipRequest {
    this.serial++;
    return makeRequest(from, to, options, {
      branch: `z9hG4bK${this.hex(10)}${this.serial.toString(36)}`,
      callId: `${this.hex(16)}${this.serial.toString(36)}@${from.ownAddress}`,
      fromTag: this.hex(10),
    });
  }

  /** A datagram, or over TCP a message: a text, bytes, or a request that was made. */
  send(from: Host, to: Host, what: SipRequest | string | Buffer, later = 0): void {
    const text = typeof what === 'string' || Buffer.isBuffer(what) ? what : what.text;
    const payload = typeof text === 'string' ? Buffer.from(text, 'utf8') : text;
    this.push(from, to, payload, later, from.transport);
  }

  /** Sends a request (that was made, or its options) and the replies of who gets it. */
  ask(from: Host, to: Host, what: SipRequest | RequestOptions, ...replies: Reply[]): SipRequest {
    const request = 'text' in what ? what : this.request(from, to, what);
    this.send(from, to, request);
    let after = 0;
    for (const reply of replies) {
      const own = typeof reply === 'string' ? { status: reply } : reply;
      after = own.after ?? after + this.seconds(0.008, 0.03);
      this.reply(request, own.status, after, own);
    }
    return request;
  }

  /** A reply to a request that was sent, `later` seconds from now. */
  reply(request: SipRequest, status: string, later = 0.02, options: ReplyOptions = {}): void {
    const { from, to } = request;
    const payload = Buffer.from(makeReply(request, status, options), 'utf8');
    this.push(to, from, payload, later, from.transport);
  }

  /** The same bytes again as timer E or A would (RFC 3261 §17.1): after 0.5, 1, 2, 4, 4… s. */
  retransmit(request: SipRequest, times: number): void {
    let later = 0;
    for (let i = 0; i < times; i++) {
      later += Math.min(0.5 * 2 ** i, request.method === 'INVITE' ? 32 : 4);
      this.send(request.from, request.to, request, later);
    }
  }

  /** ACK to a final reply that is not 2xx: same branch, same CSeq number (RFC 3261 §17.1.1.3). */
  ack(request: SipRequest, toTag: string | undefined, later = 0): void {
    this.sameTransaction(request, 'ACK', toTag, later);
  }

  /** CANCEL of a request, and its 200 and 487 with the ACK to that, where the other side answers. */
  cancel(request: SipRequest, toTag: string | undefined, later = 0, isAnswered = true): void {
    const cancel = this.sameTransaction(request, 'CANCEL', undefined, later);
    if (!isAnswered) return;
    this.reply(cancel, '200 OK', later + 0.01);
    this.reply(
      request,
      '487 Request Terminated',
      later + 0.02,
      toTag === undefined ? {} : { toTag },
    );
    this.ack(request, toTag, later + 0.03);
  }

  /** An account registers as phones do: REGISTER, 401, REGISTER with credentials, and how it ends. */
  register(phone: Host, server: Host, account: string, options: RegisterOptions = {}): void {
    playRegister(this, phone, server, account, options);
  }

  /** A call from beginning to end; `at` stays where it is, the dialog says when the call is over. */
  call(caller: Host, callee: Host, options: CallOptions): Dialog {
    return playCall(this, caller, callee, options);
  }

  /** A request inside a dialog, by the caller or the callee, and the replies to it. */
  within(dialog: Dialog, options: WithinOptions, ...replies: Reply[]): SipRequest {
    return within(this, dialog, options, replies);
  }

  /** RTP datagrams (RFC 3550 §5.1) from one `ADDRESS:PORT` to another. */
  rtp(from: string, to: string, options: RtpOptions = {}): void {
    const { count = 1, every = 0.02, size = 172, payloadType = 8, step = 160, later = 0 } = options;
    const { ssrc = this.random.word() } = options;
    for (let i = 0; i < count; i++) {
      const payload = Buffer.alloc(size, 0xd5);
      payload[0] = 0x80;
      payload[1] = payloadType;
      payload.writeUInt16BE(i & 0xffff, 2);
      payload.writeUInt32BE((i * step) >>> 0, 4);
      payload.writeUInt32BE(ssrc, 8);
      this.datagram(from, to, payload, later + i * every);
    }
  }

  /** Any datagram between endpoints as texts. */
  datagram(from: string, to: string, payload: Buffer, later = 0): void {
    const at = this.at + later;
    this.packets.push({
      at,
      from,
      to,
      transport: 'udp',
      kind: 'payload',
      payload,
      overlapping: false,
    });
  }

  /** A TCP segment without a message (see PacketKind), or an ICMP error of a router. */
  segment(
    from: Host,
    to: Host,
    kind: Exclude<ExamplePacket['kind'], 'payload'>,
    later = 0,
    transport: 'udp' | 'tcp' = 'tcp',
  ): void {
    const at = this.at + later;
    const [own, other] = [from.endpoint, to.endpoint];
    const payload = NOTHING;
    this.packets.push({ at, from: own, to: other, transport, kind, payload, overlapping: false });
  }

  private push(from: Host, to: Host, payload: Buffer, later: number, transport: 'udp' | 'tcp') {
    const at = this.at + later;
    const [own, other] = [from.endpoint, to.endpoint];
    this.packets.push({
      at,
      from: own,
      to: other,
      transport,
      kind: 'payload',
      payload,
      overlapping: false,
    });
  }

  private sameTransaction(
    request: SipRequest,
    method: string,
    toTag: string | undefined,
    later: number,
  ): SipRequest {
    const { from, to, options, uri, callId, branch, fromTag, cseq } = request;
    const { headers: _, body: __, contentType: ___, ...kept } = options;
    const known = { uri, callId, branch, fromTag, cseq, toTag: options.toTag ?? toTag };
    const next = this.request(from, to, { ...kept, ...known, method, contact: false });
    this.send(from, to, next, later);
    return next;
  }
}
