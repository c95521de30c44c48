import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { checkWebConfig, readWebConfig } from '../../src/http/web-config.js';
import { makeCertificates } from '../support/certificates.js';
import { NO_PROMTOOL, promtool } from '../support/promtool.js';

const certificates = makeCertificates();
certificates?.signed('server', 'IP:127.0.0.1');
certificates?.selfSigned('other');
const folder = certificates?.folder ?? mkdtempSync(join(tmpdir(), 'sipseer-web-config-'));
after(() => rmSync(folder, { recursive: true }));
const NEEDS_OPENSSL = certificates === undefined ? 'openssl is not installed' : false;

const HASH = '$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi';

function written(text: string): string {
  const file = join(folder, 'web.yml');
  writeFileSync(file, text);
  return file;
}

/** Problems without the path of the file. */
function problemsOf(text: string): string[] {
  const file = written(text);
  return checkWebConfig(file).map((problem) => String(problem).replace(file, 'web.yml'));
}

const TLS = 'tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n';

const GOOD: Record<string, string> = {
  'nothing at all': '',
  'empty sections': 'tls_server_config:\nhttp_server_config:\nbasic_auth_users:\n',
  'empty file names': "tls_server_config: { cert_file: '', key_file: '' }\n",
  'a certificate': TLS,
  'client certificates': `${TLS}  client_ca_file: ca.pem\n  client_auth_type: RequireAndVerifyClientCert\n`,
  'everything about TLS': `${TLS}  min_version: TLS12
  max_version: TLS13
  prefer_server_cipher_suites: false
  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TLS_AES_128_GCM_SHA256]
  curve_preferences: [CurveP256, X25519]
`,
  users: `basic_auth_users:\n  alice: ${HASH}\n  bob.b: ${HASH.replace('2y', '2b')}\n`,
  headers:
    'http_server_config:\n  http2: false\n  headers:\n    X-Frame-Options: deny\n    Strict-Transport-Security: max-age=1\n',
};

/** Each is refused by promtool, too. */
const BAD: Record<string, [text: string, says: string]> = {
  'an unknown key': [
    'tls_server_config:\n  cert_fil: a\n',
    'web.yml:2: unknown key "cert_fil" (did you mean "cert_file"?); remove it or correct it',
  ],
  'a key without a certificate': [
    'tls_server_config:\n  key_file: server.key\n',
    'web.yml:1: tls_server_config.cert_file: is missing; add it',
  ],
  'a certificate without a key': [
    'tls_server_config:\n  cert_file: server.pem\n',
    'web.yml:1: tls_server_config.key_file: is missing; add it',
  ],
  'an authority that nobody asks for': [
    `${TLS}  client_ca_file: ca.pem\n`,
    'web.yml:1: tls_server_config.client_auth_type: is missing; give RequireAndVerifyClientCert to ask for certificates',
  ],
  'a header that is none of the known ones': [
    'http_server_config:\n  headers:\n    X-Own: a\n',
    'web.yml:3: unknown key "X-Own"; remove it or correct it',
  ],
  'a value that a header does not take': [
    'http_server_config:\n  headers:\n    X-Frame-Options: DENY\n',
    'web.yml:3: http_server_config.headers.X-Frame-Options: give one of deny, sameorigin',
  ],
  'a TLS version that there is not': [
    `${TLS}  min_version: TLS14\n`,
    'web.yml:4: tls_server_config.min_version: give one of TLS10, TLS11, TLS12, TLS13 (did you mean "TLS10"?)',
  ],
  'a password in plain text': [
    'basic_auth_users:\n  alice: secret\n',
    'web.yml:2: basic_auth_users.alice: is no bcrypt hash with a cost from 4 to 15; make one with: htpasswd -nBC 10 NAME',
  ],
};

for (const [name, text] of Object.entries(GOOD)) {
  const skip = text.includes('server.pem') && NEEDS_OPENSSL;
  test(`web.config.file takes ${name}, as promtool does`, { skip }, (t) => {
    assert.deepEqual(problemsOf(text), []);
    agreesWithPromtool(t, true);
  });
}

