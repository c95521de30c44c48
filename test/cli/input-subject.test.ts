import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inputOf } from '../../src/cli/configured-input.js';
import { DEFAULT_INPUT } from '../../src/cli/input-subject.js';
import { DEFAULT_CONFIG } from '../../src/config/config.js';
import { DEFAULT_DIAL_PLAN } from '../../src/detect/numbers/dial-plan.js';
import { parseAddress } from '../../src/wire/address.js';
import { isTrustedEnd } from '../../src/wire/trusted-ends.js';

test('without a configuration the same holds as with an empty one', () => {
  const { subject, ...rest } = inputOf(DEFAULT_CONFIG);
  const { subject: byDefault, ...restByDefault } = DEFAULT_INPUT;
  assert.deepEqual(rest, restByDefault);
  assert.deepEqual(subject.ports, byDefault.ports);
  // What is left out of the default is what the sensor takes by itself.
  assert.deepEqual(Object.keys(byDefault), ['ports']);
  assert.deepEqual(subject.dialPlan, DEFAULT_DIAL_PLAN);
  assert.deepEqual(subject.peers, []);
  for (const text of ['10.0.0.1', '198.51.100.7', '127.0.0.1', 'fd00::1', '2001:db8::1', '::1']) {
    const address = parseAddress(text)!;
    assert.equal(subject.trustedTunnels?.(address), isTrustedEnd(address), text);
    assert.equal(subject.trustedHops?.(address), false);
  }
});
