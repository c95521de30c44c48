import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Match, RuleEngine } from '../../src/rules/engine.js';
import { MessageSubject } from '../../src/rules/fields/message-fields.js';
import type { Finding } from '../../src/rules/finding.js';
import { SipMessage } from '../../src/sip/message.js';
import { Counters } from '../../src/telemetry/counters.js';
import { parseAddress } from '../../src/wire/address.js';
import { Packet } from '../../src/wire/packet.js';
import { loadedOf, type SignatureParts, signatureOf } from '../support/signature-texts.js';
import { answer, request } from '../support/sip-texts.js';

/** An engine with one signature, and what came of the messages it judged. */
class EngineRun {
  readonly counters = new Counters();
  readonly findings: Finding[] = [];
  readonly matches: Match[] = [];
  repeated = 0;
  /** Whether the incident of the source is still open. */
  isOpen = true;
  private readonly engine: RuleEngine;
  private readonly message = new SipMessage();
  private readonly packet = new Packet();
  private readonly subject = new MessageSubject(this.message, this.packet);

  constructor(parts: SignatureParts) {
    this.engine = new RuleEngine(loadedOf(signatureOf(parts)), this.counters, {
      finding: (finding) => this.findings.push(finding) > 0,
      repeated: () => ++this.repeated > 0 && this.isOpen,
    });
    assert.deepEqual(this.engine.problems.map(String), []);
    this.engine.onMatch = (match) => this.matches.push(match);
  }

  see(text: string, time: number, from = '198.51.100.7'): void {
    const { message, packet, subject } = this;
    const buf = Buffer.from(text, 'latin1');
    packet.buf = buf;
    packet.time = time;
    packet.source = packet.origin = parseAddress(from)!;
    packet.destination = parseAddress('203.0.113.5')!;
    message.reset(buf, 0, buf.length);
    subject.next(message, packet);
    this.engine.message(subject);
  }

  reasons(): string[] {
    return this.findings.map(({ reason }) =>
      reason.map((part) => (typeof part === 'string' ? part : `<${part.place}>`)).join(''),
    );
  }
}

const scanner = (more: string[] = []) => request({ headers: ['User-Agent: scanner', ...more] });
const MATCH = 'match:\n  one: { user_agent: scanner }\n  condition: one';

