import { createHash } from 'node:crypto';

export interface Credentials {
  readonly user: string;
  readonly realm: string;
  readonly password: string;
  readonly nonce: string;
  readonly method: string;
  readonly uri: string;
  /** With RFC 2617 qop=auth; undefined: as RFC 2069 has it. */
  readonly cnonce?: string | undefined;
  readonly nc?: number;
}

/** The value of Authorization or Proxy-Authorization (RFC 2617 §3.2.2), with a true response. */
export function digest(credentials: Credentials): string {
  const { user, realm, nonce, uri, cnonce, nc = 1 } = credentials;
  const count = nc.toString(16).padStart(8, '0');
  const parts = [
    `Digest username="${user}"`,
    `realm="${realm}"`,
    `nonce="${nonce}"`,
    `uri="${uri}"`,
    `response="${responseOf(credentials, count)}"`,
    'algorithm=MD5',
  ];
  if (cnonce !== undefined) parts.push(`cnonce="${cnonce}"`, 'qop=auth', `nc=${count}`);
  return parts.join(', ');
}

function responseOf(credentials: Credentials, count: string): string {
  const { user, realm, password, nonce, method, uri, cnonce } = credentials;
  const secret = md5(`${user}:${realm}:${password}`);
  const action = md5(`${method}:${uri}`);
  const middle = cnonce === undefined ? nonce : `${nonce}:${count}:${cnonce}:auth`;
  return md5(`${secret}:${middle}:${action}`);
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
