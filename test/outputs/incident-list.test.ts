import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { stripVTControlCharacters, styleText } from 'node:util';
import fc from 'fast-check';
import { printable } from '../../src/incident/printable.js';
import { incidentList, incidentTotals } from '../../src/outputs/incident-list.js';
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

describe('what an entry says besides', () => {
  const textOf = (more: Parameters<typeof alertOf>[0]) =>
    incidentList([alertOf(more)], 100, plain).replaceAll(/\s+/g, ' ');

  test('what to do, where it is grave', () => {
    for (const severity of ['high', 'critical'] as const) {
      const text = textOf({ severity, spoofable: false });
      assert.ok(text.includes('What to do: Block it.'), text);
    }
    for (const severity of ['low', 'medium'] as const) {
      assert.ok(!textOf({ severity }).includes('What to do'));
    }
  });

  test('that a forged address must not be blocked unseen', () => {
    const text = textOf({ severity: 'high', spoofable: true });
    const forged = 'What to do: The address may be forged; check before you block it. Block it.';
    assert.ok(text.includes(forged), text);
  });

  test('what to do about the steps that led there', () => {
    const text = textOf({ severity: 'critical', earlierAdvice: ['Look at it.'] });
    assert.ok(text.includes('Block it. Of what led there: Look at it.'), text);
  });

  test('step by step how far it got', () => {
    const step = { time: 100, rule: 'A', stage: 'recon', severity: 'low', reason: 'x' } as const;
    const next = { ...step, time: 400, stage: 'access', severity: 'critical' } as const;
    const text = textOf({ history: [step, next] });
    assert.ok(text.includes('Step by step: recon (low), access (critical) after 5 min.'), text);
    assert.ok(!textOf({ history: [step] }).includes('Step by step'));
  });

  test('who takes part, what a device calls itself, and what belongs together', () => {
    const sources = { count: 12, sample: ['198.51.100.7', '198.51.100.8'] };
    const network = textOf({ actor: { kind: 'network', name: '198.51.100.0/24' }, sources });
    assert.match(network, /^MEDIUM 198\.51\.100\.0\/24 \(12 addresses\) enumeration/);
    assert.ok(network.includes('Addresses: 198.51.100.7, 198.51.100.8 and 10 others.'), network);
    const campaign = textOf({ actor: { kind: 'group', name: '203.0.113.5 1001' }, sources });
    assert.match(campaign, /^MEDIUM 12 addresses together \(203\.0\.113\.5 1001\)/);
    const handset = textOf({
      actor: { kind: 'handset', name: '198.51.100.7:40312' },
      handset: { contact: 'sip:1@192.168.1.2', userAgent: 'Desk 4' },
      related: ['i2'],
    });
    assert.match(handset, /^MEDIUM 198\.51\.100\.7:40312 enumeration/);
    assert.ok(handset.includes('It calls itself sip:1@192.168.1.2. Its User-Agent is Desk 4.'));
    assert.ok(handset.includes('It has a part in 1 other incident'));
    const site = textOf({ actor: { kind: 'site', name: '198.51.100.7' } });
    assert.match(site, /^MEDIUM devices behind 198\.51\.100\.7/);
  });

  test('what weakened it', () => {
    assert.ok(textOf({ degraded: ['no reply was seen'] }).includes('Weakened: no reply was seen.'));
    assert.ok(!textOf({}).includes('Weakened'));
  });
});

