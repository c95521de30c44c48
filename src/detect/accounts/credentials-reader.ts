import { CredentialsView } from '../../sip/credentials.js';
import type { SipMessage } from '../../sip/message.js';
import { Header } from '../../sip/tokens.js';
import { hashText } from '../../tables/hash.js';
import { shortCopy } from '../short-copy.js';
import type { Credential } from './credential.js';

/** Longest user name that is kept. */
const NAME_LIMIT = 64;

/**
 * Reads the credentials of a request: those for a server (Authorization) and those for a proxy
 * (Proxy-Authorization) apart, since a request on its way through both carries both, and each is
 * judged by its own challenger only (RFC 3261 §22.3).
 */
export class CredentialsReader {
  private readonly view = new CredentialsView();

  read(message: SipMessage): Credential[] {
    const found: Credential[] = [];
    this.add(message, Header.Authorization, false, found);
    this.add(message, Header.ProxyAuthorization, true, found);
    return found;
  }

  private add(message: SipMessage, header: Header, proxy: boolean, found: Credential[]): void {
    const index = message.indexOf(header);
    if (index === -1) return;
    const { view } = this;
    view.set(message.buf, message.valueFrom(index), message.valueTo(index));
    const nonce = view.nonce();
    if (nonce === undefined) return;
    const realm = view.realm() ?? '';
    const name = accountName(view.username());
    found.push({
      proxy,
      realm: hashText(realm),
      username: name === '' ? undefined : shortCopy(name, NAME_LIMIT),
      nonce: hashText(nonce),
      guess: hashText(`${view.response() ?? ''} ${nonce}`),
      subject: subjectOf(view, message.methodText()),
    });
  }
}

/** What makes the response, less the password and the user name: see `Credential`. */
function subjectOf(view: CredentialsView, method = ''): number | undefined {
  const qop = view.qop() ?? '';
  if (qop.toLowerCase() === 'auth-int') return undefined;
  const client = `${view.cnonce() ?? ''} ${view.nc() ?? ''} ${qop} ${view.algorithm() ?? ''}`;
  const request = `${view.realm() ?? ''} ${method} ${view.uri() ?? ''}`;
  return hashText(`${view.nonce() ?? ''} ${client} ${request}`);
}

/**
 * What stands before a colon: clients have been seen to put `user:password` there, which no alert
 * may show and which would make each guess an account of its own.
 */
function accountName(username = ''): string {
  const colon = username.indexOf(':');
  return colon === -1 ? username : username.slice(0, colon);
}
