import { digest } from './digest.js';
import type { Host } from './host.js';
import { contactOf } from './sip-text.js';
import type { StageScene } from './stage.js';

export interface RegisterOptions {
  readonly password?: string;
  readonly realm?: string;
  readonly domain?: string;
  readonly expires?: number;
  /**
   * How it ends: `ok`; `wrong` password (401 again with a new nonce, 403 with `forbids`); `unknown`
   * account (404 at once); `silent` (no reply at all, sent again as timer E wants).
   */
  readonly result?: 'ok' | 'wrong' | 'forbids' | 'unknown' | 'silent';
  /** A nonce that is still valid: no challenge comes first. */
  readonly nonce?: string;
  readonly nc?: number;
  /** RFC 3261 §10.2.4: kept over re-registrations by most phones. */
  readonly callId?: string;
  readonly cseq?: number;
  /** Contact header as sent; default the phone's own. */
  readonly contact?: string;
  /** Further Contact header values that the 200 lists: other bindings of the account. */
  readonly others?: readonly string[];
  readonly headers?: readonly string[];
  /** One way through the network and back (seconds). Default 0.02. */
  readonly delay?: number;
}

/** See StageScene.register. */
export function playRegister(
  stage: StageScene,
  phone: Host,
  server: Host,
  account: string,
  options: RegisterOptions,
): void {
  const { password = `pw-${account}`, expires = 3600, result = 'ok', delay = 0.02 } = options;
  const { domain = server.name, realm = domain, contact = contactOf(phone, account) } = options;
  const { callId = `${stage.hex(16)}@${phone.ownAddress}`, headers = [] } = options;
  let cseq = options.cseq ?? 1;
  const fromTag = stage.hex(10);
  const common = { method: 'REGISTER', user: account, domain, contact, callId, fromTag };
  const ask = (later: number, more: readonly string[]) => {
    const own = { ...common, cseq: cseq++, headers: [`Expires: ${expires}`, ...headers, ...more] };
    const request = stage.request(phone, server, own);
    stage.send(phone, server, request, later);
    return request;
  };
  const authenticate = (nonce: string) =>
    `WWW-Authenticate: Digest algorithm=MD5, realm="${realm}", nonce="${nonce}", qop="auth"`;
  let { nonce } = options;
  let later = 0;
  if (nonce === undefined) {
    const first = ask(0, []);
    if (result === 'silent') stage.retransmit(first, 5);
    if (result === 'unknown') stage.reply(first, '404 Not Found', delay);
    if (result === 'silent' || result === 'unknown') return;
    nonce = stage.hex(24);
    stage.reply(first, '401 Unauthorized', delay, { headers: [authenticate(nonce)] });
    later = delay * 1.5;
  }
  const wrong = result === 'wrong' || result === 'forbids';
  const login = digest({
    user: account,
    realm,
    password: wrong && options.password === undefined ? 'mistyped' : password,
    nonce,
    method: 'REGISTER',
    uri: `sip:${domain}`,
    cnonce: stage.hex(8),
    nc: options.nc ?? 1,
  });
  const second = ask(later, [`Authorization: ${login}`]);
  const answers = {
    wrong: ['401 Unauthorized', [authenticate(stage.hex(24))]],
    forbids: ['403 Forbidden', []],
    ok: ['200 OK', bindings(contact, expires, options.others)],
  } as const;
  const [status, lines] = answers[wrong ? result : 'ok'];
  stage.reply(second, status, later + delay, { headers: lines });
}

function bindings(contact: string, expires: number, others: readonly string[] = []): string[] {
  const own = contact === '*' || expires === 0 ? [] : [`Contact: ${contact};expires=${expires}`];
  return [...own, ...others.map((value) => `Contact: ${value}`)];
}
