import assert from 'node:assert/strict';
import { test } from 'node:test';
import { offloadWarning, parseOffloads } from '../../src/live/offloads.js';

const PRINTED = `Features for eth0:
rx-checksumming: on [fixed]
tcp-segmentation-offload: off
	tx-tcp-segmentation: on
generic-segmentation-offload: on
generic-receive-offload: on [requested off]
large-receive-offload: off [fixed]
rx-vlan-offload: on
`;

const MIB = 1024 * 1024;
const SMALL = { slots: 2046, memory: 256 * MIB };
const LARGE = { slots: 83_886, memory: 164 * MIB };

test('of what ethtool prints, those that enlarge frames are read', () => {
  const names = parseOffloads(PRINTED)?.on.map(({ short }) => short);
  assert.deepEqual(names, ['gso', 'gro']);
});

test('what is no list of features tells nothing', () => {
  for (const text of ['', 'Cannot get device feature names: No such device', 'a:b:c\n::\n\0']) {
    assert.equal(parseOffloads(text), undefined);
  }
});

test('the warning says what it costs and what to type', () => {
  assert.equal(
    offloadWarning('eth0', parseOffloads(PRINTED), SMALL, LARGE),
    'generic-segmentation-offload, generic-receive-offload are on, so the ring holds 2046 packets ' +
      'in 256 MiB instead of 83886: ethtool -K eth0 gso off gro off',
  );
});

test('no warning where nothing would be gained', () => {
  assert.equal(offloadWarning('eth0', parseOffloads(PRINTED), SMALL, SMALL), undefined);
  assert.equal(offloadWarning('eth0', { on: [] }, SMALL, LARGE), undefined);
});

test('unknown offloads are told as unknown', () => {
  assert.match(offloadWarning('eth0', undefined, SMALL, LARGE) ?? '', /not known.*2046 packets in/);
});
