import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { signatureFolders } from '../../src/cli/signature-folders.js';
import { loadSignatures } from '../../src/rules/load.js';
import { severityRank } from '../../src/rules/signature.js';
import { Method } from '../../src/sip/tokens.js';
import { MESSAGE_LENGTHS } from '../../src/telemetry/traffic.js';
import { LINK_TYPES, udpFrame } from '../support/pcap-writer.js';
import { SensorRun, START } from '../support/sensor-run.js';
import { loadedOf, signatureOf } from '../support/signature-texts.js';
import { answer, challenge, request } from '../support/sip-texts.js';
import { TABLE_NAMES } from './table-names.js';

const CLIENT = '198.51.100.7:5060';
const SERVER = '203.0.113.5:5060';
const options = signatureOf({
  id: 'id: SIP-TEST-OPTIONS',
  severity: 'severity: high',
  match: 'match:\n  one: { method: OPTIONS }\n  condition: one',
});
const registers = signatureOf({
  id: 'id: SIP-TEST-REGISTERS',
  match: 'match:\n  one: { method: REGISTER }\n  condition: one',
  count: 'count: { at_least: 3, within: 60s }',
});
const contacts = signatureOf({
  id: 'id: SIP-TEST-CONTACTS',
  on: 'on: target.contacted',
  match: 'match:\n  one: { method: INVITE }\n  condition: one',
});

describe('what a sensor reports of itself', () => {
  test('messages by method, transport, status and length; observations by name', () => {
    const run = new SensorRun(loadedOf(options));
    const text = run.udp(request({ method: 'REGISTER' }), 0);
    run.udp(answer(text, '401 Unauthorized', [challenge('n')]), 0.1, SERVER, CLIENT);
    run.tcp(request({ method: 'REGISTER' }), 1);
    run.udp(request({ method: 'UNHEARD', headers: [`X: ${'x'.repeat(2000)}`] }), 2);
    const { traffic } = run.sensor;
    assert.deepEqual(
      [traffic.udpRequests[Method.Register], traffic.tcpRequests[Method.Register]],
      [1, 1],
    );
    assert.equal(traffic.udpRequests[Method.Other], 1);
    assert.equal(traffic.responses[401], 1);
    const longer = MESSAGE_LENGTHS.findIndex((length) => length > 2300);
    assert.equal(traffic.lengths[longer], 1);
    assert.equal(
      traffic.lengths.reduce((sum, count) => sum + count, 0),
      run.counters.requests + run.counters.responses,
    );
    run.finish();
    assert.deepEqual(Object.fromEntries(traffic.observations), {
      'target.contacted': 3,
      'auth.challenged': 1,
      'server.asked_weakly': 1,
      'target.probed': 3,
      'account.probed': 3,
    });
  });

  test('matches and findings by signature, and alerts by severity', () => {
    const run = new SensorRun(loadedOf(options, registers));
    for (let i = 0; i < 5; i++) run.udp(request(), i);
    for (let i = 0; i < 4; i++) run.udp(request({ method: 'REGISTER' }), 10 + i);
    const tallies = run.sensor.engine.tallies();
    assert.deepEqual(
      tallies.map(({ signature, matches, findings }) => [signature.id, matches, findings]),
      [
        [options.id, 5, 1],
        [registers.id, 4, 1],
      ],
    );
    run.finish();
    const { alerts, alertsBySeverity } = run.counters;
    assert.equal(alertsBySeverity[severityRank('high')], alerts);
    assert.equal(alertsBySeverity.length, 5);
  });

  test('how full each of its tables is', () => {
    const run = new SensorRun(loadSignatures(signatureFolders()));
    run.udp(request({ user: '4711' }), 0);
    const tables = run.sensor.tables();
    assert.deepEqual(tables.map(({ table }) => table).sort(), TABLE_NAMES);
    const entries = new Map(tables.map((table) => [table.table, table.entries]));
    for (const [name, count] of [
      ['transactions_open', 1],
      ['sources_strangers', 1],
      ['set_members', 2],
      ['relays', 1],
      ['logins', 0],
    ] as const) {
      assert.equal(entries.get(name), count, name);
    }
    assert.ok(tables.every(({ limit, evicted }) => limit > 1000 && evicted === 0));
  });

  test('an open incident as an alert would tell it now, which tells nobody', () => {
    const run = new SensorRun(loadedOf(options));
    for (let i = 0; i < 3; i++) run.udp(request({ user: String(100 + i) }), i);
    const { incidents } = run.sensor;
    const [incident] = [...incidents.all()];
    const view = incidents.alertOf(incident!);
    assert.deepEqual([view.state, view.accounts.count, view.count], ['update', 3, 3]);
    assert.deepEqual([view.alertId, view.incidentId], [run.alerts[0]?.alertId, incident?.id]);
    assert.deepEqual(incidents.alertOf(incident!), view);
    assert.equal(run.alerts.length, 1);
    assert.equal(run.counters.alerts, 1);
  });

  test('sources that proved something first, and of each kind the last seen first', () => {
    const run = new SensorRun(loadedOf(contacts));
    const from = (host: number) => `198.51.100.${host}:5060`;
    for (const host of [1, 2, 3, 1]) run.udp(request(), host, from(host));
    const text = run.udp(request({ method: 'INVITE' }), 5, from(4));
    run.udp(answer(text, '200 OK'), 5.1, SERVER, from(4));
    const hosts = [...run.sensor.observer.sources.all()].map(
      ({ address }) => Number(address) & 255,
    );
    assert.deepEqual(hosts, [4, 1, 3, 2]);
  });
});

