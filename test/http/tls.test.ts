import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { after, type TestContext, test } from 'node:test';
import type { ConnectionOptions } from 'node:tls';
import { WebConfigError } from '../../src/http/current-web-config.js';
import { makeCertificates } from '../support/certificates.js';
import { ask, type Served, serve } from '../support/web.js';

const made = makeCertificates();
const options = { skip: made === undefined ? 'openssl is not installed' : false };
// Tests that use it are skipped where there is none.
const certificates = made!;
made?.signed('server', 'IP:127.0.0.1,DNS:localhost');
made?.signed('renewed', 'IP:127.0.0.1');
made?.signed('prometheus', 'DNS:prometheus.example.net,IP:192.0.2.1');
made?.selfSigned('stranger');
after(() => made?.remove());

const read = (file: string) => readFileSync(certificates.path(file));
const ca = made === undefined ? undefined : read('ca.pem');

/** What a client trusts, and what it shows of itself. */
function client(name?: string): { tls: ConnectionOptions } {
  const own = name === undefined ? {} : { cert: read(`${name}.pem`), key: read(`${name}.key`) };
  return { tls: { ca, ...own } as ConnectionOptions };
}

let files = 0;

/** A server with this section of TLS; `change` writes its file anew. */
async function serveTls(
  t: TestContext,
  more: string,
): Promise<Served & { change(text: string): void; file: string }> {
  const file = certificates.path(`web-${++files}.yml`);
  const change = (text: string) => {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  };
  change(section(more));
  return { ...(await serve(t, { configFile: file })), change, file };
}

function section(more = '', name = 'server'): string {
  return `tls_server_config:\n  cert_file: ${name}.pem\n  key_file: ${name}.key\n${more}`;
}

/** Whether the request is answered. */
async function isLetIn({ url }: Served, name?: string): Promise<boolean> {
  return await ask(url, '/-/healthy', client(name)).then(
    ({ status }) => status === 200,
    () => false,
  );
}

test('pages are served over TLS, and not over plain HTTP', options, async (t) => {
  const { url } = await serveTls(t, '');
  assert.match(url, /^https:/);
  assert.equal((await ask(url, '/metrics', client())).status, 200);
  await assert.rejects(ask(url.replace('https', 'http'), '/metrics'));
  await assert.rejects(ask(url, '/metrics'), /certificate/, 'an authority that is not trusted');
});

test('curl can fetch over TLS, with HTTP/1.1', options, async (t) => {
  const { url } = await serveTls(
    t,
    '  client_ca_file: ca.pem\n  client_auth_type: RequireAndVerifyClientCert\n',
  );
  const args = ['-sS', '--cacert', 'ca.pem', '--cert', 'prometheus.pem', '--key', 'prometheus.key'];
  const { stdout, stderr, error } = await curl([
    ...args,
    '-w',
    '%{http_version}',
    `${url}/-/healthy`,
  ]);
  if (error !== undefined) t.skip('curl is not installed');
  else assert.equal(`${stderr}${stdout}`, 'sipseer is healthy.\n1.1');
});

/** Not in the way of the server, which runs in this process. */
async function curl(args: string[]): Promise<{ stdout: string; stderr: string; error?: Error }> {
  if (spawnSync('curl', ['--version']).error) return { stdout: '', stderr: '', error: new Error() };
  const { runCommand } = await import('../support/run-program.js');
  return await runCommand('curl', args, { cwd: certificates.folder });
}

test('each way of asking for client certificates lets in whom it should', options, async (t) => {
  const needsCa = '  client_ca_file: ca.pem\n';
  const cases: [type: string, ca: string, none: boolean, stranger: boolean, known: boolean][] = [
    ['NoClientCert', '', true, true, true],
    ['RequestClientCert', '', true, true, true],
    ['RequireAnyClientCert', '', false, true, true],
    ['VerifyClientCertIfGiven', needsCa, true, false, true],
    ['RequireAndVerifyClientCert', needsCa, false, false, true],
  ];
  for (const [type, authority, none, stranger, known] of cases) {
    const served = await serveTls(t, `  client_auth_type: ${type}\n${authority}`);
    assert.equal(await isLetIn(served), none, `${type}, no certificate`);
    assert.equal(await isLetIn(served, 'stranger'), stranger, `${type}, a strange one`);
    assert.equal(await isLetIn(served, 'prometheus'), known, `${type}, a known one`);
  }
});

test('a client certificate must have one of the allowed names', options, async (t) => {
  const auth = '  client_ca_file: ca.pem\n  client_auth_type: RequireAndVerifyClientCert\n';
  for (const [allowed, letIn] of [
    ['prometheus.example.net', true],
    ['192.0.2.1', true],
    ['example.net', false],
    ['DNS:prometheus.example.net', false],
  ] as const) {
    const served = await serveTls(t, `${auth}  client_allowed_sans: ['${allowed}']\n`);
    assert.equal(await isLetIn(served, 'prometheus'), letIn, allowed);
  }
});

