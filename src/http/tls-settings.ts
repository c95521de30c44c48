import type { SecureContextOptions, TLSSocket } from 'node:tls';

/*
 * web.config.file speaks of TLS in the words of Go's crypto/tls. Here they are put into those of
 * Node and OpenSSL.
 */

export const TLS_VERSIONS = {
  TLS10: 'TLSv1',
  TLS11: 'TLSv1.1',
  TLS12: 'TLSv1.2',
  TLS13: 'TLSv1.3',
} as const;
export type TlsVersion = keyof typeof TLS_VERSIONS;
export const TLS_VERSION_NAMES = Object.keys(TLS_VERSIONS) as TlsVersion[];

/** Those that Go's `tls.CipherSuites()` lists as secure. */
export const CIPHER_SUITES: Readonly<Record<string, string>> = {
  TLS_AES_128_GCM_SHA256: 'TLS_AES_128_GCM_SHA256',
  TLS_AES_256_GCM_SHA384: 'TLS_AES_256_GCM_SHA384',
  TLS_CHACHA20_POLY1305_SHA256: 'TLS_CHACHA20_POLY1305_SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: 'ECDHE-ECDSA-AES128-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: 'ECDHE-ECDSA-AES256-SHA',
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: 'ECDHE-RSA-AES128-SHA',
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: 'ECDHE-RSA-AES256-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 'ECDHE-RSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-RSA-CHACHA20-POLY1305',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-ECDSA-CHACHA20-POLY1305',
};

export const CURVES: Readonly<Record<string, string>> = {
  CurveP256: 'P-256',
  CurveP384: 'P-384',
  CurveP521: 'P-521',
  X25519: 'X25519',
};

/** What is asked of clients: Go's ClientAuthType. */
export const CLIENT_AUTH_TYPES = [
  'NoClientCert',
  'RequestClientCert',
  'RequireAnyClientCert',
  'VerifyClientCertIfGiven',
  'RequireAndVerifyClientCert',
] as const;
export type ClientAuthType = (typeof CLIENT_AUTH_TYPES)[number];

/** How the server speaks TLS. */
export interface TlsSettings {
  readonly context: SecureContextOptions;
  readonly clientAuth: ClientAuthType;
  /** Alternative names, one of which a client's certificate must have; empty: any. */
  readonly allowedSans: readonly string[];
}

/**
 * Whether a client whose handshake is done may go on. Node has completed the handshake without
 * judging, since it knows no more than "verify" or "do not".
 */
export function clientIsAllowed(socket: TLSSocket, settings: TlsSettings): boolean {
  const { clientAuth, allowedSans } = settings;
  const certificate = socket.getPeerX509Certificate();
  const given = certificate !== undefined;
  if (clientAuth === 'NoClientCert' || clientAuth === 'RequestClientCert') return true;
  if (!given) return clientAuth === 'VerifyClientCertIfGiven';
  if (clientAuth !== 'RequireAnyClientCert' && !socket.authorized) return false;
  return allowedSans.length === 0 || hasName(certificate.subjectAltName ?? '', allowedSans);
}

/**
 * Node writes the names as `DNS:a.example, IP Address:192.0.2.1`; one with a character that could
 * break this form is written in quotes, and so never equals an allowed one.
 */
function hasName(names: string, allowed: readonly string[]): boolean {
  return names
    .split(', ')
    .map((name) => name.slice(name.indexOf(':') + 1))
    .some((name) => allowed.includes(name));
}
