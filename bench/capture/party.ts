import type { Agent } from './agent.js';
import type { Socket } from './packet-file.js';
import type { Random } from './random.js';

/** A phone, a server or a carrier's border: who it is and where. */
export class Party {
  readonly userAgent: string | undefined;
  private readonly instance: string;

  readonly agent: Agent;
  /** Where others see it. */
  readonly socket: Socket;
  /** What it believes its address to be, and so writes: differs behind a NAT. */
  readonly own: Socket;
  readonly user: string;
  readonly name: string;
  readonly domain: string;
  readonly transport: 'UDP' | 'TCP';
  readonly random: Random;

  constructor(
    agent: Agent,
    socket: Socket,
    own: Socket,
    user: string,
    name: string,
    domain: string,
    transport: 'UDP' | 'TCP',
    random: Random,
  ) {
    this.agent = agent;
    this.socket = socket;
    this.own = own;
    this.user = user;
    this.name = name;
    this.domain = domain;
    this.transport = transport;
    this.random = random;
    const { userAgents } = agent;
    this.userAgent = userAgents.length > 0 ? random.pick(userAgents) : undefined;
    this.instance = random.uuid();
  }

  /** A new one each time, for each request has its own branch (RFC 3261 §8.1.1.7). */
  via(): string {
    const { own, transport, agent } = this;
    const parameters = agent.via.replace('branch', `branch=z9hG4bK${agent.branch(this.random)}`);
    return `SIP/2.0/${transport} ${own.host}:${own.port};${parameters}`;
  }

  get contactUri(): string {
    const { own } = this;
    const user = this.user === '' ? '' : `${this.user}@`;
    const transport = this.transport === 'TCP' ? ';transport=tcp' : '';
    return `sip:${user}${own.host}:${own.port}${transport}`;
  }

  get contact(): string {
    return `<${this.contactUri}>${(this.agent.contact ?? '').replace('UUID', this.instance)}`;
  }

  /** Address of record. */
  get uri(): string {
    return this.user === '' ? `sip:${this.domain}` : `sip:${this.user}@${this.domain}`;
  }

  /** As it stands in From and To. */
  get nameAddr(): string {
    return this.name === '' ? `<${this.uri}>` : `"${this.name}" <${this.uri}>`;
  }

  tag(): string {
    return this.agent.tag(this.random);
  }

  callId(): string {
    return this.agent.callId(this.random, this.own.host);
  }

  /** An offer or an answer, with the direction of its audio (RFC 3264 §8.4 for hold). */
  sdp(session: number, version: number, port: number, direction = 'sendrecv'): string {
    const { own, agent } = this;
    const kind = own.isV6 ? 'IP6' : 'IP4';
    const text = agent.sdp
      .replaceAll('HOST', own.address)
      .replace('IPV', kind)
      .replace('PORT', String(port))
      .replace(/a=sendrecv(?!.*a=sendrecv)/s, `a=${direction}`);
    const origin = this.user === '' ? '-' : this.user;
    const head = `v=0\no=${origin} ${session} ${version} IN ${kind} ${own.address}\n`;
    return `${head}${text}\n`.replaceAll('\n', '\r\n');
  }
}
