import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { dashboard, expressions } from '../support/grafana-dashboard.js';
import { unknownMetrics } from '../support/prometheus-rules.js';

const { panels, templating, schemaVersion, annotations } = dashboard();
const charts = panels.filter(({ type }) => type !== 'row');

describe('the dashboard', () => {
  test('has panels with ids of their own, in their places, none over another', () => {
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
    const taken = new Map<string, string>();
    for (const { title, gridPos } of panels) {
      assert.ok(gridPos.x + gridPos.w <= 24, title);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          assert.equal(taken.get(`${x} ${y}`), undefined, `${title} lies over another`);
          taken.set(`${x} ${y}`, title);
        }
      }
    }
  });

  test('uses panels that Grafana 10 and later has', () => {
    assert.ok(schemaVersion >= 38);
    const types = new Set(charts.map(({ type }) => type));
    const current = ['bargauge', 'stat', 'state-timeline', 'table', 'timeseries'];
    assert.deepEqual([...types].sort(), current);
  });

  test('says of each panel what it shows, in what unit, and what to do', () => {
    for (const { title, description, fieldConfig } of charts) {
      assert.ok((description?.length ?? 0) > 20, title);
      assert.ok(fieldConfig?.defaults.unit, title);
    }
    assert.equal(new Set(charts.map(({ title }) => title)).size, charts.length);
  });

  test('asks the data source that was chosen, and for what was chosen', () => {
    assert.deepEqual(
      templating.list.map(({ name }) => name),
      ['datasource', 'job', 'instance', 'interface'],
    );
    for (const { title, datasource, targets } of charts) {
      for (const source of [datasource, ...(targets ?? []).map((target) => target.datasource)]) {
        assert.deepEqual(source, { type: 'prometheus', uid: `\${datasource}` }, title);
      }
    }
    for (const { title, expr } of expressions()) {
      for (const [, selector] of expr.matchAll(/\{([^}]*)\}/g)) {
        assert.match(selector!, /instance=~"\$instance"/, `${title}: ${expr}`);
      }
    }
    assert.match(annotations.list.at(-1)!.expr!, /^ALERTS\{/);
  });

  test('names only metrics that are documented, or that the rules record', () => {
    for (const { title, expr } of expressions()) {
      assert.deepEqual(unknownMetrics(expr), [], `${title}: ${expr}`);
    }
  });
});
