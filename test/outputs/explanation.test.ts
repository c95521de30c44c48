import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { explanation, MatchLog } from '../../src/outputs/explanation.js';
import type { Paint } from '../../src/outputs/text-layout.js';
import type { Match } from '../../src/rules/engine.js';
import { parseAddress } from '../../src/wire/address.js';
import { Transport } from '../../src/wire/packet.js';
import { alertOf } from '../support/alerts.js';
import { signatureOf } from '../support/signature-texts.js';

const plain: Paint = (_, text) => text;
const SOURCE = '198.51.100.7';

const found = signatureOf({ title: 'title: A sweep that was found' });
const near = signatureOf({
  title: 'title: A flood that stayed small',
  id: 'id: SIP-TEST-002',
  count: 'count:\n  at_least: 10\n  within: 1m',
});

function matchOf(more: Partial<Match> = {}): Match {
  return {
    time: 1_768_478_400,
    frameNumber: 3,
    source: parseAddress(SOURCE)!,
    sourcePort: 5071,
    target: parseAddress('203.0.113.5')!,
    targetPort: 5060,
    transport: Transport.Udp,
    signature: found,
    became: 'finding',
    value: undefined,
    held: ['one'],
    seen: 'REGISTER 2000: 401',
    ...more,
  };
}

function textOf(log: MatchLog, incidents = [alertOf({ sourceIp: SOURCE })], width = 80): string {
  return explanation({ source: SOURCE, incidents, seen: true }, log, width, plain);
}

describe('an explanation', () => {
  test('begins each entry with what the packet was, made safe to show', () => {
    const log = new MatchLog(undefined);
    log.add(matchOf({ seen: 'OPTIONS sip:a\u001b[31m SIP/2.0' }), '/tmp/day.pcap');
    assert.match(
      textOf(log),
      /day\.pcap:3 {2}OPTIONS sip:a\\u\{1b\}\[31m SIP\/2\.0 {2}SIP-TEST-001/,
    );
  });

  test('what counted and was not enough stands in a last section', () => {
    const log = new MatchLog(undefined);
    log.add(matchOf({ signature: near, became: 'counted' }), 'day.pcap');
    log.add(matchOf(), 'day.pcap');
    const text = textOf(log, undefined, 100);
    const [told = '', missed = ''] = text.split('Counted, but not enough:');
    assert.match(told, /A sweep that was found/);
    assert.doesNotMatch(told, /A flood that stayed small/);
    assert.match(missed, /A flood that stayed small/);
    assert.match(missed.replaceAll(/\s+/g, ' '), /needs 10 within 1m \(matches\)/);
  });

  test('no line is longer than the width', () => {
    const log = new MatchLog(undefined);
    const long = '/tmp/'.concat('name-'.repeat(30), '.pcap');
    log.add(matchOf({ seen: 'x'.repeat(5000) }), long);
    log.add(matchOf({ signature: near, became: 'counted', frameNumber: 0 }), long);
    const incidents = [
      alertOf({ sourceIp: SOURCE, reason: 'word '.repeat(50), degraded: ['much '.repeat(40)] }),
    ];
    for (const width of [60, 80, 100]) {
      for (const line of textOf(log, incidents, width).split('\n')) {
        assert.ok(line.length <= width, `${line.length}: ${line}`);
      }
    }
  });

  test('tells how far it got, why, how sure that is, and what to do', () => {
    const step = { time: 1_768_478_391, rule: 'A', stage: 'recon', severity: 'low' } as const;
    const alert = alertOf({
      sourceIp: SOURCE,
      severity: 'critical',
      stage: 'access',
      history: [
        { ...step, reason: 'It looked' },
        { ...step, rule: 'B', stage: 'access', severity: 'critical', reason: 'It got in' },
      ],
      spoofable: false,
      earlierAdvice: ['Look.'],
    });
    const text = textOf(new MatchLog(undefined), [alert]).replaceAll(/\s+/g, ' ');
    for (const part of [
      '198.51.100.7: critical, stage access, confidence high',
      'How it got there: 2026-01-15 11:59:51 low, recon: It looked (A)',
      'critical, access: It got in (B)',
      'Confidence high: what it did over time is of high confidence (SIP-TEST-001).',
      'What to do: Block it. Of what led there: Look.',
    ]) {
      assert.ok(text.includes(part), `${part}\n${text}`);
    }
  });

  test('an incident that only informs shows its class and no stage', () => {
    const alert = alertOf({ sourceIp: SOURCE, severity: 'info', class: 'hygiene', stage: 'recon' });
    const text = textOf(new MatchLog(undefined), [alert]);
    assert.match(text, /^198\.51\.100\.7: info, hygiene, confidence high\n/);
  });

  test('who sent SIP and matched nothing is told apart from who was not seen', () => {
    const log = new MatchLog(undefined);
    const innocent = explanation({ source: SOURCE, incidents: [], seen: true }, log, 80, plain);
    assert.match(innocent, /^198\.51\.100\.7: no incident\n {2}It sent SIP, and no signature/);
    const unseen = explanation({ source: SOURCE, incidents: [], seen: false }, log, 80, plain);
    assert.match(unseen, /^198\.51\.100\.7: not seen\n/);
  });

  test('matches beyond the limits are counted', () => {
    const log = new MatchLog(undefined, { sources: 10, ofSource: 3, ofAll: 4 });
    for (let i = 0; i < 5; i++) log.add(matchOf(), 'day.pcap');
    const other = parseAddress('198.51.100.8')!;
    for (let i = 0; i < 5; i++) log.add(matchOf({ source: other }), 'day.pcap');
    assert.deepEqual([log.of(SOURCE).matches.length, log.of(SOURCE).more], [3, 2]);
    assert.deepEqual([log.of('198.51.100.8').matches.length, log.of('198.51.100.8').more], [1, 4]);
    assert.match(textOf(log), /… and 2 later matches, not kept/);
  });
});
