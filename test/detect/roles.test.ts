import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { PeerRole } from '../../src/detect/hosts/peer-roles.js';
import type { SavedEntry } from '../../src/telemetry/saved-entry.js';
import { parseAddress } from '../../src/wire/address.js';
import { ObserverRun, SERVER } from '../support/observer-run.js';
import { answer, request } from '../support/sip-texts.js';

const PHONE = '192.0.2.10';
const CARRIER = '198.51.100.1';
const MONITOR = '192.0.2.99';

const at = (text: string) => parseAddress(text)!;

class Hosts extends ObserverRun {
  time = 0;

  /** A request that is granted, ten seconds after the one before. */
  granted(method: string, from: string, to = SERVER, status = '200 OK', toTag?: string): this {
    this.time += 10;
    const headers = method === 'REGISTER' ? [`Contact: <sip:100@${from}>`] : [];
    const text = request({ method, headers, ...(toTag === undefined ? {} : { toTag }) });
    this.send(text, this.time, from, to);
    this.send(answer(text, status), this.time + 0.01, to, from);
    return this;
  }

  role(address: string): string | undefined {
    return this.observer.roles.roleOf(at(address));
  }

  reason(address: string): string | undefined {
    const host = [...this.observer.roles.all()].find((each) => each.address === at(address));
    return host?.learned.reason;
  }

  declare(address: string, role: PeerRole, trusted = false): this {
    const includes = (other: unknown) => other === at(address);
    this.observer.peers.declare([{ includes, role, name: undefined, trusted }], undefined);
    return this;
  }
}

const run = () => new Hosts();

describe('roles that are learned', () => {
  test('a registrar and a telephone, by a registration that was granted', () => {
    const hosts = run().granted('REGISTER', PHONE).granted('REGISTER', '192.0.2.11');
    assert.equal(hosts.role(SERVER), 'registrar');
    assert.equal(hosts.reason(SERVER), 'it granted 2 registrations to 2 hosts, such as 192.0.2.10');
    assert.equal(hosts.role(PHONE), 'phone');
    assert.equal(hosts.reason(PHONE), 'it registers at 203.0.113.5');
    const [first] = [...hosts.observer.roles.all()];
    assert.equal(first?.learned.since, 20);
  });

  test('what is refused shows nothing', () => {
    const hosts = run().granted('REGISTER', PHONE, SERVER, '403 Forbidden');
    assert.equal(hosts.role(SERVER), undefined);
    assert.deepEqual([...hosts.observer.roles.all()], []);
  });

  test('a PBX that registers at its carrier is a registrar', () => {
    const hosts = run().granted('REGISTER', SERVER, CARRIER).granted('REGISTER', PHONE);
    assert.equal(hosts.role(SERVER), 'registrar');
  });

  test('a trunk: calls both ways, and no registration', () => {
    const hosts = run().granted('REGISTER', PHONE).granted('INVITE', SERVER, CARRIER);
    assert.equal(hosts.role(CARRIER), undefined);
    hosts.granted('INVITE', CARRIER, SERVER);
    assert.equal(hosts.role(CARRIER), 'trunk');
    assert.equal(
      hosts.reason(CARRIER),
      "it and 203.0.113.5 answer each other's calls without a registration",
    );
    assert.equal(hosts.role(SERVER), 'registrar');
  });

  test('a call that the called party changes on its way is no call back', () => {
    const hosts = run()
      .granted('INVITE', CARRIER)
      .granted('INVITE', SERVER, CARRIER, '200 OK', 't');
    assert.equal(hosts.role(CARRIER), undefined);
  });

  test('a monitor sends nothing but OPTIONS for ten minutes; one REGISTER ends that', () => {
    const hosts = run();
    for (let n = 0; n < 60; n++) hosts.granted('OPTIONS', MONITOR);
    assert.equal(hosts.role(MONITOR), undefined);
    for (let n = 0; n < 10; n++) hosts.granted('OPTIONS', MONITOR);
    assert.equal(hosts.role(MONITOR), 'monitor');
    hosts.granted('REGISTER', MONITOR, SERVER, '403 Forbidden');
    assert.equal(hosts.role(MONITOR), undefined);
  });

  test('a proxy passes on what others sent', () => {
    const hosts = run();
    for (let n = 0; n < 3; n++) hosts.observer.roles.relayed(at(SERVER), n);
    assert.equal(hosts.role(SERVER), 'proxy');
    assert.equal(hosts.reason(SERVER), 'it passed on 3 requests of other hosts');
  });

  test('hosts that are granted OPTIONS push out none with a role', () => {
    const hosts = run().granted('REGISTER', PHONE);
    for (let n = 0; n < 6000; n++) {
      hosts.time -= 9.9;
      hosts.granted('OPTIONS', `100.${n >> 8}.0.${n & 255}`);
    }
    assert.equal(hosts.role(PHONE), 'phone');
    assert.ok(hosts.counters.rolesEvicted > 0);
  });
});

