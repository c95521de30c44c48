import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Incident } from '../../src/incident/incident.js';
import { IncidentTable } from '../../src/incident/incident-table.js';
import { SEVERITIES, type Severity, severityRank } from '../../src/rules/signature.js';
import { incidentOf } from '../support/readings.js';

/** An incident of a source of its own. */
function made(source: number, severity: Severity, proved: boolean): Incident {
  const incident = incidentOf(`${source}`, { severity }, { source });
  if (proved) incident.prove();
  return incident;
}

describe('the table of open incidents', () => {
  test('never gives up what is proved, or graver, for what is not', () => {
    const severity = fc.constantFrom(...SEVERITIES);
    const arrivals = fc.array(fc.record({ severity, proved: fc.boolean() }), { maxLength: 60 });
    fc.assert(
      fc.property(arrivals, (list) => {
        const limit = 5;
        const gone: Incident[] = [];
        const table = new IncidentTable((incident) => gone.push(incident), limit);
        for (const [i, { severity, proved }] of list.entries()) {
          const incident = made(i, severity, proved);
          const before = gone.length;
          const taken = table.add(incident);
          assert.equal(table.find(i) === incident, taken);
          for (const evicted of gone.slice(before)) {
            assert.equal(evicted.isProved, proved);
            assert.ok(severityRank(evicted.severity) <= severityRank(severity));
          }
        }
        const left = [...table.all()];
        for (const proved of [true, false]) {
          const wanted = list.filter((each) => each.proved === proved);
          const kept = left.filter((incident) => incident.isProved === proved);
          assert.equal(kept.length, Math.min(limit, wanted.length));
          const ranks = (all: readonly { severity: Severity }[]) =>
            all.map((each) => severityRank(each.severity)).sort((a, b) => b - a);
          assert.deepEqual(ranks(kept), ranks(wanted).slice(0, limit), 'the gravest are kept');
        }
      }),
    );
  });

  test('moves what becomes graver, or is proved, and tells who was quiet longest', () => {
    const gone: Incident[] = [];
    const table = new IncidentTable((incident) => gone.push(incident), 2);
    const [first, second] = [made(1, 'low', false), made(2, 'low', false)];
    for (const incident of [first, second]) table.add(incident);
    first.severity = 'high';
    table.touch(first);
    table.add(made(3, 'low', false));
    assert.deepEqual(gone, [second]);
    first.prove();
    table.touch(first);
    table.add(made(4, 'low', false));
    assert.deepEqual(gone, [second], 'it made room in the half that it left');
    first.lastSeen = 0;
    assert.equal(table.quietest(), first);
    assert.deepEqual(
      table.tables().map(({ table: name, entries, evicted }) => [name, entries, evicted]),
      [
        ['incidents_unproven', 2, 1],
        ['incidents_proven', 1, 0],
      ],
    );
  });

  test('a proof finds room in a full half: the least grave there gives way', () => {
    const gone: Incident[] = [];
    const table = new IncidentTable((incident) => gone.push(incident), 1);
    const high = made(1, 'high', true);
    const low = made(2, 'low', false);
    for (const incident of [high, low]) table.add(incident);
    low.prove();
    table.touch(low);
    assert.deepEqual(gone, [high]);
    assert.deepEqual([...table.walk()], [low]);
  });
});
