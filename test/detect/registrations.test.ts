import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { ContactFacts } from '../../src/detect/accounts/contact-facts.js';
import type { SavedEntry } from '../../src/telemetry/saved-entry.js';
import { parseAddress } from '../../src/wire/address.js';
import { ObserverRun, SERVER } from '../support/observer-run.js';
import { answer, challenge, credentials, request } from '../support/sip-texts.js';

const HOME = '192.0.2.10';
const SECOND_HOME = '192.0.2.77:5062';
const ABROAD = '198.51.100.7';
const REGISTRAR = parseAddress(SERVER)!;

interface Registering {
  from?: string;
  user?: string;
  /** Contact values; the first of the source itself if left out. */
  contacts?: string[];
  expires?: number;
  agent?: string;
  host?: string;
  status?: string;
  /** Contact values of the answer; those of the request if left out. */
  listed?: string[];
  headers?: string[];
}

/** Telephones that register; a second passes after each. */
class Phones extends ObserverRun {
  time = 0;

  register(options: Registering = {}): this {
    const { from = HOME, user = '1001', agent = 'Phone 1.0', host = SERVER, expires } = options;
    const address = from.includes(':') ? from : `${from}:5060`;
    const { contacts = [`<sip:${user}@${address}>`], status = '200 OK' } = options;
    const { listed = contacts, headers = [] } = options;
    this.time += 1;
    const text = request({
      method: 'REGISTER',
      user,
      host,
      headers: [
        ...contacts.map((contact) => `Contact: ${contact}`),
        ...(expires === undefined ? [] : [`Expires: ${expires}`]),
        `User-Agent: ${agent}`,
        ...headers,
      ],
    });
    this.send(text, this.time, from);
    const more = listed.map((contact) => `Contact: ${contact}`);
    this.send(answer(text, status, more), this.time + 0.01, SERVER, from);
    return this;
  }

  /** Credentials that the registrar does not believe. */
  fails(times: number, from: string, user = '1001'): this {
    for (let n = 0; n < times; n++) {
      const headers = [credentials(user, `n${this.time}`, `r${this.time}`)];
      this.time += 1;
      const text = request({ method: 'REGISTER', user, headers });
      this.send(text, this.time, from);
      const again = answer(text, '401 Unauthorized', [challenge(`n${this.time}`)]);
      this.send(again, this.time + 0.01, SERVER, from);
    }
    return this;
  }

  bound(): ContactFacts[] {
    return this.of('contact.bound').map(({ contact }) => contact!);
  }

  removed(): ContactFacts[] {
    return this.of('contact.removed').map(({ contact }) => contact!);
  }
}

const run = () => new Phones();

/** A REGISTER without credentials is challenged. */
const asks = (phones: Phones, from: string) =>
  phones.register({ from, status: '401 Unauthorized', listed: [] });

