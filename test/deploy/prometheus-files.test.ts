import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { without } from '../support/installed.js';
import { alertingRules, allRules, unknownMetrics } from '../support/prometheus-rules.js';
import { runCommand } from '../support/run-program.js';

const FOLDER = 'deploy/prometheus';
const TEST_FILES = ['sipseer.rules.test.yml', 'sipseer.rules.days.test.yml'];
const skip = without('promtool');

interface PromtoolTest {
  readonly promql_expr_test?: readonly {
    expr: string;
    exp_samples: readonly { labels: string }[];
  }[];
}

async function passes(program: string, ...args: string[]): Promise<void> {
  const { code, stdout, stderr } = await runCommand(program, args, { cwd: FOLDER });
  assert.equal(code, 0, `${stdout}${stderr}`);
}

describe('the rules', () => {
  test('are in order for promtool, lint included', { skip }, () =>
    passes('promtool', 'check', 'rules', '--lint=all', '--lint-fatal', 'sipseer.rules.yml'),
  );

  for (const file of TEST_FILES) {
    test(`fire when they should and at no other time: ${file}`, { skip }, () =>
      passes('promtool', 'test', 'rules', file),
    );
  }

  test('all have a test in which they fire', () => {
    const fired = new Set<string>();
    for (const file of TEST_FILES) {
      const { tests } = parse(readFileSync(`${FOLDER}/${file}`, 'utf8')) as {
        tests: readonly PromtoolTest[];
      };
      const samples = tests
        .flatMap((one) => one.promql_expr_test ?? [])
        .flatMap(({ exp_samples }) => exp_samples);
      for (const { labels } of samples) {
        const name = /alertname="(\w+)", alertstate="firing"/.exec(labels)?.[1];
        if (name !== undefined) fired.add(name);
      }
    }
    assert.deepEqual(
      alertingRules()
        .map(({ alert }) => alert)
        .filter((name) => !fired.has(name)),
      [],
    );
  });

  test('name only metrics that are documented, or that a rule before them records', () => {
    for (const { alert, record, expr } of allRules()) {
      assert.deepEqual(unknownMetrics(expr), [], alert ?? record);
    }
  });

  test('have a severity, words for people and a paragraph in docs/OPERATION.md', () => {
    const anchors = anchorsOf(readFileSync('docs/OPERATION.md', 'utf8'));
    for (const { alert, labels, annotations } of alertingRules()) {
      assert.match(labels.severity ?? '', /^(?:critical|warning|info)$/, alert);
      assert.ok((annotations.summary?.length ?? 0) > 10, alert);
      assert.ok((annotations.description?.length ?? 0) > 40, alert);
      const [page, anchor] = annotations.runbook_url?.split('#') ?? [];
      assert.equal(page, 'docs/OPERATION.md', alert);
      assert.ok(anchors.has(anchor!), `${alert}: no heading #${anchor}`);
    }
  });
});

describe('the examples', () => {
  test('prometheus.yml is in order', { skip }, () =>
    passes('promtool', 'check', 'config', 'prometheus.yml'),
  );

  test('alertmanager.yml is in order', { skip: without('amtool') }, () =>
    passes('amtool', 'check-config', 'alertmanager.yml'),
  );

  const routed = { skip: without('amtool') };
  for (const [receiver, severity] of [
    ['night', 'critical'],
    ['day', 'warning'],
    ['record', 'info'],
  ] as const) {
    test(`alertmanager.yml sends ${severity} to ${receiver}`, routed, () =>
      passes(
        'amtool',
        'config',
        'routes',
        'test',
        '--config.file=alertmanager.yml',
        `--verify.receivers=${receiver}`,
        `severity=${severity}`,
      ),
    );
  }
});

/** Headings as GitHub makes anchors of them. */
function anchorsOf(markdown: string): Set<string> {
  return new Set(
    [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
      heading!
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
}
