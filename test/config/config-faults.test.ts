import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Config, DEFAULT_CONFIG } from '../../src/config/config.js';
import { configFaults } from '../../src/config/config-faults.js';

describe('a configuration that did not come from a file', () => {
  test('is right when its values are', () => {
    assert.deepEqual(configFaults(DEFAULT_CONFIG), []);
    const { capture, events } = DEFAULT_CONFIG;
    const config = { ...DEFAULT_CONFIG, capture: { ...capture, ports: undefined }, events };
    assert.deepEqual(configFaults(config), []);
  });

  test('is held to the same bounds as a file, all at once', () => {
    const config: Config = {
      ...DEFAULT_CONFIG,
      capture: {
        ...DEFAULT_CONFIG.capture,
        interfaces: ['eth0', '-w'],
        ports: new Set(),
        filter: '-w x',
        buffer_mib: 0,
        record: { file: '', limit_mib: 1 },
      },
      state: { interval: 0.5 },
      web: {
        ...DEFAULT_CONFIG.web,
        listen_addresses: ['localhost', ':1', '[::1]:1'],
        telemetry_path: '/api/metrics',
      },
    };
    assert.deepEqual(configFaults(config), [
      'capture.interfaces.1: the name of an interface does not begin with -',
      'capture.ports: the list must have at least 1 entry',
      'capture.filter: a filter is one line and does not begin with -',
      'capture.buffer_mib: must be at least 1',
      'capture.record.file: is empty; give a text',
      'state.interval: give a number and a unit, such as 250ms, 60s, 10m, 6h or 2d, from 1s to 1d',
      'web.listen_addresses.2: takes the same port as entry 2 of the list; remove one',
      'web.listen_addresses.0: give ADDRESS:PORT, such as 127.0.0.1:15060 or [::1]:15060; :15060 listens on all addresses',
      'web.telemetry_path: paths below /-/ and /api/ are taken',
    ]);
  });
});