describe('captures whose frames come between each other', () => {
  test('number their own frames, and are named in the evidence', () => {
    const run = new SensorRun(loadedOf(contacts));
    const [inside, outside] = [run.sensor.tap('eth1'), run.sensor.tap('eth2')];
    const show = (tap: typeof inside, method: string, from: string, time: number) => {
      const frame = udpFrame({ from, to: SERVER, payload: request({ method }) });
      tap.frame(frame, 0, frame.length, START + time, frame.length, LINK_TYPES.ethernet);
    };
    show(inside, 'OPTIONS', '198.51.100.1:5060', 0);
    show(outside, 'OPTIONS', '198.51.100.1:5060', 1);
    show(outside, 'INVITE', '198.51.100.2:5060', 2);
    show(inside, 'OPTIONS', '198.51.100.1:5060', 3);
    show(inside, 'INVITE', '198.51.100.3:5060', 4);
    run.udp(request({ method: 'INVITE' }), 5, '198.51.100.4:5060');
    assert.deepEqual(
      run.alerts.map(({ packets }) => packets),
      [['eth2:2'], ['eth1:3'], ['test.pcap:1']],
    );
  });

  test('say what was lost: growth counts, and a count that fell has begun anew', () => {
    const run = new SensorRun(loadedOf(options));
    const [one, two] = [run.sensor.tap('eth1'), run.sensor.tap('eth2')];
    one.statistics?.(100, 5);
    one.statistics?.(200, 5);
    one.statistics?.(250, 7);
    two.statistics?.(undefined, 10);
    one.statistics?.(3, undefined);
    one.statistics?.(10, 2);
    assert.equal(run.counters.captureDropped, 5 + 2 + 10 + 2);
    run.sensor.statistics(1, 1);
    assert.equal(run.counters.captureDropped, 20);
  });
});

/** The first fragment of a message from this address. */
function fragment(from: string): Buffer {
  const text = request();
  const payload = text.padEnd(Math.ceil(text.length / 8) * 8); // RFC 791: in units of 8 bytes
  const bytes = udpFrame({ from, to: SERVER, payload });
  bytes.writeUInt16BE(0x2000, 14 + 6);
  return bytes;
}

