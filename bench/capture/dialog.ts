import { compose, type Fields } from './agent.js';
import {
  compact,
  forwarded,
  handedBack,
  headerOf,
  isNamed,
  type Message,
  textOf,
} from './message-text.js';
import type { Party } from './party.js';
import type { Path } from './path.js';
import type { Script } from './schedule.js';

/** From one party to another: one path, or several with a proxy between two of them. */
export interface Route {
  readonly hops: readonly Hop[];
  /** One less than hops. */
  readonly proxies: readonly Party[];
}

export interface Hop {
  readonly path: Path;
  /** The one who calls is at the near end of the path. */
  readonly fromNear: boolean;
}

export function direct(path: Path, fromNear: boolean): Route {
  return { hops: [{ path, fromNear }], proxies: [] };
}

interface Options {
  readonly fields?: Fields;
  readonly body?: string;
  /** The sender has more to say at the same moment: see `Path.send`. */
  readonly isLast?: boolean;
  /** Only so far from the caller: 1 is to the first proxy, and an answer is that proxy's own. */
  readonly hops?: number;
}

interface Names {
  /** Request-URI of what is sent before the dialog stands; without it the callee's address. */
  readonly target?: string;
  /** Where they are not those of caller and target. */
  readonly from?: string;
  readonly to?: string;
}

/** What two parties say to each other with one Call-ID, inside a dialog or before there is one. */
export class Dialog {
  readonly caller: Party;
  readonly callee: Party;
  private cseq: number;
  private readonly route: Route;
  private readonly target: string;
  private readonly from: string;
  private readonly to: string;
  private readonly callId: string;
  private readonly fromTag: string;
  private toTag = '';
  private isAnswered = false;
  /** The last INVITE as it was sent over each hop. */
  private invited: Message[] = [];

  constructor(caller: Party, callee: Party, route: Route, names: Names = {}) {
    this.caller = caller;
    this.callee = callee;
    this.route = route;
    this.target = names.target ?? callee.uri;
    this.from = names.from ?? caller.nameAddr;
    this.to = names.to ?? (names.target === undefined ? callee.nameAddr : `<${names.target}>`);
    this.callId = caller.callId();
    this.fromTag = caller.tag();
    this.cseq = caller.random.chance(0.5) ? 1 : caller.random.int(1, 60_000);
  }

  /** Sends a request on its way; gives it as it arrives. `back`: from the callee to the caller. */
  *request(method: string, options: Options = {}, back = false): Script<Message> {
    const hops = this.hopsOf(options);
    let arriving = this.compose(method, options, back);
    if (method === 'INVITE') this.invited = [];
    for (let i = 0; i < hops.length; i++) {
      const { path, fromNear } = hops[back ? hops.length - 1 - i : i]!;
      if (method === 'INVITE') this.invited.push(arriving);
      yield* this.send(path, fromNear !== back, arriving, options.isLast);
      arriving = seenFrom(arriving, fromNear !== back ? path.near : path.far);
      if (i === hops.length - 1) break;
      const proxy = this.route.proxies[back ? hops.length - 2 - i : i]!;
      arriving = forwarded(arriving, proxy.via(), this.recordRoute(proxy));
      if (i === hops.length - 2) arriving = this.routed(arriving, method, back);
    }
    return arriving;
  }

  /** RFC 3261 §17.1.1.3: each hop confirms a refusal by itself, with the Via of its own INVITE. */
  *confirmRefusal(hops = this.route.hops.length): Script {
    for (let i = hops - 1; i >= 0; i--) {
      const { path, fromNear } = this.route.hops[i]!;
      const invite = this.invited[i]!;
      const sender = i === 0 ? this.caller : this.route.proxies[i - 1]!;
      const ack = compose(invite.start.replace('INVITE', 'ACK'), sender.agent.layouts.other, {
        Via: headerOf(invite, 'Via'),
        From: headerOf(invite, 'From'),
        To: this.toTag === '' ? this.to : `${this.to};tag=${this.toTag}`,
        'Call-ID': this.callId,
        CSeq: `${this.cseq} ACK`,
        'Max-Forwards': '70',
        'User-Agent': sender.userAgent,
      });
      yield* this.send(path, fromNear, ack);
    }
    this.toTag = '';
  }

  /** The answer to a request as it arrived. */
  *reply(request: Message, status: string, options: Options = {}, back = false): Script {
    const hops = this.hopsOf(options);
    if (this.toTag === '' && !status.startsWith('100')) this.toTag = this.callee.tag();
    this.isAnswered ||= status.startsWith('2');
    let arriving = this.composeReply(request, status, options, back);
    for (let i = 0; i < hops.length; i++) {
      const { path, fromNear } = hops[back ? i : hops.length - 1 - i]!;
      yield* this.send(path, fromNear === back, arriving, options.isLast);
      if (i < hops.length - 1) arriving = handedBack(arriving);
    }
  }

