import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { udpFrame } from '../support/pcap-writer.js';
import { ATTACKER, PBX, Scene } from '../support/scene.js';
import { request } from '../support/sip-texts.js';

const SOURCE_AT = 14 + 12; // behind the Ethernet header, in the IPv4 header

/** The same request from so many forged addresses, ten thousand a second. */
function forged(scene: Scene, count: number, headers: string[] = []): void {
  const payload = request({ headers });
  const frame = udpFrame({ from: '20.0.0.0:5060', to: `${PBX}:5060`, payload });
  for (let i = 0; i < count; i++) {
    frame.writeUInt32BE(0x14000000 + i, SOURCE_AT);
    scene.frame(frame, scene.clock);
    scene.clock += 1e-4;
  }
}

describe('floods of forged addresses', () => {
  test('make few alerts, and the attacker known before is not lost among them', () => {
    const scene = new Scene();
    const scanner = ['User-Agent: friendly-scanner'];
    scene.ask({ headers: scanner });
    forged(scene, 20_000, scanner);
    assert.ok(scene.alerts.length <= 301, `${scene.alerts.length} alerts`);
    assert.ok(scene.counters.alertsWithheld >= 20_000 - 300);
    scene.clock += 10;
    scene.ask({ headers: ['User-Agent: sipvicious'], user: '101' });
    const own = scene.finish().filter(({ sourceIp }) => sourceIp === ATTACKER);
    assert.deepEqual([own[0]?.state, own.at(-1)?.state], ['open', 'close']);
    assert.equal(new Set(own.map(({ incidentId }) => incidentId)).size, 1);
    assert.equal(own.at(-1)?.count, 2);
  });

  test('hold an attacker back no longer than they last', () => {
    const scene = new Scene();
    const scanner = ['User-Agent: friendly-scanner'];
    forged(scene, 1000, scanner);
    scene.ask({ headers: scanner });
    assert.ok(!scene.accused().has(ATTACKER));
    scene.clock += 120;
    scene.ask({ headers: scanner, user: '101' });
    assert.ok(scene.accused().has(ATTACKER));
  });

  test('do not withhold an attacker who has shown that he is there', () => {
    const scene = new Scene();
    forged(scene, 1000, ['User-Agent: friendly-scanner']);
    const call = { callId: 'c', method: 'INVITE', headers: ['User-Agent: friendly-scanner'] };
    scene.ask({ ...call, headers: [] }, '404 Not Found');
    scene.ask({ callId: 'c', method: 'ACK', toTag: 's1' });
    scene.ask({ ...call, callId: 'd' });
    assert.ok(scene.accused().has(ATTACKER));
  });

  test('do not push out what is known of registered phones', () => {
    const scene = new Scene().twoWay();
    const phones = Array.from({ length: 20 }, (_, i) => `10.1.0.${i + 1}`);
    for (const phone of phones) {
      scene.ask({ method: 'REGISTER', user: phone }, '200 OK', { from: phone });
    }
    forged(scene, 50_100);
    assert.ok(scene.counters.sourcesEvicted > 0, 'the flood was too small to show anything');
    scene.clock += 20;
    // A reply, so that the mirror counts as two-way; the phones are gone.
    scene.ask({ user: 'trunk' }, '200 OK', { from: PBX, to: '10.2.0.1' });
    for (const to of phones) scene.ask({ user: to, host: to }, [], { from: PBX, to });
    assert.equal(scene.accused().has(PBX), false);
  });

  test('the same PBX is taken for a scanner where the phones never registered', () => {
    const scene = new Scene().twoWay();
    for (let i = 1; i <= 20; i++) {
      const to = `10.1.0.${i}`;
      scene.ask({ user: to, host: to }, [], { from: PBX, to });
    }
    assert.deepEqual(scene.accused().get(PBX), ['SIP-BEHAV-001']);
  });
});
