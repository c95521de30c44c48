import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withIpv4 } from '../support/rewrap/addresses.js';
import { SipCaptures } from '../support/rewrap/plain-captures.js';
import { difference, type Seen } from '../support/rewrap/seen.js';

/**
 * The same messages between IPv6 hosts give the same incidents, the addresses apart. Where they do
 * not: capture, and why.
 */
const DIFFERENCES: Record<string, string> = {};

/** With the addresses of IPv4. The ids of incidents are made of addresses. */
function translatedBack(seen: Seen): Seen {
  const alerts = seen.alerts.map((line) => withoutIds(withIpv4(line)));
  return { ...seen, alerts };
}

function withoutIds(line: string): string {
  return line
    .replaceAll(/"(alert|incident)_id":"[0-9a-f]+"/g, '"$1_id":""')
    .replaceAll(/"related":\[[^\]]*\]/g, (ids) => ids.replaceAll(/[0-9a-f]{16}/g, ''));
}

test('over IPv6 the incidents are those of IPv4', async (t) => {
  const differing = new Map<string, string>();
  let alerts = 0;
  for (const captures of (await SipCaptures.read()).all) {
    const plain = captures.seenAs('as captured');
    const translated = captures.seenAs('over IPv6');
    for (const [i, name] of captures.names.entries()) {
      const own = { ...plain[i]!, alerts: plain[i]!.alerts.map(withoutIds) };
      alerts += own.alerts.length;
      const found = difference(own, translatedBack(translated[i]!));
      if (found !== undefined) differing.set(name, found);
    }
  }
  t.diagnostic(`${alerts} alerts`);
  assert.ok(alerts > 50);
  const unexplained = [...differing].filter(([name]) => !(name in DIFFERENCES));
  assert.deepEqual(unexplained, []);
  const outdated = Object.keys(DIFFERENCES).filter((name) => !differing.has(name));
  assert.deepEqual(outdated, [], 'these differences are gone: take them out of the table');
});