describe('contacts that a registrar binds', () => {
  test('a first registration is no news of a network; the same again says nothing', () => {
    const phones = run().register().register();
    const [facts, ...more] = phones.bound();
    assert.deepEqual(more, []);
    assert.deepEqual(facts, {
      address: `${HOME}:5060`,
      all: false,
      known: false,
      newNetwork: false,
      foreign: false,
      others: 0,
      displaced: 0,
      agentChanged: false,
      failuresBefore: 0,
      failingNetworks: 0,
      failuresNear: 0,
      failingAddressesNear: 0,
      byStranger: false,
      rebound: false,
    });
  });

  test('what was granted to a REGISTER that was not seen, after one that was challenged', () => {
    const answered = (to: string) => {
      const phones = run();
      asks(phones, HOME);
      const lost = request({ method: 'REGISTER', user: '1001', cseq: 2 });
      const listed = [`Contact: <sip:1001@${HOME}:5060>;expires=3600`];
      phones.send(answer(lost, '200 OK', listed), phones.time + 0.1, SERVER, to);
      return phones.bound().map(({ address }) => address);
    };
    assert.deepEqual(answered(HOME), [`${HOME}:5060`]);
    assert.deepEqual(answered(ABROAD), [], 'somebody else was answered');
    assert.deepEqual(answered(`${HOME}:5077`), [], 'another port was');
  });

  test('a registrar that refuses binds nothing', () => {
    const phones = run().register({ status: '403 Forbidden' });
    assert.deepEqual(phones.bound(), []);
    assert.equal(phones.observer.registrations.isEndpoint(parseAddress(HOME)!), false);
  });

  test('who only asks which contacts there are binds none', () => {
    const phones = run().register({ contacts: [], listed: [`<sip:1001@${HOME}:5060>`] });
    assert.deepEqual(phones.bound(), []);
  });

  test('several contacts in one REGISTER, in one field and in several', () => {
    const first = `<sip:1001@${HOME}:5060>, "b, c" <sip:1001@${HOME}:5062>;q=0.5`;
    const phones = run().register({ contacts: [first, `<sip:1001@${HOME}:5064>`] });
    assert.deepEqual(
      phones.bound().map(({ address }) => address),
      [`${HOME}:5060`, `${HOME}:5062`, `${HOME}:5064`],
    );
  });

  test('another port of the same network is a new contact at home', () => {
    const [, again] = run().register().register({ from: SECOND_HOME }).bound();
    assert.equal(again?.newNetwork, false);
    assert.equal(again?.foreign, false);
  });

  test('a contact on a foreign network, while the telephone at home is bound', () => {
    const [, abroad] = run().register().register({ from: ABROAD, agent: 'other' }).bound();
    assert.equal(abroad?.newNetwork, true);
    assert.equal(abroad?.foreign, true);
    assert.equal(abroad?.others, 1);
    assert.equal(abroad?.agentChanged, true);
    assert.equal(abroad?.byStranger, true);
  });

  test('when the telephone at home was gone, the network is new, and nothing is foreign', () => {
    const phones = run().register({ expires: 60 });
    phones.time = 100;
    const [, abroad] = phones.register({ from: ABROAD }).bound();
    assert.equal(abroad?.newNetwork, true);
    assert.equal(abroad?.foreign, false);
  });

  test('a network where the account was bound before is no news', () => {
    const phones = run().register().register({ from: ABROAD, expires: 10 });
    phones.time = 100;
    assert.equal(phones.register({ from: ABROAD }).bound().at(-1)?.newNetwork, false);
  });

  test('a new version of the same telephone is the same telephone', () => {
    const phones = run().register({ agent: 'Soft/5.2.1 (x86)' });
    const [, again] = phones.register({ from: ABROAD, agent: 'Soft/5.3.0 (x86)' }).bound();
    assert.equal(again?.agentChanged, false);
  });

  test('the same private contact from another network is another telephone', () => {
    const contacts = ['<sip:1001@192.168.1.5:5060>'];
    const [, other] = run().register({ contacts }).register({ contacts, from: ABROAD }).bound();
    assert.equal(other?.foreign, true);
  });

  test('accounts of one name in two domains are two; an address stands for each domain', () => {
    const phones = run()
      .register({ host: 'a.example' })
      .register({ host: 'b.example', from: ABROAD });
    assert.equal(phones.bound()[1]?.newNetwork, false);
    phones.register({ host: SERVER, from: '203.0.113.200' });
    assert.equal(phones.bound()[2]?.newNetwork, true);
  });

  test('what the registrar lists was bound, by whomever; what it lists no more was given up', () => {
    const own = `<sip:1001@${HOME}:5060>;expires=60`;
    const other = '<sip:1001@100.0.0.9:5060>;expires=60';
    const phones = run().register({ contacts: [own], listed: [own, other] });
    assert.equal(phones.bound()[0]?.others, 1);
    const [, abroad] = phones.register({ from: ABROAD }).bound();
    assert.equal(abroad?.others, 2);
    assert.equal(abroad?.displaced, 2);
  });

  test('a registrar that rewrites contacts has given up none', () => {
    const listed = ['<sip:x@10.0.0.1:5060>'];
    const [, abroad] = run().register({ listed }).register({ from: ABROAD, listed }).bound();
    assert.equal(abroad?.others, 1);
    assert.equal(abroad?.displaced, 0);
  });
});

