import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import {
  CIPHER_SUITES,
  CURVES,
  TLS_VERSION_NAMES,
  TLS_VERSIONS,
  type TlsSettings,
} from './tls-settings.js';
import type { TlsDocument } from './web-config-schema.js';

type Tell = (path: readonly PropertyKey[], message: string) => void;

const SECTION = 'tls_server_config';
const PEMS = ['cert', 'key', 'client_ca'] as const;
type Pem = (typeof PEMS)[number];

/**
 * The section tls_server_config with the files it names, each of which is added to `files`; a
 * relative path is relative to `file`. Undefined where TLS is off, or something is wrong: then it
 * has been told.
 */
export function readTls(
  file: string,
  section: TlsDocument,
  files: string[],
  problem: Tell,
): TlsSettings | undefined {
  const given = PEMS.filter((name) => section[name] || section[`${name}_file`]);
  if (given.length === 0 && !section.client_auth_type) return undefined;
  let wrong = false;
  const tell = (key: string, message: string) => {
    wrong = true;
    problem([SECTION, key], `${SECTION}.${key}: ${message}`);
  };
  const pems = new Map<Pem, string>();
  for (const name of PEMS) {
    const pem = readPem(file, section, name, files, tell);
    if (pem !== undefined) pems.set(name, pem);
  }
  checkCompany(section, tell);
  if (wrong) return undefined;
  const context = contextOf(section, pems);
  const fault = faultOf(context);
  if (fault !== undefined) {
    tell(section[fault.pem] ? fault.pem : `${fault.pem}_file`, fault.message);
  }
  return {
    context,
    clientAuth: section.client_auth_type ?? 'NoClientCert',
    allowedSans: section.client_allowed_sans ?? [],
  };
}

function readPem(
  file: string,
  section: TlsDocument,
  name: Pem,
  files: string[],
  tell: (key: string, message: string) => void,
): string | undefined {
  const inline = section[name];
  const path = section[`${name}_file`];
  if (inline && path) tell(name, `stands in the file and in ${name}_file; remove one of them`);
  if (inline) return inline;
  if (!path) return undefined;
  const full = resolve(dirname(file), path);
  files.push(full);
  try {
    return readFileSync(full, 'utf8');
  } catch (error) {
    tell(`${name}_file`, `cannot be read: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

/** What must not stand alone. */
function checkCompany(section: TlsDocument, tell: (key: string, message: string) => void): void {
  const { client_auth_type: type, client_allowed_sans: sans } = section;
  const has = (name: Pem) => Boolean(section[name] || section[`${name}_file`]);
  if (!has('cert')) tell('cert_file', 'is missing; add it');
  if (!has('key')) tell('key_file', 'is missing; add it');
  const asks = type && type !== 'NoClientCert';
  if (has('client_ca') && !asks) {
    tell('client_auth_type', 'is missing; give RequireAndVerifyClientCert to ask for certificates');
  }
  if (asks && /Verify/.test(type) && !has('client_ca')) {
    tell('client_ca_file', `${type} needs it; name the authority that signs your clients`);
  }
  if (sans?.length && !type?.startsWith('Require')) {
    tell('client_allowed_sans', 'needs client_auth_type RequireAndVerifyClientCert');
  }
  const { min_version: min, max_version: max } = section;
  if (min && max && TLS_VERSION_NAMES.indexOf(min) > TLS_VERSION_NAMES.indexOf(max)) {
    tell('max_version', `must not be below min_version, ${min}`);
  }
}

function contextOf(section: TlsDocument, pems: ReadonlyMap<Pem, string>): SecureContextOptions {
  const ciphers = section.cipher_suites?.map((name) => CIPHER_SUITES[name]!);
  const curves = section.curve_preferences?.map((name) => CURVES[name]!);
  const ca = pems.get('client_ca');
  return {
    cert: pems.get('cert')!,
    key: pems.get('key')!,
    minVersion: TLS_VERSIONS[section.min_version ?? 'TLS12'],
    maxVersion: TLS_VERSIONS[section.max_version ?? 'TLS13'],
    honorCipherOrder: section.prefer_server_cipher_suites ?? true,
    ...(ca === undefined ? {} : { ca }),
    ...(ciphers?.length ? { ciphers: ciphers.join(':') } : {}),
    ...(curves?.length ? { ecdhCurve: curves.join(':') } : {}),
  };
}

/** What OpenSSL says of certificate, key and authority, and of which. */
function faultOf(context: SecureContextOptions): { pem: Pem; message: string } | undefined {
  for (const [pem, text] of [
    ['cert', context.cert],
    ['client_ca', context.ca],
  ] as const) {
    try {
      if (text !== undefined) new X509Certificate(String(text));
    } catch {
      return { pem, message: 'holds no certificate in PEM form' };
    }
  }
  try {
    createSecureContext(context);
    return undefined;
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH') {
      return { pem: 'key', message: 'is not the key of the certificate' };
    }
    return { pem: 'key', message: `certificate and key cannot be used: ${message}` };
  }
}
