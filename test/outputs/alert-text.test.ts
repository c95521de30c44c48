import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AlertText } from '../../src/outputs/alert-text.js';
import type { Paint } from '../../src/outputs/text-layout.js';
import { alertOf } from '../support/alerts.js';

const plain: Paint = (_, text) => text;
const textOf = (more: Parameters<typeof alertOf>[0]) => new AlertText(80, plain).of(alertOf(more));

const RAISED = {
  stage: { from: 'recon', to: 'enumeration' },
  severity: { from: 'low', to: 'medium' },
  confidence: undefined,
  tool: undefined,
  rule: 'SIP-TEST-001',
  reason: 'It did it',
} as const;

describe('an alert for who watches', () => {
  test('that is new tells the whole story', () => {
    const text = textOf({});
    assert.match(text, /^2026-01-15 12:00:00 UTC {2}new\n/);
    assert.match(text, /MEDIUM {4}198\.51\.100\.7/);
  });

  test('that rose says what rose, from what to what', () => {
    const text = textOf({ state: 'update', raised: RAISED });
    assert.match(
      text.replaceAll(/\s+/g, ' '),
      /worse: stage from recon to enumeration, severity from low to medium MEDIUM 198/,
    );
    const tool = { ...RAISED, stage: undefined, severity: undefined, tool: 'sipvicious/svmap' };
    assert.match(textOf({ state: 'update', raised: tool }), /its tool is known: sipvicious\/svmap/);
  });

  test('that goes on or is over has one line', () => {
    const name = '198.51.100.7:40312';
    const actor = { kind: 'handset', name } as const;
    const lines = [
      [textOf({ state: 'update', actor }), 'goes on, 42 requests so far'],
      [textOf({ state: 'close', actor }), 'closed, after 42 requests'],
    ];
    for (const [text, what] of lines) {
      assert.equal(text, `2026-01-15 12:00:00 UTC  ${name}: ${what}\n`);
    }
  });
});