describe('what the sensor could not see', () => {
  const LOSSES: [name: string, lose: (run: SensorRun) => void, says: RegExp, known?: number][] = [
    ['packets lost', (run) => run.sensor.statistics(9, 1), /lost before.*larger buffer/],
    [
      'packets captured short',
      (run) => {
        const bytes = udpFrame({ from: CLIENT, to: SERVER, payload: request() });
        run.sensor.frame(bytes, 0, 90, START, bytes.length, LINK_TYPES.ethernet);
      },
      /captured short.*snap length/,
    ],
    [
      'fragments',
      (run) => {
        for (const from of [CLIENT, '198.51.100.8:5060', SERVER]) run.frame(fragment(from), 0);
      },
      /fragments of which some were missing.*filter/,
      31, // their rest is waited for
    ],
    [
      'a clock that jumped',
      (run) => {
        for (const time of [0, -5]) run.udp(request({ method: 'BYE' }), time);
      },
      /clock.*jumped.*NTP/,
    ],
  ];
  for (const [what, lose, says, known = 1] of LOSSES) {
    test(`${what}: told with the alerts of the next two minutes, and not for ever`, () => {
      const run = new SensorRun(loadedOf(contacts), new Set([5060]));
      lose(run);
      run.udp(request({ method: 'INVITE' }), known, '198.51.100.21:5060');
      assert.match(run.alerts.at(-1)?.degraded.join() ?? '', says);
      run.udp(request({ method: 'INVITE' }), known + 129, '198.51.100.22:5060');
      assert.deepEqual(run.alerts.at(-1)?.degraded, []);
    });
  }

  test('what a single source sends, in fragments or of a wrong length, weakens nothing', () => {
    const run = new SensorRun(loadedOf(contacts), new Set([5060]));
    const long = udpFrame({ from: CLIENT, to: SERVER, payload: request() });
    long.writeUInt16BE(9000, 14 + 20 + 4);
    for (let i = 0; i < 10; i++) {
      run.frame(fragment(CLIENT), i);
      run.frame(long, i);
    }
    assert.deepEqual([run.counters.fragments, run.counters.udpMalformed], [10, 10]);
    run.udp(request({ method: 'INVITE' }), 10, '198.51.100.21:5060');
    assert.deepEqual(run.alerts.at(-1)?.degraded, []);
  });

  test('fragments of other traffic weaken nothing', () => {
    const run = new SensorRun(loadedOf(contacts), new Set([5060]));
    const bytes = udpFrame({ from: '10.0.0.1:2049', to: '10.0.0.2:2049', payload: request() });
    for (const fragment of [0x2000, 0x2010, 0x0020]) {
      bytes.writeUInt16BE(fragment, 14 + 6);
      run.frame(bytes, 0);
    }
    assert.equal(run.counters.fragments, 3);
    assert.deepEqual(run.sensor.visibility.conditions(), []);
  });

  test('answers that are there are one direction no more', () => {
    const run = new SensorRun(loadedOf(contacts));
    const names = () => run.sensor.visibility.conditions().map(({ name }) => name);
    for (let i = 0; i < 30; i++) run.udp(request(), i);
    assert.deepEqual(names(), ['one_way']);
    for (let i = 0; i < 30; i++) {
      run.udp(answer(request(), '200 OK'), 30 + i, '203.0.113.9:5060', '198.51.100.9:5060');
    }
    assert.deepEqual(names(), ['one_way'], 'replies to others are no answers');
    const text = run.udp(request(), 70);
    run.udp(answer(text, '200 OK'), 70.1, SERVER, CLIENT);
    assert.deepEqual(names(), []);
  });
});