for (const [name, [text, says]] of Object.entries(BAD)) {
  const skip = text.includes('server.') && NEEDS_OPENSSL;
  test(`web.config.file refuses ${name}, as promtool does`, { skip }, (t) => {
    assert.deepEqual(problemsOf(text), [says]);
    agreesWithPromtool(t, false);
  });
}

function agreesWithPromtool(t: TestContext, good: boolean): void {
  if (NO_PROMTOOL) t.diagnostic(`not compared: ${NO_PROMTOOL}`);
  else assert.equal(promtool(['check', 'web-config', join(folder, 'web.yml')]).good, good);
}

test('all that is wrong is told at once, with its lines', () => {
  assert.deepEqual(
    problemsOf(
      'tls_server_config:\n  cert_file: 7\nhttp_server_config:\n  http2: maybe\nbasic_auth_users:\n  a: b\nrate_limits: 1\n',
    ).map((problem) => problem.split(':', 2).join(':')),
    ['web.yml:2', 'web.yml:4', 'web.yml:6', 'web.yml:7'],
  );
});

test('files that are missing or are not what they should be are named', {
  skip: NEEDS_OPENSSL,
}, () => {
  const says = (text: string) => problemsOf(text).join('\n');
  assert.match(
    says(TLS.replace('server.pem', 'none.pem')),
    /^web\.yml:2: .*cert_file: cannot be read: ENOENT/,
  );
  assert.equal(
    says(TLS.replace('server.pem', 'server.key')),
    'web.yml:2: tls_server_config.cert_file: holds no certificate in PEM form',
  );
  assert.equal(
    says(TLS.replace('server.key', 'other.key')),
    'web.yml:3: tls_server_config.key_file: is not the key of the certificate',
  );
  assert.match(says(TLS.replace('server.key', 'server.pem')), /^web\.yml:3: .*cannot be used: /);
});

test('what would let everybody in, or nobody, is refused', { skip: NEEDS_OPENSSL }, () => {
  const says = (more: string) => problemsOf(TLS + more).join('\n');
  assert.match(
    says('  client_auth_type: RequireAndVerifyClientCert\n'),
    /client_ca_file: .* needs it/,
  );
  assert.match(says('  client_allowed_sans: [a]\n'), /client_allowed_sans: needs client_auth_type/);
  assert.match(
    says('  min_version: TLS13\n  max_version: TLS12\n'),
    /max_version: must not be below/,
  );
  assert.match(
    problemsOf(`basic_auth_users:\n  a: ${HASH.replace('$10$', '$31$')}\n`).join(),
    /cost/,
  );
});

test('certificates may stand in the file, and a rate limit is read', {
  skip: NEEDS_OPENSSL,
}, () => {
  const pem = (name: string) =>
    readWebConfig(written(TLS)).config?.tls?.context[name as 'cert' | 'key'] as string;
  const block = (text: string) => `|\n${text.replaceAll(/^/gm, '    ')}`;
  const inline = `tls_server_config:\n  cert: ${block(pem('cert'))}\n  key: ${block(pem('key'))}\n`;
  assert.deepEqual(problemsOf(inline), []);
  assert.match(
    problemsOf(`${inline}  cert_file: server.pem\n`).join(),
    /cert: stands in the file and in cert_file; remove one/,
  );
  const { config } = readWebConfig(written('rate_limit: { interval: 100ms, burst: 5 }\n'));
  assert.deepEqual(config?.rateLimit, { interval: 0.1, burst: 5 });
  assert.match(problemsOf('rate_limit: { interval: soon, burst: 5 }\n').join(), /such as 100ms/);
});

test('a password hash is never in a problem', () => {
  assert.doesNotMatch(problemsOf(`basic_auth_users:\n  a: ${HASH}x\n`).join(), /QOauh/);
});