test('a TLS version that is too old is refused', options, async (t) => {
  const { url } = await serveTls(t, '  min_version: TLS13\n');
  const { tls } = client();
  await assert.rejects(ask(url, '/metrics', { tls: { ...tls, maxVersion: 'TLSv1.2' } }));
  assert.equal(
    (await ask(url, '/metrics', { tls: { ...tls, minVersion: 'TLSv1.3' } })).status,
    200,
  );
});

test('only the cipher suites that are listed are spoken', options, async (t) => {
  const suites =
    '  max_version: TLS12\n  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]\n';
  const { url } = await serveTls(t, suites);
  const { tls } = client();
  const with_ = (ciphers: string) => ask(url, '/metrics', { tls: { ...tls, ciphers } });
  assert.equal((await with_('ECDHE-ECDSA-AES128-GCM-SHA256')).status, 200);
  await assert.rejects(with_('ECDHE-ECDSA-AES256-GCM-SHA384'));
});

test('a renewed certificate is shown to the very next client', options, async (t) => {
  const { url, change } = await serveTls(t, '');
  const subject = () =>
    new Promise<string>((resolve, reject) => {
      const tls: ConnectionOptions = {
        ...client().tls,
        checkServerIdentity: (_, certificate) => {
          resolve(String(certificate.subject.CN));
          return undefined;
        },
      };
      ask(url, '/-/healthy', { tls }).catch(reject);
    });
  assert.equal(await subject(), 'server');
  change(section('', 'renewed'));
  assert.equal(await subject(), 'renewed');
  // As certbot does it: the file stays, what is in it changes.
  copyFileSync(certificates.path('server.key'), certificates.path('renewed.key'));
  copyFileSync(certificates.path('server.pem'), certificates.path('renewed.pem'));
  assert.equal(await subject(), 'server');
});

test('a new file with an error changes nothing, and is told once', options, async (t) => {
  const served = await serveTls(t, '');
  served.change(section('  min_version: TLS99\n'));
  assert.ok(await isLetIn(served));
  assert.ok(await isLetIn(served));
  assert.equal(served.warnings.length, 1);
  assert.match(served.warnings[0]!, /the old settings stay: .*:4: tls_server_config\.min_version/);
  served.change(section('  min_version: TLS13\n'));
  await assert.rejects(
    ask(served.url, '/', { tls: { ...client().tls, maxVersion: 'TLSv1.2' } }),
    'the corrected file is used',
  );
  rmSync(served.file);
  assert.ok(await isLetIn(served));
  assert.match(served.warnings[1]!, /cannot be read: ENOENT/);
  assert.equal(served.warnings.length, 2);
});

test(
  'switching TLS or client certificates on or off is left to a restart, and told',
  options,
  async (t) => {
    const served = await serveTls(t, '');
    served.change('');
    assert.ok(await isLetIn(served));
    served.change(section('  client_auth_type: RequireAnyClientCert\n'));
    assert.ok(await isLetIn(served));
    assert.deepEqual(
      served.warnings.map((text) => text.replace(/.*stay: /, '')),
      [
        'switching TLS on or off takes a restart',
        'beginning or ceasing to ask for client certificates takes a restart',
      ],
    );
  },
);

test('a session of before does not carry over what is asked for now', options, async (t) => {
  const auth = (type: string) => `  client_ca_file: ca.pem\n  client_auth_type: ${type}\n`;
  const served = await serveTls(t, auth('VerifyClientCertIfGiven'));
  let session: Buffer | undefined;
  const { connect } = await import('node:tls');
  const { port } = new URL(served.url);
  const socket = connect({ port: Number(port), host: '127.0.0.1', ca: ca! });
  socket.on('session', (ticket) => (session = ticket));
  socket.write('GET /-/healthy HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  await new Promise((resolve) => socket.resume().on('close', resolve));
  served.change(section(auth('RequireAndVerifyClientCert')));
  const resumed = { tls: { ...client().tls, ...(session === undefined ? {} : { session }) } };
  await assert.rejects(ask(served.url, '/-/healthy', resumed));
});

test('a file with errors is refused before anything is opened', options, async (t) => {
  const configFile = certificates.path('bad.yml');
  writeFileSync(configFile, 'tls_server_config:\n  cert_file: none.pem\n');
  await assert.rejects(serve(t, { configFile }), (error: unknown) => {
    assert.ok(error instanceof WebConfigError);
    assert.equal(error.problems.length, 2);
    return true;
  });
});

test('a client that never ends its handshake is let go', options, async (t) => {
  const file = certificates.path('slow.yml');
  writeFileSync(file, section());
  const { url } = await serve(t, { configFile: file, limits: { handshake: 300 } });
  const { talk } = await import('../support/web.js');
  assert.equal(await talk(url, '\u0016\u0003\u0001'), '');
});