describe('new signatures while the sensor runs', () => {
  const faster = signatureOf({
    id: 'id: SIP-TEST-REGISTERS',
    match: 'match:\n  one: { method: REGISTER }\n  condition: one',
    count: 'count: { at_least: 2, within: 60s }',
  });
  const register = () => request({ method: 'REGISTER' });
  const PORTS = new Set([5060]);

  test('leave the counts and suppressions of those that stay, and their tallies', () => {
    const run = new SensorRun(loadedOf(registers, options), PORTS);
    run.udp(request(), 0);
    run.udp(register(), 1);
    run.udp(register(), 2);
    run.sensor.reload({ signatures: loadedOf(contacts, options, registers), ports: PORTS });
    run.udp(register(), 3);
    const [incident] = run.sensor.incidents.all();
    assert.deepEqual([...(incident?.rules ?? [])], [options.id, registers.id]);
    run.udp(request(), 4);
    assert.equal(run.counters.findingsSuppressed, 1);
    assert.deepEqual(
      run.sensor.engine.tallies().map(({ signature, matches }) => [signature.id, matches]),
      [
        [contacts.id, 0],
        [options.id, 2],
        [registers.id, 3],
      ],
    );
  });

  test('begin the counts of those anew that count in another way, and drop those that are gone', () => {
    const run = new SensorRun(loadedOf(registers, options), PORTS);
    for (const time of [0, 1]) run.udp(register(), time);
    run.udp(request(), 2);
    const entries = (table: string) =>
      run.sensor.tables().find((status) => status.table === table)?.entries;
    assert.deepEqual([entries('counts'), entries('suppressions')], [1, 1]);
    run.sensor.reload({ signatures: loadedOf(faster), ports: PORTS });
    assert.deepEqual([entries('counts'), entries('suppressions')], [0, 0]);
    const found = () => run.counters.findings;
    const before = found();
    run.udp(register(), 3);
    assert.equal(found(), before);
    run.udp(register(), 4);
    assert.equal(found(), before + 1);
  });

  test('go on with the incidents that others began', () => {
    const run = new SensorRun(loadedOf(options), PORTS);
    run.udp(request(), 0);
    run.sensor.reload({ signatures: loadedOf(contacts), ports: PORTS });
    run.udp(request({ method: 'INVITE' }), 1);
    const alerts = run.finish();
    assert.deepEqual(
      alerts.map(({ state, incidentId }) => [state, incidentId]),
      [
        ['open', alerts[0]?.incidentId],
        ['close', alerts[0]?.incidentId],
      ],
    );
    assert.deepEqual(alerts.at(-1)?.rules, [options.id, contacts.id]);
  });

  test('may come with other ports', () => {
    const run = new SensorRun(loadedOf(options), PORTS);
    const ask = (time: number) => run.udp(request(), time, '198.51.100.7:7000', '203.0.113.5:5080');
    ask(0);
    assert.deepEqual([run.counters.requests, run.counters.sipOnOtherPorts], [0, 1]);
    run.sensor.reload({ signatures: loadedOf(options), ports: new Set([5080]) });
    ask(1);
    assert.deepEqual([run.counters.requests, run.counters.sipOnOtherPorts], [1, 1]);
  });
});

describe('a clock that was wrong and is set right', () => {
  const silent = signatureOf({
    id: 'id: SIP-TEST-SILENT',
    on: 'on: target.probed',
    match: 'match:\n  one: { outcome: silent }\n  condition: one',
    count: 'count: { at_least: 5, within: 10s }',
  });
  const DAY = 24 * 3600;

  test('is noticed where it only let time pass: the tables are set back, and who goes on is told', () => {
    const run = new SensorRun(loadedOf(contacts));
    run.udp(request({ method: 'INVITE' }), 0);
    run.sensor.advance(START + 2 * DAY);
    assert.deepEqual(
      run.alerts.map(({ state }) => state),
      ['open', 'close'],
    );
    run.udp(request({ method: 'INVITE' }), 10);
    assert.equal(run.sensor.now, START + 10);
    assert.equal(run.counters.clockLeaps, 1);
    const names = () => run.sensor.visibility.conditions().map(({ name }) => name);
    assert.deepEqual(names(), ['clock']);
    const { state, time } = run.alerts.at(-1)!;
    assert.deepEqual([state, time], ['open', START + 10]);
    run.udp(request(), 140);
    assert.deepEqual(names(), []);
  });

  test('is followed: what is waited for is told, and old counts are no new ones', () => {
    const run = new SensorRun(loadedOf(silent));
    for (let i = 0; i < 40; i++) run.udp(request(), DAY + i * 3);
    assert.equal(run.alerts.length, 0, 'too slow to count');
    for (let i = 0; i < 100; i++) run.udp(request(), i * 3);
    assert.equal(run.sensor.now, START + 99 * 3);
    // While it was not believed yet, time stood still: what came then was answered by nobody either.
    const opened = run.alerts.filter(({ state }) => state === 'open');
    assert.ok(opened.every(({ time }) => time < START + 20 * 3));
    const said = run.counters.findings + run.counters.findingsSuppressed;
    for (let i = 100; i < 140; i++) run.udp(request(), i * 3);
    assert.equal(run.counters.findings + run.counters.findingsSuppressed, said);
  });

  test('leaves no incident open for longer than a quiet day', () => {
    const run = new SensorRun(loadedOf(options));
    for (let i = 0; i < 20; i++) run.udp(request(), 5 * DAY + i);
    for (let i = 0; i < 80; i++) run.udp(request({ method: 'BYE' }), i);
    run.sensor.advance(START + DAY + 200);
    assert.deepEqual(
      run.alerts.map(({ state }) => state),
      ['open', 'update', 'close'],
    );
  });
});