describe('what is declared and expected', () => {
  test('what is declared goes before what was learned', () => {
    const hosts = run().granted('REGISTER', PHONE).declare(PHONE, 'dialler');
    assert.equal(hosts.role(PHONE), 'dialler');
    assert.equal(hosts.observer.roles.isDeclared(at(PHONE)), true);
    const [, phone] = [...hosts.observer.roles.all()];
    assert.equal(phone?.learned.role, 'registrar');
  });

  test('expected is a server of the target, whom it called, and a declared peer', () => {
    const hosts = run().granted('REGISTER', PHONE).granted('INVITE', PHONE, '192.0.2.12');
    const expected = (from: string, to: string) =>
      hosts.observer.roles.isExpected(at(from), at(to));
    assert.equal(expected(SERVER, PHONE), true);
    assert.equal(expected('192.0.2.12', PHONE), true);
    assert.equal(expected(CARRIER, PHONE), false);
    assert.equal(expected(PHONE, '192.0.2.12'), false);
    hosts.declare(CARRIER, 'trunk');
    assert.equal(expected(CARRIER, PHONE), true);
  });
});

describe('over a restart', () => {
  const saved = () => {
    const hosts = run().granted('REGISTER', PHONE).granted('INVITE', SERVER, CARRIER);
    hosts.granted('INVITE', CARRIER, SERVER);
    return JSON.parse(JSON.stringify([...hosts.observer.roles.save()])) as SavedEntry[];
  };

  test('roles are known again, with the time and the reason', () => {
    const hosts = run();
    for (const entry of saved()) assert.equal(hosts.observer.restore(entry), true);
    assert.equal(hosts.role(CARRIER), 'trunk');
    assert.equal(hosts.reason(PHONE), 'it registers at 203.0.113.5');
    assert.deepEqual(JSON.parse(JSON.stringify([...hosts.observer.roles.save()])), saved());
  });

  test('rubbish is refused or harmless', () => {
    const [good] = saved() as [SavedEntry];
    const rubbish = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(-1, 2 ** 53, '', [], [[]], [9, 9, 9, 9, 9], null),
    );
    const damaged = fc
      .tuple(fc.integer({ min: 1, max: good.length - 1 }), rubbish)
      .map(([place, value]) => (good as readonly unknown[]).with(place, value));
    fc.assert(
      fc.property(fc.oneof(damaged, fc.array(fc.jsonValue(), { maxLength: 9 })), (data) => {
        const hosts = run();
        const entry = ['role', ...data.slice(1)] as unknown as SavedEntry;
        const taken = hosts.observer.restore(entry);
        assert.equal([...hosts.observer.roles.save()].length, taken ? 1 : 0);
        for (const { learned } of hosts.observer.roles.all()) assert.ok(learned.reason.length > 10);
        hosts.granted('REGISTER', PHONE).granted('OPTIONS', PHONE);
      }),
      { numRuns: 300 },
    );
  });
});
