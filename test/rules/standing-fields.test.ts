import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Observation } from '../../src/detect/observation.js';
import { ObservationWriter } from '../../src/detect/observation-writer.js';
import { SourceTable } from '../../src/detect/sources/sources.js';
import { observationFields, STANDING_FIELDS } from '../../src/rules/fields/observation-fields.js';
import { Counters } from '../../src/telemetry/counters.js';
import { Transport } from '../../src/wire/packet.js';

test('each field that asks for the standing of the source says so', () => {
  const sources = new SourceTable(new Counters());
  const profile = sources.comes(1, 0);
  let said: Observation | undefined;
  const writer = new ObservationWriter(new Counters(), sources, (one) => {
    said = one;
  });
  const doing = {
    origin: 1,
    originPort: 5060,
    target: 2,
    targetPort: 5060,
    transport: Transport.Udp,
    method: 'OPTIONS',
  };
  let asked = 0;
  const standing = sources.standing.bind(sources);
  sources.standing = (...known) => {
    asked++;
    return standing(...known);
  };
  const asking: string[] = [];
  for (const field of observationFields.values()) {
    writer.say('target.probed', doing, profile, {});
    const before = asked;
    field.read(said!);
    if (asked > before) asking.push(field.name);
  }
  assert.ok(asking.length > 10);
  assert.deepEqual([...STANDING_FIELDS], asking);
});
