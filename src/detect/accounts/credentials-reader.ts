import { CredentialsView } from '../../sip/credentials.js';
import type { SipMessage } from '../../sip/message.js';
import { Header } from '../../sip/tokens.js';
import { Hasher } from '../../tables/hash.js';
import { shortCopy } from '../short-copy.js';
import type { Credential } from './credential.js';

/** Longest user name that is kept. */
const NAME_LIMIT = 64;
const AUTH_INT = 'auth-int';
const NONE: readonly Credential[] = [];

/** What makes the response besides nonce, realm, method and URI, in this order. */
const MORE = ['cnonce', 'nc', 'qop', 'algorithm'] as const;

/**
 * Reads the credentials of a request: those for a server (Authorization) and those for a proxy
 * (Proxy-Authorization) apart, since a request on its way through both carries both, and each is
 * judged by its own challenger only (RFC 3261 §22.3). What is kept are hashes: they are made of the
 * bytes, since most of these texts come once.
 */
export class CredentialsReader {
  private readonly view = new CredentialsView();
  private readonly hasher = new Hasher();
  private readonly ofNonce = new Hasher();

  read(message: SipMessage): readonly Credential[] {
    const isForServer = message.count(Header.Authorization) > 0;
    const isForProxy = message.count(Header.ProxyAuthorization) > 0;
    if (!isForServer && !isForProxy) return NONE;
    const found: Credential[] = [];
    // The message's own view, which signatures read too, is of Authorization where there are both.
    this.add(message.credentials, message, !isForServer, found);
    if (isForServer && isForProxy) {
      const index = message.indexOf(Header.ProxyAuthorization);
      this.view.set(message.buf, message.valueFrom(index), message.valueTo(index));
      this.add(this.view, message, true, found);
    }
    return found;
  }

  private add(
    view: CredentialsView,
    message: SipMessage,
    proxy: boolean,
    found: Credential[],
  ): void {
    const { hasher, ofNonce } = this;
    const nonceLength = view.addTo(ofNonce.begin(), 'nonce');
    if (nonceLength === -1) return;
    const realmLength = Math.max(0, view.addTo(hasher.begin(), 'realm'));
    const realm = hasher.addNumber(realmLength).end();
    const nonce = hasher.beginAs(ofNonce).addNumber(nonceLength).end();
    const name = accountName(view.username());
    found.push({
      proxy,
      realm,
      username: name === '' ? undefined : shortCopy(name, NAME_LIMIT),
      nonce,
      guess: this.guess(view),
      subject: this.subject(view, message, nonceLength),
    });
  }

  /** Of the response and the nonce, as words of one text. */
  private guess(view: CredentialsView): number {
    const { hasher } = this;
    const length = Math.max(0, view.addTo(hasher.begin(), 'response'));
    return hasher.addNumber(length + this.addWord(view, 'nonce')).end();
  }

  /**
   * What makes the response, less the password and the user name: see `Credential`. Words of one
   * text, as for the guess; `ofNonce` has its first.
   */
  private subject(
    view: CredentialsView,
    message: SipMessage,
    nonceLength: number,
  ): number | undefined {
    const qop = view.qop() ?? '';
    if (qop.length === AUTH_INT.length && qop.toLowerCase() === AUTH_INT) return undefined;
    const hasher = this.hasher.beginAs(this.ofNonce);
    let length = nonceLength;
    for (const name of MORE) length += this.addWord(view, name);
    length += this.addWord(view, 'realm');
    const { buf, methodFrom, methodTo } = message;
    hasher.addCharacters(' ').addWord(buf, methodFrom, methodTo);
    length += 1 + methodTo - methodFrom;
    length += this.addWord(view, 'uri');
    return hasher.addNumber(length).end();
  }

  /** A blank and a value, if it is there; gives how long they are. */
  private addWord(view: CredentialsView, name: string): number {
    return 1 + Math.max(0, view.addTo(this.hasher.addCharacters(' '), name));
  }
}

/**
 * What stands before a colon: clients have been seen to put `user:password` there, which no alert
 * may show and which would make each guess an account of its own.
 */
function accountName(username = ''): string {
  const colon = username.indexOf(':');
  return colon === -1 ? username : username.slice(0, colon);
}
