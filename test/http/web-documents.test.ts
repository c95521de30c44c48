import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkWebConfig } from '../../src/http/web-config.js';
import { MESSAGE_BYTES } from '../../src/metrics/message-bytes.js';
import { metricRows, PREFIX } from '../../src/metrics/metrics.js';
import { packageRoot } from '../../src/package-root.js';
import { NO_PROMTOOL, promtool } from '../support/promtool.js';
import { temporaryFile } from '../support/temporary-file.js';
import { apiDocument, metricsDocument } from '../support/web-documents.js';

const metricsText = readFileSync(join(packageRoot(), 'docs/METRICS.md'), 'utf8');
const apiText = readFileSync(join(packageRoot(), 'docs/API.md'), 'utf8');
const AGAIN = 'npm run web-docs writes it anew';

function blocks(text: string, language: string): string[] {
  const pattern = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs');
  return [...text.matchAll(pattern)].map(([, block = '']) => block);
}

test('docs/METRICS.md has the table of the metrics that are exported', () => {
  assert.equal(metricsText, metricsDocument(metricsText), AGAIN);
});

test('docs/API.md has the routes and answers of the program', async () => {
  assert.equal(apiText, await apiDocument(apiText), AGAIN);
});

test('the queries in docs/METRICS.md name metrics that there are', () => {
  const buckets = [`${MESSAGE_BYTES.name}_bucket`];
  const known = new Set([...metricRows().map(({ name }) => name), ...buckets]);
  const queries = blocks(metricsText, 'promql');
  assert.ok(queries.length > 5);
  for (const query of queries) {
    const names = query.match(/sipseer_\w+/g) ?? [];
    assert.ok(names.length > 0, query);
    for (const name of names) assert.ok(known.has(name.slice(PREFIX.length)), name);
  }
});

test('Prometheus understands the queries in docs/METRICS.md', { skip: NO_PROMTOOL }, (t) => {
  const rules = blocks(metricsText, 'promql').map((query, i) => ({
    record: `example:query${i}`,
    expr: query,
  }));
  const text = JSON.stringify({ groups: [{ name: 'examples', rules }] });
  const file = temporaryFile(t, 'rules.json', text);
  const { good, says } = promtool(['check', 'rules', file]);
  assert.ok(good, says);
});

test('the web configuration in docs/API.md is one, but for its files', (t) => {
  const [yaml = ''] = blocks(apiText, 'yaml');
  const file = temporaryFile(t, 'web.yml', yaml);
  const problems = checkWebConfig(file).map(({ message }) => message.replace(/ENOENT.*/, ''));
  assert.deepEqual(problems, [
    'tls_server_config.cert_file: cannot be read: ',
    'tls_server_config.key_file: cannot be read: ',
    'tls_server_config.client_ca_file: cannot be read: ',
  ]);
});