describe('many that did the same', () => {
  const many = (count: number, more: Parameters<typeof alertOf>[0] = {}) =>
    Array.from({ length: count }, (_, i) =>
      alertOf({ sourceIp: `198.51.100.${i + 1}`, count: 1 + (i % 5), firstSeen: i, ...more }),
    );
  const blocks = (alerts: ReturnType<typeof many>) =>
    incidentList(alerts, 80, plain).trimEnd().split('\n\n');

  test('are one block that lists the addresses', () => {
    const [block = '', ...others] = blocks(many(12));
    assert.equal(others.length, 0);
    assert.match(block, /^MEDIUM {4}198\.51\.100\.1 and 11 more addresses {2}enumeration/);
    const text = block.replaceAll(/\s+/g, ' ');
    assert.match(text, /Addresses: 198\.51\.100\.1, .*, 198\.51\.100\.12\./);
    assert.match(text, /1 to 5 requests each/);
    assert.match(blocks(many(30))[0]!.replaceAll(/\s+/g, ' '), /198\.51\.100\.20 and 10 more\./);
    for (const line of incidentList(many(30), 60, plain).split('\n')) {
      assert.ok(line.length <= 60, line);
    }
  });

  const apart: [name: string, Parameters<typeof alertOf>[0]][] = [
    ['a busy one', { count: 11 }],
    ['another severity', { severity: 'high' }],
    ['another rule', { rule: 'SIP-TEST-002' }],
    ['another tool', { tools: [] }],
    ['another target', { targets: { count: 1, sample: ['203.0.113.6'] } }],
    ['several targets', { targets: { count: 2, sample: ['203.0.113.5', '203.0.113.6'] } }],
  ];
  for (const [name, more] of apart) {
    test(`${name} stands alone`, () => {
      const other = alertOf({ sourceIp: '192.0.2.1', count: 2, ...more });
      assert.equal(blocks([...many(4), other]).length, 2);
    });
  }

  test('three are not many', () => {
    assert.equal(blocks(many(3)).length, 3);
  });
});

describe('what only informs', () => {
  const info = (last: number, more: Parameters<typeof alertOf>[0] = {}) =>
    alertOf({
      sourceIp: `192.0.2.${last}`,
      severity: 'info',
      class: 'hygiene',
      title: 'A telephone has an old password',
      reason: `192.0.2.${last} sends an old password`,
      advice: 'Type it anew.',
      spoofable: true,
      ...more,
    });

  test('stands apart from the attackers, each rule once, with what to do', () => {
    const alerts = [info(1), alertOf(), info(2), info(3)];
    const text = incidentList(alerts, 80, plain);
    const [attackers = '', own = ''] = text.split('Your own network (nobody is accused):');
    assert.match(attackers, /^MEDIUM {4}198\.51\.100\.7/);
    assert.doesNotMatch(attackers, /192\.0\.2/);
    assert.deepEqual(own.match(/A telephone has an old password/g)?.length, 1);
    const flat = own.replaceAll(/\s+/g, ' ');
    assert.match(flat, /INFO 192\.0\.2\.1 hygiene: .* \(SIP-TEST-001, 3 times\)/);
    assert.match(flat, /Also: 192\.0\.2\.2, 192\.0\.2\.3\. What to do: Type it anew\./);
    assert.doesNotMatch(flat, /forged/);
  });

  test('is told apart by whether it is about the own network', () => {
    const survey = info(9, { class: 'survey', rule: 'SIP-TEST-002', title: 'A survey' });
    const text = incidentList([survey, info(1)], 80, plain);
    assert.match(text, /^Your own network .*INFO {6}192\.0\.2\.1 .*\nFor information .*A survey/s);
  });

  test('keeps within the width, however many there are', () => {
    const many = Array.from({ length: 50 }, (_, i) => info(i));
    for (const width of [60, 80]) {
      for (const line of incidentList(many, width, plain).split('\n')) {
        assert.ok(line.length <= width, line);
      }
    }
    assert.match(incidentList(many, 80, plain).replaceAll(/\s+/g, ' '), /and 41 more\./);
  });
});

describe('the totals', () => {
  test('count by severity, and name the gravest after a long list', () => {
    const alerts = [
      ...Array.from({ length: 7 }, (_, i) =>
        alertOf({ sourceIp: `192.0.2.${i}`, severity: 'high', firstSeen: i, stage: 'recon' }),
      ),
      alertOf({ sourceIp: '198.51.100.30', severity: 'critical', stage: 'access' }),
      alertOf({ severity: 'info' }),
    ];
    const lines = incidentTotals(alerts, 0, 80);
    assert.equal(lines[0], '9 incidents: 1 critical, 7 high, 1 info');
    const rest = lines.slice(1).join(' ');
    assert.match(rest, /^gravest: 198\.51\.100\.30 \(critical, access\), 192\.0\.2\.0 \(high/);
    assert.match(rest, / and 3 more$/);
    assert.ok(lines.every((line) => line.length <= 80));
  });

  test('say what could not be listed', () => {
    assert.deepEqual(incidentTotals([alertOf()], 1200, 80), [
      '1 incident: 1 medium',
      'and 1,200 later incidents: too many to list',
    ]);
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
