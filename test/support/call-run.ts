import type { Observation } from '../../src/detect/observation.js';
import type { ObserverRun } from './observer-run.js';
import { answer, request } from './sip-texts.js';

/** Calls for tests that are about what happens in them. */

export const PHONE = '192.0.2.20';
export const REGISTRAR = '203.0.113.5';
export const STRANGER = '198.51.100.7';

export interface CallOptions {
  from?: string;
  to?: string;
  /** User parts of From and of the Request-URI. */
  caller?: string;
  callee?: string;
  callId?: string;
  headers?: readonly string[];
  /** The session description of the INVITE. */
  sdp?: string;
}

export interface RegisterOptions {
  phone?: string;
  registrar?: string;
  user?: string;
  contact?: string;
}

let serial = 0;

/** One call told step by step; times in seconds. */
export class CallRun {
  readonly run: ObserverRun;
  readonly from: string;
  readonly to: string;
  readonly invite: string;
  private readonly caller: string;
  private readonly callee: string;
  private readonly callId: string;

  constructor(run: ObserverRun, options: CallOptions = {}) {
    serial++;
    const { from = STRANGER, to = PHONE, caller = '100', callee = '1001' } = options;
    const { callId = `call${serial}`, headers = [] } = options;
    this.run = run;
    this.from = from;
    this.to = to;
    this.caller = caller;
    this.callee = callee;
    this.callId = callId;
    const invite = request({ ...this.ids, method: 'INVITE', headers });
    this.invite = options.sdp === undefined ? invite : withBody(invite, options.sdp);
  }

  begin(time: number): this {
    this.run.send(this.invite, time, this.from, this.to);
    return this;
  }

  /** The called host's word to the INVITE. */
  says(status: string, time: number, sdp?: string): this {
    const reply = answer(this.invite, status);
    const text = sdp === undefined ? reply : withBody(reply, sdp);
    this.run.send(text, time, this.to, this.from);
    return this;
  }

  cancel(time: number, headers: readonly string[] = []): this {
    return this.sends('CANCEL', time, headers);
  }

  ack(time: number): this {
    this.run.send(request({ ...this.ids, method: 'ACK', toTag: 's1' }), time, this.from, this.to);
    return this;
  }

  bye(by: 'caller' | 'callee', time: number): this {
    const { run, from, to, ids } = this;
    const tags = by === 'caller' ? { toTag: 's1' } : { fromTag: 's1', toTag: 'f1' };
    const ends: [string, string] = by === 'caller' ? [from, to] : [to, from];
    run.send(request({ ...ids, ...tags, method: 'BYE', cseq: 2 }), time, ...ends);
    return this;
  }

  sends(method: string, time: number, headers: readonly string[] = []): this {
    this.run.send(request({ ...this.ids, method, headers }), time, this.from, this.to);
    return this;
  }

  private get ids() {
    const { callId, caller, callee, to } = this;
    return { callId, fromUser: caller, user: callee, host: to };
  }
}

/** A telephone registers; with `contact`, at that URI. */
export function registers(run: ObserverRun, time = 0, options: RegisterOptions = {}): void {
  const { phone = PHONE, registrar = REGISTRAR, user = '1001' } = options;
  const { contact = `sip:${user}@${phone}:5060` } = options;
  const headers = [`Contact: <${contact}>`];
  const text = run.send(request({ method: 'REGISTER', user, headers }), time, phone, registrar);
  run.send(answer(text, '200 OK', [...headers, 'Expires: 3600']), time + 0.1, registrar, phone);
}

/** The one observation of its kind. */
export function only(list: readonly Observation[]): Observation {
  if (list.length !== 1) throw new Error(`${list.length} observations instead of one`);
  return list[0]!;
}

function withBody(message: string, sdp: string): string {
  const length = `Content-Type: application/sdp\r\nContent-Length: ${sdp.length}`;
  return message.replace('Content-Length: 0', length) + sdp;
}