describe('failures before', () => {
  test('those of strangers count, from wherever; those of the account itself do not', () => {
    const phones = run().register().fails(3, '100.0.0.1').fails(4, '100.0.1.1').fails(5, HOME);
    phones.fails(2, '198.51.100.8').fails(2, '198.51.100.9');
    const abroad = phones.register({ from: ABROAD }).bound().at(-1);
    assert.equal(abroad?.failuresBefore, 3 + 4 + 2 + 2);
    assert.equal(abroad?.failingNetworks, 3);
    assert.equal(abroad?.failuresNear, 4);
    assert.equal(abroad?.failingAddressesNear, 2);
  });

  test('one with a nonce that nobody saw issued counts when the next is wrong too', () => {
    const abroad = (times: number) =>
      run().register().fails(times, ABROAD).register({ from: ABROAD }).bound().at(-1);
    assert.equal(abroad(1)?.failuresBefore, 0);
    assert.equal(abroad(2)?.failuresBefore, 2);
  });

  test('one whose answer was lost counts when the next is wrong, not when it is right', () => {
    const abroad = (times: number) => {
      const phones = run().register().fails(2, ABROAD);
      const headers = [credentials('1001', 'lost', 'lost')];
      phones.send(request({ method: 'REGISTER', user: '1001', headers }), phones.time, ABROAD);
      phones.time += 60;
      return phones.fails(times, ABROAD).register({ from: ABROAD }).bound().at(-1);
    };
    assert.equal(abroad(0)?.failuresBefore, 2);
    assert.equal(abroad(1)?.failuresBefore, 4);
  });

  test('one that was not seen itself counts by the answer to it', () => {
    const abroad = (status: string, more: string, after = 0.1) => {
      const phones = run().register();
      asks(phones, ABROAD);
      const lost = request({ method: 'REGISTER', user: '1001', cseq: 2 });
      const time = phones.time + after;
      phones.send(answer(lost, status, [challenge('n2', more)]), time, SERVER, ABROAD);
      phones.time += 10;
      return phones.register({ from: ABROAD }).bound().at(-1)?.failuresBefore;
    };
    assert.equal(abroad('401 Unauthorized', ''), 1);
    assert.equal(abroad('401 Unauthorized', ', stale=true'), 0);
    assert.equal(abroad('100 Trying', ''), 0);
    assert.equal(abroad('401 Unauthorized', '', 6), 0, 'nobody waits that long');
  });

  test('those of another account, and those of long ago, do not', () => {
    const phones = run().register().fails(9, '100.0.0.1').fails(9, '100.0.0.1', '1002');
    phones.time += 6 * 3600 + 1;
    assert.equal(phones.register({ from: ABROAD }).bound().at(-1)?.failuresBefore, 0);
  });
});

describe('contacts that are removed', () => {
  const all = { contacts: ['*'], expires: 0, listed: [] };

  test('by the telephone itself: one, and all', () => {
    const phones = run().register();
    phones.register({ expires: 0, listed: [] });
    phones.register(all);
    const [one, every] = phones.removed();
    assert.deepEqual([one?.address, one?.all, one?.byStranger], [`${HOME}:5060`, false, false]);
    assert.deepEqual([every?.address, every?.all, every?.byStranger], ['*', true, false]);
  });

  test('by a parameter of the contact (RFC 3261 §10.2.1.1)', () => {
    const contacts = [`<sip:1001@${HOME}:5060>;expires=0`];
    assert.equal(
      run().register().register({ contacts, expires: 60, listed: [] }).removed().length,
      1,
    );
  });

  test('all by a stranger: told after half a minute in which he bound none', () => {
    const phones = run()
      .register()
      .register({ ...all, from: ABROAD });
    phones.wait(31);
    assert.deepEqual(phones.removed(), []);
    phones.wait(33);
    const [facts] = phones.removed();
    assert.equal(facts?.byStranger, true);
    assert.equal(facts?.all, true);
    assert.equal(facts?.displaced, 1);
    assert.equal(facts?.rebound, false);
  });

  test('a telephone that starts anew elsewhere removes all and binds itself: told at once', () => {
    const phones = run()
      .register()
      .register({ ...all, from: ABROAD })
      .register({ from: ABROAD });
    const [facts, ...more] = phones.removed();
    assert.deepEqual(more, []);
    assert.equal(facts?.rebound, true);
  });

  test('the clock is set back while a removal waits: it waits half a minute from then', () => {
    const phones = run();
    phones.time = 1000;
    phones.register().register({ ...all, from: ABROAD });
    phones.observer.setBack(10);
    phones.wait(41);
    assert.equal(phones.removed().length, 1);
  });
});

