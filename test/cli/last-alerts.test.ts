import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LastAlerts } from '../../src/cli/last-alerts.js';
import { alertOf } from '../support/alerts.js';

describe('the last alerts', () => {
  test('keep the last of each incident and story', () => {
    const alerts = new LastAlerts();
    alerts.add(alertOf({ alertId: 'first' }), 1);
    alerts.add(alertOf({ alertId: 'second', state: 'close' }), 1);
    alerts.add(alertOf({ alertId: 'other story' }), 2);
    assert.deepEqual(
      alerts.values().map(({ alertId }) => alertId),
      ['second', 'other story'],
    );
  });

  test('beyond the limit incidents are counted once each, and those kept go on', () => {
    const alerts = new LastAlerts(1);
    alerts.add(alertOf({ incidentId: 'a' }), 1);
    alerts.add(alertOf({ incidentId: 'b' }), 1);
    alerts.add(alertOf({ incidentId: 'b', state: 'close' }), 1);
    alerts.add(alertOf({ incidentId: 'a', state: 'close' }), 1);
    assert.equal(alerts.more, 1);
    assert.deepEqual(
      alerts.values().map(({ incidentId, state }) => [incidentId, state]),
      [['a', 'close']],
    );
  });
});
