import { digest } from '../digest.js';
import type { Knobs } from '../family.js';
import { Host, PHONE_AGENTS } from '../host.js';
import { type RequestOptions, type SipRequest, sdp } from '../sip-text.js';
import type { Reply, StageScene } from '../stage.js';

export interface AttackOptions {
  /** What the tool calls itself. Default: a desk phone, since names prove nothing. */
  readonly agent?: string;
  readonly port?: number;
  /** Instead of what the knobs say. */
  readonly transport?: 'udp' | 'tcp';
  readonly addresses?: readonly string[];
  readonly v6?: boolean;
}

export interface Guess {
  readonly user: string;
  readonly password: string;
  readonly nonce: string;
  /** As RFC 2617 has it, with a client nonce. Default: without. */
  readonly cnonce?: string;
  readonly callId?: string;
  readonly fromTag?: string;
  readonly cseq?: number;
  readonly contact?: string;
}

export const REALM = 'asterisk';

/** The first answer of a registrar, or that to a wrong password (RFC 7616 §3.3). */
export function challenge(
  nonce: string,
  status = '401 Unauthorized',
): { readonly status: string; readonly headers: readonly string[] } {
  const name = status.startsWith('407') ? 'Proxy' : 'WWW';
  return {
    status,
    headers: [`${name}-Authenticate: Digest realm="${REALM}", nonce="${nonce}", algorithm=MD5`],
  };
}

/** RFC 3261 §8.2.6, for a request that only exists as text. */
function replyTo(request: string, status: string, headers: readonly string[]): string {
  const copied = request
    .split('\r\n')
    .filter((line) => /^(Via|From|To|Call-ID|CSeq):/i.test(line))
    .map((line) =>
      /^To:.*;tag=/i.test(line) ? line : line.replace(/^(To:.*)$/i, '$1;tag=as71c3'),
    );
  return `${[`SIP/2.0 ${status}`, ...copied, ...headers, 'Content-Length: 0'].join('\r\n')}\r\n\r\n`;
}

/** The attacking side of a scene: its hosts take turns, and its pauses obey the rate. */
export class Attack {
  readonly hosts: readonly Host[];
  private readonly stage: StageScene;
  private readonly rate: number;
  private turn = 0;

  constructor(stage: StageScene, knobs: Knobs, options: AttackOptions = {}) {
    const { port = 5060, addresses, v6 = false } = options;
    const agent = options.agent ?? stage.random.pick(PHONE_AGENTS);
    const wanted = { ...knobs, transport: options.transport ?? knobs.transport };
    this.stage = stage;
    this.rate = knobs.rate;
    const own = { port, agent: knobs.userAgent ?? agent, transport: wanted.transport };
    this.hosts =
      addresses === undefined
        ? stage.attackers(wanted, { port, agent, v6 })
        : addresses.map((address) => new Host(address, own));
  }

  /** Whose turn it is. */
  next(): Host {
    return this.hosts[this.turn++ % this.hosts.length]!;
  }

  pause(seconds: number): void {
    this.stage.wait(seconds / this.rate);
  }

  ask(from: Host, to: Host, what: SipRequest | RequestOptions, ...replies: Reply[]): SipRequest {
    return this.stage.ask(from, to, what, ...replies);
  }

  /** A text of a tool, and what is said to it. */
  askText(
    from: Host,
    to: Host,
    text: string,
    status: string,
    headers: readonly string[] = [],
  ): void {
    this.stage.send(from, to, text);
    this.stage.during(this.stage.at + 0.02, () =>
      this.replyToText(from, to, text, status, headers),
    );
  }

  replyToText(
    from: Host,
    to: Host,
    text: string,
    status: string,
    headers: readonly string[] = [],
  ): void {
    const back = to.with({ transport: from.transport });
    this.stage.send(back, from, replyTo(text, status, headers));
  }

  /** A request to where nobody is: over TCP not even a connection comes about. */
  askNobody(from: Host, to: Host, options: RequestOptions): void {
    if (from.transport === 'tcp') this.stage.segment(from, to, 'syn');
    else this.stage.ask(from, to, options);
  }

  /** An INVITE that is refused, and the ACK that whoever wants to look honest sends. */
  invite(from: Host, to: Host, options: Omit<RequestOptions, 'method'>, reply: Reply): SipRequest {
    const body = sdp(from.ownAddress, 11_000);
    const request = this.ask(from, to, { ...options, method: 'INVITE', body }, reply);
    this.stage.ack(request, undefined, 0.05);
    return request;
  }

  /** A REGISTER with credentials; what the registrar says is given. */
  guess(from: Host, to: Host, guess: Guess, ...replies: Reply[]): SipRequest {
    const { user, password, nonce, cnonce, callId, fromTag, cseq = 2, contact } = guess;
    const uri = `sip:${to.name}`;
    const login = { user, password, nonce, cnonce, realm: REALM, method: 'REGISTER', uri };
    return this.ask(
      from,
      to,
      {
        method: 'REGISTER',
        user,
        cseq,
        ...(callId === undefined ? {} : { callId }),
        ...(fromTag === undefined ? {} : { fromTag }),
        ...(contact === undefined ? {} : { contact }),
        headers: ['Expires: 3600', `Authorization: ${digest(login)}`],
      },
      ...replies,
    );
  }

  /** What a family gives back: its hosts, or what they have in common. */
  result(...instead: readonly string[]): { attackers: readonly string[] } {
    return { attackers: instead.length > 0 ? instead : this.hosts.map(({ address }) => address) };
  }
}