describe('a signature at work', () => {
  test('without a count, the first match is a finding and later ones only repeat it', () => {
    const run = new EngineRun({});
    for (const time of [0, 1, 3599]) run.see(scanner(), time);
    assert.equal(run.findings.length, 1);
    assert.equal(run.repeated, 2);
    assert.equal(run.counters.findingsSuppressed, 2);
    assert.deepEqual(
      run.matches.map(({ became }) => became),
      ['finding', 'suppressed', 'suppressed'],
    );
  });

  test('it is a finding again when the incident that told of it is gone', () => {
    const run = new EngineRun({});
    run.see(scanner(), 0);
    run.isOpen = false;
    run.see(scanner(), 1);
    run.isOpen = true;
    run.see(scanner(), 3600.5);
    assert.equal(run.findings.length, 2, 'and is suppressed anew from then on');
    assert.equal(run.counters.findingsSuppressed, 1);
  });

  test('what is said once of all sources together is not said again of each', () => {
    const run = new EngineRun({
      alert:
        'alert:\n  message: "a flood of scanners"\n  suppress: { for: 1h, by: [destination.ip] }',
    });
    run.isOpen = false;
    for (const host of [7, 8, 9]) run.see(scanner(), 0, `198.51.100.${host}`);
    assert.equal(run.findings.length, 1);
    assert.equal(run.counters.findingsSuppressed, 2);
  });

  test('when suppression ends, it is a finding again', () => {
    const run = new EngineRun({
      alert: 'alert:\n  message: "{source.ip} did it"\n  suppress: { for: 10s }',
    });
    for (const time of [0, 9.9, 10, 15, 20]) run.see(scanner(), time);
    assert.deepEqual(
      run.findings.map(({ time }) => time),
      [0, 10, 20],
    );
  });

  test('suppression holds for each value of its fields by itself', () => {
    const run = new EngineRun({
      alert:
        'alert:\n  message: "{source.ip} did it"\n  suppress: { for: 1h, by: [source.ip, to.user] }',
    });
    const to = (user: string) => request({ user, headers: ['User-Agent: scanner'] });
    run.see(to('1'), 0);
    run.see(to('2'), 0);
    run.see(to('1'), 0);
    run.see(to('1'), 0, '198.51.100.8');
    assert.equal(run.findings.length, 3);
  });

  test('a count is told with the number and window that it reached', () => {
    const run = new EngineRun({
      count: 'count: { distinct: to.user, at_least: 3, within: 60s }',
      alert: 'alert:\n  message: "{source.ip} asked for {count} in {within}"',
    });
    for (const user of ['1', '1', '2', '3']) {
      run.see(request({ user, headers: ['User-Agent: scanner'] }), 0);
    }
    assert.deepEqual(run.findings[0]?.reached, { count: 3, within: 60 });
    assert.deepEqual(run.reasons(), ['198.51.100.7 asked for 3 in 1m']);
    assert.deepEqual(
      run.matches.map(({ became, value }) => `${became} ${value}`),
      ['counted 1', 'counted 1', 'counted 2', 'finding 3'],
    );
  });

  test('a message without the field that is counted counts nothing', () => {
    const run = new EngineRun({ count: 'count: { distinct: to.tag, at_least: 1, within: 60s }' });
    run.see(scanner(), 0);
    assert.equal(run.findings.length, 0);
  });

  test('a proviso must hold when the count is reached, and only then', () => {
    const run = new EngineRun({
      match: `match:
  one: { user_agent: scanner }
  late: { to.user: '2' }
  condition: one`,
      count: 'count: { at_least: 2, within: 60s, provided: late }',
    });
    const to = (user: string) => request({ user, headers: ['User-Agent: scanner'] });
    for (const user of ['1', '1', '2']) run.see(to(user), 0);
    assert.deepEqual(
      run.matches.map(({ became }) => became),
      ['counted', 'counted', 'finding'],
    );
  });

  test('groups are counted apart', () => {
    const run = new EngineRun({ count: 'count: { at_least: 2, within: 60s }' });
    run.see(scanner(), 0, '198.51.100.7');
    run.see(scanner(), 0, '198.51.100.8');
    assert.equal(run.findings.length, 0);
    run.see(scanner(), 0, '198.51.100.8');
    assert.equal(run.findings.length, 1);
  });

  test('a sequence needs different messages in order', () => {
    const text = `match:
  first: { method: OPTIONS }
  second: { method: REGISTER }
  condition: first or second
sequence: { steps: [first, second], within: 10s }`;
    const orders: [methods: string[], wait: number, findings: number][] = [
      [['OPTIONS', 'REGISTER'], 1, 1],
      [['REGISTER', 'OPTIONS'], 1, 0],
      [['OPTIONS', 'REGISTER'], 11, 0],
      [['OPTIONS', 'OPTIONS', 'REGISTER'], 9, 1],
    ];
    for (const [methods, wait, findings] of orders) {
      const run = new EngineRun({ match: text });
      for (const [i, method] of methods.entries()) run.see(request({ method }), i * wait);
      assert.equal(run.findings.length, findings, `${methods} every ${wait} s`);
    }
  });

  test('looks at requests only, since a reply echoes what was asked', () => {
    const run = new EngineRun({ match: 'match:\n  one: { from.tag: f1 }\n  condition: one' });
    run.see(answer(request(), '200 OK'), 0);
    assert.equal(run.findings.length, 0);
    run.see(request(), 0);
    assert.equal(run.findings.length, 1);
  });

  for (const selection of ['status: 200', 'status|gte: 200', 'is_response: true']) {
    test(`looks at responses where it says ${selection}`, () => {
      const run = new EngineRun({ match: `match:\n  one: { ${selection} }\n  condition: one` });
      run.see(answer(request(), '200 OK'), 0);
      assert.equal(run.findings.length, 1);
    });
  }

  test('a deprecated signature is not run', () => {
    const run = new EngineRun({ status: 'status: deprecated' });
    run.see(scanner(), 0);
    assert.equal(run.findings.length, 0);
  });

  test('facts are shown, secret ones only as present, absent ones not at all', () => {
    const run = new EngineRun({
      extract: `extract:
  account: to.user
  guess: { field: from.tag, secret: true }
  nothing: to.tag`,
    });
    run.see(scanner(), 0);
    assert.deepEqual(run.findings[0]?.facts, [
      { name: 'account', value: '100' },
      { name: 'guess', value: undefined },
    ]);
  });

  test('a sentence takes fields, transforms and places, and says unknown for what is not there', () => {
    const run = new EngineRun({
      alert: 'alert:\n  message: "{to.user|length} {to.tag} {incident.targets} {not a place"',
    });
    run.see(scanner(), 0);
    assert.deepEqual(run.reasons(), ['3 unknown <targets> {not a place']);
  });

  test('long values of the wire are cut wherever they are kept', () => {
    const long = 'x'.repeat(50_000);
    const run = new EngineRun({
      extract: 'extract:\n  subject: subject',
      alert: 'alert:\n  message: "it said {subject} to us"',
      count: 'count: { group_by: [subject], at_least: 1, within: 1s }',
    });
    run.see(scanner([`Subject: ${long}`]), 0);
    const [finding] = run.findings;
    assert.equal(finding?.facts[0]?.value?.length, 256);
    assert.equal(run.reasons()[0]?.length, 'it said  to us'.length + 80);
    assert.equal(finding?.message?.length, 4096);
  });

  test('the selections that held are told', () => {
    const run = new EngineRun({
      match: `match:
  one: { user_agent: scanner }
  two: { to.user: nobody }
  three: { to.user: '100' }
  condition: one and (two or three)`,
    });
    run.see(scanner(), 0);
    assert.deepEqual(run.findings[0]?.matched, ['one', 'three']);
  });

  test('more sources than the limit push out the idle ones, and each is counted', () => {
    const run = new EngineRun({ match: MATCH, count: 'count: { at_least: 2, within: 1d }' });
    const text = scanner();
    for (let i = 0; i < 130_000; i++)
      run.see(text, i / 1000, `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
    assert.equal(run.counters.countersEvicted, 30_000);
  });
});
