import { z } from 'zod';
import { CIPHER_SUITES, CLIENT_AUTH_TYPES, CURVES, TLS_VERSION_NAMES } from './tls-settings.js';

/*
 * The file format that Prometheus and its exporters share:
 * https://prometheus.io/docs/prometheus/latest/configuration/https/. As there, an empty value is as
 * good as none.
 */

const text = z.string().nullish();

/** One of these names, or nothing. */
function nameOf<const T extends readonly string[]>(names: T) {
  return z.preprocess((value) => (value === '' ? undefined : value), z.enum(names).nullish());
}

function listOf<T extends string>(names: readonly T[]) {
  return z.array(z.enum(names)).nullish();
}

const tls = z.strictObject({
  cert: text,
  key: text,
  client_ca: text,
  cert_file: text,
  key_file: text,
  client_ca_file: text,
  client_auth_type: nameOf(CLIENT_AUTH_TYPES),
  client_allowed_sans: z.array(z.string()).nullish(),
  min_version: nameOf(TLS_VERSION_NAMES),
  max_version: nameOf(TLS_VERSION_NAMES),
  cipher_suites: listOf(Object.keys(CIPHER_SUITES)),
  prefer_server_cipher_suites: z.boolean().nullish(),
  curve_preferences: listOf(Object.keys(CURVES)),
});

/** No control characters: a header must not end before its line does (RFC 9110 §5.5). */
const header = z
  .string()
  .regex(/^[\t -~\u0080-\u00ff]*$/, 'has a character that a header must not have; remove it')
  .nullish();

const headers = z.strictObject({
  'Content-Security-Policy': header,
  'X-Frame-Options': nameOf(['deny', 'sameorigin']),
  'X-Content-Type-Options': nameOf(['nosniff']),
  'X-XSS-Protection': header,
  'Strict-Transport-Security': header,
});

/** bcrypt as `htpasswd -B` writes it. A cost above 15 takes many seconds for each new password. */
const hash = z
  .string()
  .regex(
    /^\$2[aby]\$(?:0[4-9]|1[0-5])\$[./A-Za-z0-9]{53}$/,
    'is no bcrypt hash with a cost from 4 to 15; make one with: htpasswd -nBC 10 NAME',
  );

export const webConfigSchema = z
  .strictObject({
    tls_server_config: tls.nullish(),
    http_server_config: z
      .strictObject({ http2: z.boolean().nullish(), headers: headers.nullish() })
      .nullish(),
    basic_auth_users: z.record(z.string(), hash).nullish(),
    rate_limit: z
      .strictObject({ interval: z.string(), burst: z.int().min(1).max(1_000_000) })
      .nullish(),
  })
  .nullable();

export type WebConfigDocument = NonNullable<z.output<typeof webConfigSchema>>;
export type TlsDocument = NonNullable<WebConfigDocument['tls_server_config']>;
