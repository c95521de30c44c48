import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { hashSync } from 'bcryptjs';
import { BasicAuth } from '../../src/http/basic-auth.js';
import { PasswordChecks } from '../../src/http/password-checks.js';
import { temporaryFile } from '../support/temporary-file.js';
import { ask, serve } from '../support/web.js';

const HASH = hashSync('open: sésame', 4);
const SLOW = hashSync('slow', 12);
const USERS = new Map([['alice', HASH]]);

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

const GOOD = basic('alice', 'open: sésame');

function authOf(t: TestContext): BasicAuth {
  const auth = new BasicAuth();
  t.after(() => auth.close());
  return auth;
}

test('only a known user with the right password is let in', async (t) => {
  const auth = authOf(t);
  const cases: [header: string | undefined, verdict: string][] = [
    [GOOD, 'allowed'],
    [GOOD.replace('Basic', 'basic  '), 'allowed'],
    [basic('alice', 'open'), 'refused'],
    [basic('alice', ''), 'refused'],
    [basic('bob', 'open: sésame'), 'refused'],
    [basic('', 'open: sésame'), 'refused'],
    [undefined, 'refused'],
    ['', 'refused'],
    ['Basic', 'refused'],
    ['Basic %%%', 'refused'],
    [`Basic ${Buffer.from('alice').toString('base64')}`, 'refused'],
    [GOOD.replace('Basic', 'Bearer'), 'refused'],
  ];
  for (const [header, verdict] of [...cases, ...cases]) {
    assert.equal(await auth.verdict(header, USERS), verdict, header);
  }
});

test('what was right for one hash is not right for another', async (t) => {
  const auth = authOf(t);
  assert.equal(await auth.verdict(GOOD, USERS), 'allowed');
  const changed = new Map([['alice', hashSync('another', 4)]]);
  assert.equal(await auth.verdict(GOOD, changed), 'refused');
  assert.equal(await auth.verdict(GOOD, new Map()), 'refused');
  assert.equal(await auth.verdict(GOOD, USERS), 'allowed');
});

/** Counts comparisons, and answers as it is told. */
class FakeChecks extends PasswordChecks {
  compared = 0;
  override compare(password: string): Promise<boolean | undefined> {
    this.compared++;
    return Promise.resolve(password === 'busy' ? undefined : password === 'right');
  }
}

test('a verdict is remembered, so that a scrape costs no comparison', async () => {
  const checks = new FakeChecks();
  const auth = new BasicAuth(checks);
  const right = basic('alice', 'right');
  const verdicts = await Promise.all([1, 2, 3].map(() => auth.verdict(right, USERS)));
  assert.deepEqual(verdicts, ['allowed', 'allowed', 'allowed']);
  assert.equal(checks.compared, 1, 'asked at the same time, compared once');
  for (let i = 0; i < 1000; i++) await auth.verdict(basic('alice', `guess ${i}`), USERS);
  await auth.verdict(right, USERS);
  assert.equal(checks.compared, 1001, 'a thousand guesses pushed the right one out of nothing');
});

test('an unknown user costs a comparison as a known one does', async () => {
  const checks = new FakeChecks();
  const auth = new BasicAuth(checks);
  assert.equal(await auth.verdict(basic('nobody', 'right'), USERS), 'refused');
  assert.equal(checks.compared, 1);
});

test('what could not be compared is not remembered', async () => {
  const auth = new BasicAuth(new FakeChecks());
  assert.equal(await auth.verdict(basic('alice', 'busy'), USERS), 'busy');
  assert.equal(await auth.verdict(basic('alice', 'busy'), USERS), 'busy');
});

const HERE = { known: true, client: '192.0.2.1' };

test('beyond so many of one client that wait, nothing is compared', async (t) => {
  const checks = new PasswordChecks();
  t.after(() => checks.close());
  const verdicts = await Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      checks.compare(i === 0 ? 'open: sésame' : 'x', HASH, HERE),
    ),
  );
  assert.equal(verdicts[0], true);
  assert.equal(verdicts.filter((verdict) => verdict === false).length, 8);
  assert.equal(verdicts.filter((verdict) => verdict === undefined).length, 31);
});

