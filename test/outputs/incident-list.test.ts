import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { stripVTControlCharacters, styleText } from 'node:util';
import fc from 'fast-check';
import { printable } from '../../src/incident/printable.js';
import { incidentList } from '../../src/outputs/incident-list.js';
import { counted, grouped, type Paint, wrap } from '../../src/outputs/text-layout.js';
import { alertOf } from '../support/alerts.js';

const plain: Paint = (_, text) => text;

const CROWDED = alertOf({
  sourceIp: '2001:db8:1111:2222:3333:4444:5555:6666',
  stage: 'credential-attack',
  tools: [
    'sipvicious/svmap',
    'sipvicious/svwar',
    'sipvicious/svcrack',
    'metasploit/enumerator',
    'sippts/rcrack',
  ],
  reason: `${'word '.repeat(60)}${'x'.repeat(300)}`,
  facts: Array.from({ length: 12 }, (_, i) => ({ name: `fact_${i}`, value: 'v'.repeat(i * 20) })),
  rules: Array.from({ length: 30 }, (_, i) => `SIP-TEST-${i}`),
  packets: [`/captures/${'long-name-'.repeat(20)}.pcap:123456`],
});

describe('the list of incidents', () => {
  for (const width of [60, 80, 100]) {
    test(`keeps within ${width} columns, however much there is to say`, () => {
      for (const line of incidentList([CROWDED, alertOf()], width, plain).split('\n')) {
        assert.ok(line.length <= width, `${line.length}: ${line}`);
      }
    });
  }

  test('names who, what and where to look', () => {
    const text = incidentList([alertOf()], 80, plain);
    for (const part of [
      'MEDIUM',
      '198.51.100.7',
      'enumeration',
      'sipvicious/svwar',
      'looks for extensions',
      '42 requests',
      '10 s',
      'may be forged',
      'day.pcap:3',
      'SIP-TEST-001',
    ]) {
      assert.ok(text.includes(part), `"${part}" is not in:\n${text}`);
    }
  });

  test('the gravest stands first, then the earliest', () => {
    const text = incidentList(
      [
        alertOf({ sourceIp: '192.0.2.1', severity: 'low' }),
        alertOf({ sourceIp: '192.0.2.2', severity: 'critical', firstSeen: 20 }),
        alertOf({ sourceIp: '192.0.2.3', severity: 'critical', firstSeen: 10 }),
      ],
      80,
      plain,
    );
    assert.deepEqual(
      text.match(/192\.0\.2\.\d/g)?.filter((ip, i, all) => all.indexOf(ip) === i),
      ['192.0.2.3', '192.0.2.2', '192.0.2.1'],
    );
  });

  test('colour changes no text', () => {
    const paint: Paint = (format, text) =>
      styleText(format, text, { validateStream: false } as never);
    const painted = incidentList([CROWDED, alertOf()], 80, paint);
    assert.notEqual(painted, stripVTControlCharacters(painted));
    assert.equal(stripVTControlCharacters(painted), incidentList([CROWDED, alertOf()], 80, plain));
  });

  test('neither wide characters nor file names bring control characters or an exception', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 400 }),
        fc.string({ unit: 'binary' }),
        (wide, name) => {
          const alert = alertOf({ reason: printable(wide), packets: [`${name}:1`] });
          const text = incidentList([alert], 80, plain);
          assert.doesNotMatch(text.replaceAll('\n', ''), /\p{Cc}/u);
          assert.doesNotMatch(text, /\p{Cs}/u);
        },
      ),
    );
  });
});

describe('text layout', () => {
  test('wrapped lines hold all words in order and keep to the width', () => {
    fc.assert(
      fc.property(
        fc.lorem({ maxCount: 40 }),
        fc.integer({ min: 30, max: 100 }),
        fc.nat(8),
        (text, width, indent) => {
          const lines = wrap(text, width, indent);
          assert.ok(
            lines.every((line) => line.length <= width && line.startsWith(' '.repeat(indent))),
          );
          assert.equal(lines.map((line) => line.slice(indent)).join(' '), text);
        },
      ),
    );
  });

  test('a word without a space is cut, not within a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '😀', 'é'), maxLength: 200 }), (word) => {
        const lines = wrap(word, 30, 4).map((line) => line.slice(4));
        assert.equal(lines.join(''), word);
        assert.ok(lines.every((line) => !/\p{Cs}/u.test(line)));
      }),
    );
  });

  test('numbers are grouped and named in the right number', () => {
    assert.deepEqual([0, 999, 1000, 1_234_567].map(grouped), ['0', '999', '1,000', '1,234,567']);
    assert.equal(counted(1, 'reply', 'replies'), '1 reply');
    assert.equal(counted(2000, 'reply', 'replies'), '2,000 replies');
  });
});
