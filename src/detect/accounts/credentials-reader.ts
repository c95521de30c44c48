import { CredentialsView } from '../../sip/credentials.js';
import type { SipMessage } from '../../sip/message.js';
import { Header } from '../../sip/tokens.js';
import { hashText, hashWords } from '../../tables/hash.js';
import { shortCopy } from '../short-copy.js';
import type { Credential } from './credential.js';

/** Longest user name that is kept. */
const NAME_LIMIT = 64;
const AUTH_INT = 'auth-int';
const NONE: readonly Credential[] = [];

/**
 * Reads the credentials of a request: those for a server (Authorization) and those for a proxy
 * (Proxy-Authorization) apart, since a request on its way through both carries both, and each is
 * judged by its own challenger only (RFC 3261 §22.3).
 */
export class CredentialsReader {
  private readonly view = new CredentialsView();

  read(message: SipMessage): readonly Credential[] {
    const isForServer = message.count(Header.Authorization) > 0;
    const isForProxy = message.count(Header.ProxyAuthorization) > 0;
    if (!isForServer && !isForProxy) return NONE;
    const found: Credential[] = [];
    // The message's own view, which signatures read too, is of Authorization where there are both.
    add(message.credentials, message, !isForServer, found);
    if (isForServer && isForProxy) {
      const index = message.indexOf(Header.ProxyAuthorization);
      this.view.set(message.buf, message.valueFrom(index), message.valueTo(index));
      add(this.view, message, true, found);
    }
    return found;
  }
}

function add(
  view: CredentialsView,
  message: SipMessage,
  proxy: boolean,
  found: Credential[],
): void {
  const nonce = view.nonce();
  if (nonce === undefined) return;
  const realm = view.realm() ?? '';
  const name = accountName(view.username());
  found.push({
    proxy,
    realm: hashText(realm),
    username: name === '' ? undefined : shortCopy(name, NAME_LIMIT),
    nonce: hashText(nonce),
    guess: hashWords(view.response() ?? '', nonce),
    subject: subjectOf(view, nonce, realm, message.methodText() ?? ''),
  });
}

/** What makes the response, less the password and the user name: see `Credential`. */
function subjectOf(
  view: CredentialsView,
  nonce: string,
  realm: string,
  method: string,
): number | undefined {
  const qop = view.qop() ?? '';
  if (qop.length === AUTH_INT.length && qop.toLowerCase() === AUTH_INT) return undefined;
  const cnonce = view.cnonce() ?? '';
  const count = view.nc() ?? '';
  const algorithm = view.algorithm() ?? '';
  return hashWords(nonce, cnonce, count, qop, algorithm, realm, method, view.uri() ?? '');
}

/**
 * What stands before a colon: clients have been seen to put `user:password` there, which no alert
 * may show and which would make each guess an account of its own.
 */
function accountName(username = ''): string {
  const colon = username.indexOf(':');
  return colon === -1 ? username : username.slice(0, colon);
}