/** Verdicts in the order in which they came, when guesses come first and the right one last. */
async function underGuesses(
  t: TestContext,
  guess: (number: number) => [header: string, address: string],
  address: string,
): Promise<string[]> {
  const auth = authOf(t);
  const order: string[] = [];
  const users = new Map([['alice', hashSync('open: sésame', 8)]]);
  const ask = async (header: string, from: string) => {
    order.push(await auth.verdict(header, users, from));
  };
  await Promise.all([
    ...Array.from({ length: 60 }, (_, i) => ask(...guess(i))),
    ask(GOOD, address),
  ]);
  return order.filter((verdict) => verdict !== 'busy');
}

test('guesses at unknown names do not lock out a known one, even from the same address', async (t) => {
  const guess = (i: number): [string, string] => [basic('x', `${i}`), '127.0.0.1'];
  const order = await underGuesses(t, guess, '127.0.0.1');
  assert.ok(order.indexOf('allowed') !== -1, 'let in');
  assert.ok(order.indexOf('allowed') <= 2, `after ${order.indexOf('allowed')} guesses`);
});

test('guesses at a known name do not lock out another address', async (t) => {
  const guess = (i: number): [string, string] => [basic('alice', `${i}`), '192.0.2.1'];
  const order = await underGuesses(t, guess, '192.0.2.2');
  assert.ok(order.indexOf('allowed') !== -1, 'let in');
  assert.ok(order.indexOf('allowed') <= 2, `after ${order.indexOf('allowed')} guesses`);
});

test('addresses of one IPv6 network have one share, and IPv4 ones in IPv6 form each their own', async (t) => {
  const network = (i: number): [string, string] => [basic('alice', `${i}`), `2001:db8::${i + 1}`];
  const order = await underGuesses(t, network, '2001:db8:0:1::1');
  assert.ok(order.indexOf('allowed') !== -1, 'let in');
  assert.ok(order.length < 12, `${order.length} compared`);
  const mapped = (i: number): [string, string] => [basic('alice', `${i}`), '::ffff:192.0.2.1'];
  assert.ok((await underGuesses(t, mapped, '::ffff:192.0.2.2')).includes('allowed'));
});

test('closing answers those that wait', async () => {
  const checks = new PasswordChecks();
  const waiting = checks.compare('slow', SLOW, HERE);
  await checks.close();
  assert.equal(await waiting, undefined);
});

test('every page asks for the password, and known clients do not wait for guesses', async (t) => {
  const file = temporaryFile(t, 'web.yml', '');
  const users = (text: string) => writeFileSync(file, `basic_auth_users:\n${text}`);
  users(`  alice: ${HASH}\n`);
  const { url } = await serve(t, { configFile: file });
  for (const path of ['/', '/metrics', '/-/healthy', '/api/v1/status', '/nothing']) {
    const { status, headers } = await ask(url, path);
    assert.equal(status, 401, path);
    assert.equal(headers['www-authenticate'], 'Basic realm="sipseer"');
  }
  const good = { headers: { Authorization: GOOD } };
  assert.equal((await ask(url, '/metrics', good)).status, 200);
  users(`  alice: ${HASH}\n  slow: ${SLOW}\n`);
  const order: string[] = [];
  const guess = ask(url, '/', { headers: { Authorization: basic('slow', 'guess') } }).then(
    ({ status }) => order.push(`guess ${status}`),
  );
  await ask(url, '/metrics', good).then(({ status }) => order.push(`known ${status}`));
  await guess;
  assert.deepEqual(order, ['known 200', 'guess 401']);
});

test('answers have the headers that the file asks for, and a rate limit holds', async (t) => {
  const file = temporaryFile(
    t,
    'web.yml',
    'http_server_config:\n  headers:\n    Strict-Transport-Security: max-age=60\n    X-Frame-Options: sameorigin\nrate_limit: { interval: 1h, burst: 2 }\n',
  );
  const { url } = await serve(t, { configFile: file });
  const { headers } = await ask(url, '/');
  assert.equal(headers['strict-transport-security'], 'max-age=60');
  assert.equal(headers['x-frame-options'], 'sameorigin');
  assert.equal((await ask(url, '/')).status, 200);
  const { status, headers: refused } = await ask(url, '/');
  assert.equal(status, 429);
  assert.ok(refused['retry-after']);
});
