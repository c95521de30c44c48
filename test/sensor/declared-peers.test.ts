import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addressTest } from '../../src/config/address-ranges.js';
import { peersOf } from '../../src/service/declared-peers.js';
import { Scene } from '../support/scene.js';

const AUDITOR = '198.51.100.7';
const PROXY = '192.0.2.20';

/** A scene on a sensor that knows these hosts. */
function scene(peers: Parameters<typeof peersOf>[0], hops: readonly string[] = []): Scene {
  const made = new Scene();
  made.sensor.observer.peers.declare(peersOf(peers), addressTest(hops));
  return made.twoWay();
}

/** Asks for many extensions, as SIPVicious does. */
function enumerate(on: Scene, from = AUDITOR, via?: string): Scene {
  for (let user = 100; user < 200; user++) {
    on.ask(
      { method: 'REGISTER', user: `${user}`, ...(via === undefined ? {} : { via }) },
      '404 Not Found',
      { from },
    );
  }
  return on;
}

describe('peers that are declared', () => {
  test('findings about a trusted one are counted and not told', () => {
    const peers = [{ addresses: [AUDITOR], role: 'phone', trusted: true }] as const;
    const audit = enumerate(scene(peers));
    assert.deepEqual([...audit.accused()], []);
    assert.ok(audit.counters.findingsTrusted > 0);
  });

  test('one that is declared and not trusted is told of', () => {
    const audit = enumerate(scene([{ addresses: [AUDITOR], role: 'phone' }]));
    assert.deepEqual([...audit.accused().keys()], [AUDITOR]);
    assert.equal(audit.counters.findingsTrusted, 0);
  });

  test('others in its network are told of, and the trusted one is when it is so no more', () => {
    const peers = [{ addresses: [AUDITOR], role: 'phone', trusted: true }] as const;
    const audit = enumerate(enumerate(scene(peers), '198.51.100.8'));
    assert.deepEqual([...audit.alerts.map(({ sourceIp }) => sourceIp)].includes(AUDITOR), false);
    audit.sensor.observer.peers.declare([], undefined);
    audit.clock += 7200;
    enumerate(audit);
    assert.deepEqual([...audit.accused().keys()].sort(), [AUDITOR, '198.51.100.8']);
  });
});

describe('sources behind a trusted hop', () => {
  const own = `SIP/2.0/UDP ${PROXY}:5060;rport`;
  const via = `${own};branch=z9hG4bKp, SIP/2.0/UDP 10.0.0.9;received=${AUDITOR};rport=40312`;

  test('who the hop names is accused, and not the hop', () => {
    const behind = enumerate(scene([], [PROXY]), PROXY, via);
    assert.deepEqual([...behind.accused().keys()], [AUDITOR]);
  });

  test('a sender who is not trusted is accused himself', () => {
    const behind = enumerate(scene([]), PROXY, via);
    assert.deepEqual([...behind.accused().keys()], [PROXY]);
  });
});