  private *send(path: Path, fromNear: boolean, message: Message, isLast?: boolean): Script {
    path.send(fromNear, textOf(message), isLast);
    if (isLast !== false) yield this.caller.random.between(0.0004, 0.02);
  }

  private hopsOf({ hops }: Options): readonly Hop[] {
    return hops === undefined ? this.route.hops : this.route.hops.slice(0, hops);
  }

  private compose(method: string, { fields, body }: Options, back: boolean): Message {
    const [sender, receiver] = back ? [this.callee, this.caller] : [this.caller, this.callee];
    const { register, invite, other } = sender.agent.layouts;
    const layout = method === 'REGISTER' ? register : method === 'INVITE' ? invite : other;
    const uri = this.isAnswered && this.isDialog ? receiver.contactUri : this.target;
    if (method !== 'ACK') this.cseq++;
    const all: Fields = {
      Via: sender.via(),
      ...this.ends(back),
      'Call-ID': this.callId,
      CSeq: `${this.cseq} ${method}`,
      Contact: sender.contact,
      'Max-Forwards': '70',
      'User-Agent': sender.userAgent,
      Route: this.isAnswered ? this.routes(back) : undefined,
      ...fields,
    };
    return written(sender, compose(`${method} ${uri} SIP/2.0`, layout, all, body));
  }

  private composeReply(
    request: Message,
    status: string,
    { fields, body, hops }: Options,
    back: boolean,
  ): Message {
    const own = hops === 1 ? this.route.proxies[0] : undefined;
    const sender = own ?? (back ? this.caller : this.callee);
    const layout = sender.agent.layouts.reply;
    const values = (name: string) =>
      request.headers.filter((header) => isNamed(header, name)).map(([, value]) => value);
    const to = headerOf(request, 'To');
    const tagged = to.includes(';tag=') || this.toTag === '' ? to : `${to};tag=${this.toTag}`;
    const all: Fields = {
      Via: own ? values('Via').slice(-1) : values('Via'),
      'Record-Route': own ? [] : values('Record-Route'),
      From: headerOf(request, 'From'),
      To: status.startsWith('100') ? to : tagged,
      'Call-ID': this.callId,
      CSeq: headerOf(request, 'CSeq'),
      'User-Agent': layout.some(([name]) => name === 'Server') ? undefined : sender.userAgent,
      Contact: /^(1[1-9]|2)/.test(status) && this.isDialog ? sender.contact : undefined,
      ...fields,
    };
    return written(sender, compose(`SIP/2.0 ${status}`, layout, all, body));
  }

  private get isDialog(): boolean {
    return this.target !== registrarOf(this.callee);
  }

  private ends(back: boolean): Fields {
    const from = `${this.from};tag=${this.fromTag}`;
    const to = this.toTag === '' || !this.isAnswered ? this.to : `${this.to};tag=${this.toTag}`;
    return back ? { From: to, To: from } : { From: from, To: to };
  }

  /** RFC 3261 §16.6, item 2: the last proxy writes where the callee is in place of its name. */
  private routed(message: Message, method: string, back: boolean): Message {
    if (back || this.isAnswered || !this.isDialog || this.callee.user === '') return message;
    return { ...message, start: `${method} ${this.callee.contactUri} SIP/2.0` };
  }

  private recordRoute(proxy: Party): string {
    return this.isAnswered || !this.isDialog
      ? ''
      : `<sip:${proxy.own.host};lr;ftag=${this.fromTag}>`;
  }

  private routes(back: boolean): readonly string[] {
    const { proxies } = this.route;
    const inOrder = back ? proxies.toReversed() : proxies;
    return inOrder.map((proxy) => `<sip:${proxy.own.host};lr;ftag=${this.fromTag}>`);
  }
}

function written({ agent }: Party, message: Message): Message {
  return agent.isCompact ? compact(message) : message;
}

/** Request-URI of a REGISTER (RFC 3261 §10.2). */
export function registrarOf(server: Party): string {
  return `sip:${server.domain}`;
}

/** RFC 3581 §4: who receives a request writes beside `rport` where it came from. */
function seenFrom(message: Message, from: { host: string; port: number }): Message {
  const via = headerOf(message, 'Via');
  const filled = via.replace(/;rport(?=;|$)/, `;rport=${from.port};received=${from.host}`);
  if (filled === via) return message;
  const first = message.headers.findIndex((header) => isNamed(header, 'Via'));
  const headers = message.headers.map((header, i) =>
    i === first ? ([header[0], filled] as const) : header,
  );
  return { ...message, headers };
}
