import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { eveLine } from '../../src/outputs/eve.js';
import { CLASSES, SEVERITIES } from '../../src/rules/signature.js';
import { alertOf } from '../support/alerts.js';

// biome-ignore lint/suspicious/noExplicitAny: the test reads what a foreign program would read
const parsed = (alert = alertOf()): any => JSON.parse(eveLine(alert));

describe('an event', () => {
  test('is one line of JSON', () => {
    const line = eveLine(alertOf());
    assert.equal(line.indexOf('\n'), line.length - 1);
  });

  test("begins with Suricata's keys in fixed order", () => {
    assert.match(
      eveLine(alertOf()),
      /^\{"timestamp":"2026-01-15T12:00:00\.000000\+0000","event_type":"alert","src_ip":"198\.51\.100\.7","src_port":5071,"dest_ip":"203\.0\.113\.5","dest_port":5060,"proto":"UDP",/,
    );
    assert.deepEqual(Object.keys(parsed()), [
      'timestamp',
      'event_type',
      'src_ip',
      'src_port',
      'dest_ip',
      'dest_port',
      'proto',
      'app_proto',
      'alert',
      'sip',
      'sipseer',
    ]);
  });

  test('never claims to have blocked anything', () => {
    assert.deepEqual(Object.keys(parsed().alert), [
      'action',
      'gid',
      'signature_id',
      'rev',
      'signature',
      'category',
      'severity',
    ]);
    assert.equal(parsed().alert.action, 'allowed');
  });

  test('has the keys of the contract under sipseer', () => {
    assert.deepEqual(Object.keys(parsed().sipseer), [
      'alert_id',
      'state',
      'incident_id',
      'actor',
      'sources',
      'stage',
      'class',
      'rule',
      'rules',
      'tool',
      'tools',
      'severity',
      'confidence',
      'confidence_reasons',
      'history',
      'spoofable',
      'first_seen',
      'last_seen',
      'count',
      'targets',
      'accounts',
      'rejected_credentials',
      'facts',
      'reason',
      'advice',
      'references',
      'evidence',
      'degraded',
    ]);
    assert.deepEqual(parsed().sipseer.accounts, {
      count: 2,
      sample: ['100', '101'],
      existing: ['101'],
    });
  });

  test('tells of the actor, what belongs together, and what rose', () => {
    const { sipseer } = parsed(
      alertOf({
        actor: { kind: 'handset', name: '198.51.100.7:40312' },
        handset: { contact: 'sip:1001@192.168.1.20', userAgent: undefined },
        related: ['i2'],
        earlierAdvice: ['Look.'],
        raised: {
          stage: { from: 'recon', to: 'access' },
          severity: undefined,
          confidence: { from: 'low', to: 'high' },
          tool: undefined,
          rule: 'SIP-TEST-001',
          reason: 'It did it',
        },
      }),
    );
    assert.deepEqual(sipseer.actor, { kind: 'handset', name: '198.51.100.7:40312' });
    assert.deepEqual(sipseer.sources, { count: 1, sample: ['198.51.100.7'] });
    assert.deepEqual(sipseer.handset, { contact: 'sip:1001@192.168.1.20' });
    assert.deepEqual(sipseer.related, ['i2']);
    assert.deepEqual(sipseer.earlier_advice, ['Look.']);
    assert.deepEqual(sipseer.raised, {
      stage: { from: 'recon', to: 'access' },
      confidence: { from: 'low', to: 'high' },
      rule: 'SIP-TEST-001',
      reason: 'It did it',
    });
    assert.deepEqual(sipseer.history, [
      {
        time: '2026-01-15T11:59:51.000000+0000',
        rule: 'SIP-TEST-001',
        stage: 'enumeration',
        severity: 'medium',
        reason: '198.51.100.7 looks for extensions',
      },
    ]);
  });

  test('leaves out what is not known, and never writes null', () => {
    const bare = alertOf({ tools: [], advice: undefined, message: undefined });
    assert.doesNotMatch(eveLine(bare), /null|undefined/);
    const event = parsed(bare);
    assert.deepEqual(
      ['tool', 'tools', 'advice'].filter((key) => key in event.sipseer),
      [],
    );
    assert.equal('sip' in event, false);
    assert.equal('message' in event.sipseer.evidence, false);
  });

  test('every class and severity has a category and a number from 1 to 4', () => {
    for (const name of CLASSES) assert.match(parsed(alertOf({ class: name })).alert.category, /\w/);
    const numbers = SEVERITIES.map((severity) => parsed(alertOf({ severity })).alert.severity);
    assert.deepEqual(numbers, [4, 3, 2, 1, 1]);
  });

  test('no text in it can end the line', () => {
    const texts = fc.string({ unit: 'binary', maxLength: 40 });
    fc.assert(
      fc.property(texts, texts, (one, two) => {
        const alert = alertOf({ reason: one, facts: [{ name: 'x', value: two }], packets: [one] });
        const line = eveLine(alert);
        assert.equal(line.search(/[\p{Cc}\u2028\u2029]/u), line.length - 1);
        assert.equal(JSON.parse(line).sipseer.facts[0].value, two);
      }),
      { examples: [['\u007f\u0085', '\u2028\u2029']] },
    );
  });
});
