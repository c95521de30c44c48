import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TCP_WRAPPINGS } from '../support/rewrap/catalogue.js';
import { checkWrapping } from '../support/rewrap/check-wrapping.js';
import { type Form, SipCaptures } from '../support/rewrap/plain-captures.js';
import { coalesced, inGroups } from '../support/rewrap/tcp-streams.js';

/** However TCP cuts its bytes into segments and sends them: the messages are the same. */

const captures = await SipCaptures.read();
const FORMS: readonly Form[] = ['over TCP', 'over TCP and IPv6', 'over WebSocket'];

for (const [i, wrapping] of TCP_WRAPPINGS.entries()) {
  test(wrapping.name, (t) => {
    checkWrapping(t, wrapping, captures.meeting(i), FORMS, 30);
  });
}

test('TCP: segments put together by the network card', (t) => {
  let frames = 0;
  let fewer = 0;
  const differing: string[] = [];
  for (const series of captures.all) {
    for (const form of FORMS) {
      const plain = series.framesAs(form).map(inGroups);
      const wrapped = series.framesAs(form).map(coalesced);
      frames += plain.flat().length;
      fewer += plain.flat().length - wrapped.flat().length;
      const found = series.differences(series.seenIn(plain), wrapped);
      differing.push(...found.map((line) => `${form}: ${line}`));
    }
  }
  t.diagnostic(`${frames} frames, ${fewer} fewer when put together`);
  assert.ok(fewer > 100);
  assert.deepEqual(differing, []);
});

test('over WebSocket the incidents are those over TCP', () => {
  const differing: string[] = [];
  let alerts = 0;
  for (const series of captures.all) {
    const plain = series.seenAs('over TCP');
    alerts += plain.reduce((sum, seen) => sum + seen.alerts.length, 0);
    differing.push(...series.differences(plain, series.framesAs('over WebSocket')));
  }
  assert.ok(alerts > 50);
  assert.deepEqual(differing, []);
});