describe('what others ask', () => {
  test('contacts and servers of a telephone', () => {
    const phones = run().register({ from: SECOND_HOME, expires: 60 });
    const { registrations } = phones.observer;
    const address = parseAddress('192.0.2.77')!;
    assert.deepEqual(registrations.serversOf(address), [REGISTRAR]);
    assert.equal(registrations.isEndpoint(address), true);
    assert.equal(registrations.isContact(address, 5062), true);
    assert.equal(registrations.isContact(address, 5060), false);
    phones.wait(100);
    assert.equal(registrations.isContact(address, 5062), false);
  });

  test('how long ago an account was bound from a network new to it', () => {
    const phones = run().register();
    const { registrations } = phones.observer;
    assert.equal(registrations.foreignSince('1001', REGISTRAR), undefined);
    phones.register({ from: ABROAD });
    phones.wait(62.01);
    assert.equal(Math.round(registrations.foreignSince('1001', REGISTRAR)!), 60);
    const by = (address: string) =>
      registrations.foreignSince('1001', REGISTRAR, parseAddress(address)!) !== undefined;
    assert.deepEqual([by('198.51.100.200'), by(HOME)], [true, false]);
    assert.equal(registrations.foreignSince('1002', REGISTRAR), undefined);
  });
});

describe('over a restart', () => {
  test('what was bound is known again', () => {
    const listed = [`<sip:1001@${HOME}:5060>`, `<sip:1001@${ABROAD}:5060>`];
    const before = run().register().register({ from: ABROAD, listed });
    const saved = JSON.parse(JSON.stringify([...before.observer.registrations.save()]));
    const after = run();
    for (const entry of saved) assert.equal(after.observer.restore(entry), true);
    after.time = 100;
    after.wait(100);
    const { registrations } = after.observer;
    assert.equal(registrations.isContact(parseAddress(HOME)!, 5060), true);
    assert.equal(Math.round(registrations.foreignSince('1001', REGISTRAR)!), 98);
    after.register({ from: '100.0.0.1' });
    assert.equal(after.bound()[0]?.others, 2);
    assert.deepEqual([...registrations.save()].length, 1);
  });

  test('rubbish is refused or harmless', () => {
    const good = JSON.parse(
      JSON.stringify([
        ...run().register().register({ from: ABROAD }).observer.registrations.save(),
      ]),
    )[0] as unknown[];
    const rubbish = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(-1, 2 ** 53, 1e300, '', [], [[]], null, 'x'.repeat(100)),
    );
    const damaged = fc
      .tuple(fc.integer({ min: 1, max: good.length - 1 }), rubbish)
      .map(([at, value]) => good.with(at, value));
    const anything = fc.array(fc.jsonValue(), { maxLength: 9 });
    fc.assert(
      fc.property(fc.oneof(damaged, anything), (data) => {
        const phones = run();
        const { registrations } = phones.observer;
        const entry = ['registration', ...data.slice(1)] as unknown as SavedEntry;
        const taken = registrations.restore(entry);
        assert.equal([...registrations.save()].length, taken ? 1 : 0);
        phones.register({ from: ABROAD }).register({ from: HOME });
        phones.wait(1e6);
      }),
      { numRuns: 300 },
    );
  });
});

test('a flood of REGISTER requests costs no more than its tables', () => {
  const phones = run();
  for (let n = 0; n < 20_000; n++) {
    const text = request({ method: 'REGISTER', user: `u${n}`, headers: ['Contact: <sip:a@b>'] });
    phones.send(text, n / 10_000);
  }
  const table = phones.observer.registrations
    .tables()
    .find(({ table: name }) => name === 'registering');
  assert.equal(table?.entries, table?.limit);
  assert.equal(phones.counters.registrationsEvicted, 20_000 - table!.limit);
});
