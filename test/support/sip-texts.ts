/** SIP messages for tests that are about what happens between them. */

export interface RequestOptions {
  method?: string;
  /** User part of the Request-URI and of To. */
  user?: string;
  /** Request-URI and To, where they are not `sip:user@host`. */
  uri?: string;
  host?: string;
  fromUser?: string;
  fromTag?: string;
  toTag?: string;
  branch?: string;
  /** Via without its branch; else one with the client's port and rport. */
  via?: string;
  callId?: string;
  cseq?: number;
  /** More header lines. */
  headers?: readonly string[];
}

let serial = 0;

export function request(options: RequestOptions = {}): string {
  const { method = 'OPTIONS', user = '100', host = '203.0.113.5', fromUser = user } = options;
  const { uri = `sip:${user}@${host}` } = options;
  serial++;
  const { branch = `z9hG4bKt${serial}`, callId = `c${serial}`, cseq = 1 } = options;
  const { via = 'SIP/2.0/UDP 198.51.100.7:5060;rport' } = options;
  const toTag = options.toTag === undefined ? '' : `;tag=${options.toTag}`;
  return lines([
    `${method} ${uri} SIP/2.0`,
    `Via: ${via};branch=${branch}`,
    'Max-Forwards: 70',
    `From: <sip:${fromUser}@198.51.100.7>;tag=${options.fromTag ?? 'f1'}`,
    `To: <${uri}>${toTag}`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq} ${method}`,
    ...(options.headers ?? []),
    'Content-Length: 0',
  ]);
}

/** The answer to `requestText` (RFC 3261 §8.2.6): status such as `401 Unauthorized`. */
export function answer(
  requestText: string,
  status: string,
  headers: readonly string[] = [],
): string {
  const copied = requestText
    .split('\r\n')
    .filter((line) => /^(Via|From|To|Call-ID|CSeq):/.test(line))
    .map((line) => (line.startsWith('To:') && !line.includes(';tag=') ? `${line};tag=s1` : line));
  return lines([`SIP/2.0 ${status}`, ...copied, ...headers, 'Content-Length: 0']);
}

export function challenge(nonce: string, more = ''): string {
  return `WWW-Authenticate: Digest realm="example", nonce="${nonce}"${more}`;
}

export function credentials(username: string, nonce: string, response: string): string {
  return `Authorization: Digest username="${username}", realm="example", nonce="${nonce}", uri="sip:203.0.113.5", response="${response}"`;
}

function lines(list: readonly string[]): string {
  return `${list.join('\r\n')}\r\n\r\n`;
}
