import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { handsetActor, siteActor } from '../../src/incident/actor.js';
import { Incident } from '../../src/incident/incident.js';
import { readIncident, savedIncident } from '../../src/incident/saved-incident.js';
import { actorOf } from '../../src/rules/actor.js';
import type { Finding } from '../../src/rules/finding.js';
import type { JsonValue, SavedEntry } from '../../src/telemetry/saved-entry.js';
import { findingOf, TrackerRun } from '../support/findings.js';

const FINDING = findingOf({ severity: 'high', tool: 'x' }, { facts: [{ name: 'a', value: 'b' }] });
const { signature, source, target } = FINDING;
const signatureOf = (id: string) => (id === signature.id ? signature : undefined);

const ACTORS = {
  source: actorOf('source', signature.id, source, target, []),
  network: actorOf('network', signature.id, source, target, []),
  target: actorOf('target', signature.id, source, target, []),
  group: actorOf('group', signature.id, source, target, ['203.0.113.5', '1001']),
  handset: handsetActor(source, 40312),
  site: siteActor(source),
};

/** An incident of this actor about which all is known that is kept. */
function incidentOf(kind: keyof typeof ACTORS): Incident {
  const entry = { finding: { ...FINDING, sourcePort: 40312 }, packet: 'a:1' };
  const incident = new Incident('id', ACTORS[kind], entry);
  incident.add(entry);
  incident.add({ ...entry, finding: { ...entry.finding, source: 77, time: 5 } });
  incident.source = source;
  incident.lastAlertAt = 5;
  incident.history.push({ time: 1, rule: 'R', stage: 'recon', severity: 'low', reason: 'It did' });
  incident.followUp = {
    at: 60,
    told: { count: 1, targets: 2, accounts: 3, guesses: 4, sources: 5 },
  };
  incident.prove();
  return incident;
}

/** As a file gives it back. */
const written = (incident: Incident): SavedEntry =>
  JSON.parse(JSON.stringify(savedIncident(incident)));

describe('an incident over a restart', () => {
  for (const kind of Object.keys(ACTORS) as (keyof typeof ACTORS)[]) {
    test(`about a ${kind} comes back whole`, () => {
      const incident = incidentOf(kind);
      const entry = written(incident);
      const back = readIncident(entry, signatureOf);
      assert.ok(back);
      assert.deepEqual(back.actor, incident.actor);
      assert.deepEqual(written(back), entry);
      assert.deepEqual([back.isProved, back.followUp?.at, back.history.length], [true, 60, 1]);
      assert.equal(back.sources.count, incident.sources.count);
    });
  }

  test('is refused, and never throws, where any part of it is rubbish', () => {
    const rubbish = fc.oneof(
      fc.constantFrom<JsonValue>(null, -1, 1.5, 1e300, '', '__proto__', [], {}, true),
      fc.jsonValue() as fc.Arbitrary<JsonValue>,
    );
    let refused = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...(Object.keys(ACTORS) as (keyof typeof ACTORS)[])),
        fc.array(fc.nat(20), { minLength: 1, maxLength: 4 }),
        rubbish,
        (kind, path, value) => {
          const entry = replaced(written(incidentOf(kind)), path, value) as SavedEntry;
          const back = readIncident(entry, signatureOf);
          if (back === undefined) refused++;
          // What was taken in can be told and kept again.
          else assert.ok(readIncident(written(back), signatureOf));
        },
      ),
      { numRuns: 1500 },
    );
    assert.ok(refused > 500, String(refused));
  });

  test('of which an actor is none of the kinds is refused', () => {
    const actors: JsonValue[] = [
      null,
      [],
      ['nobody'],
      ['target'],
      ['target', 'short'],
      ['group', 'x'.repeat(2000), 'y'],
      ['group', 'x'],
      ['handset', 65536],
      ['handset', -1],
      ['handset'],
    ];
    for (const actor of actors) {
      const entry = [...written(incidentOf('source'))] as JsonValue[];
      entry[2] = actor;
      assert.equal(readIncident(entry as unknown as SavedEntry, signatureOf), undefined);
    }
  });
});

/** A copy in which what stands at this path of places is another value. */
function replaced(value: JsonValue, [place, ...rest]: readonly number[], by: JsonValue): JsonValue {
  if (place === undefined || !Array.isArray(value) || value.length === 0) return by;
  const copy = [...(value as JsonValue[])];
  const at = place % copy.length;
  copy[at] = replaced(copy[at]!, rest, by);
  return copy;
}

describe('a tracker over a restart', () => {
  test('tells afterwards what it would have told without', () => {
    const story = (restart: boolean) => {
      let run = new TrackerRun();
      const told: string[] = [];
      const at = (time: number, severity: Finding['signature']['severity'], from = source) => {
        run.tracker.advance(time);
        const finding = findingOf({ severity }, { time, source: from });
        const signed = { ...signature, severity };
        run.tracker.finding({ ...finding, signature: signed });
      };
      at(0, 'medium');
      at(30, 'low', 5);
      if (restart) {
        told.push(...run.states());
        const entries = [...run.tracker.save()].map((each) => JSON.parse(JSON.stringify(each)));
        run = new TrackerRun();
        for (const each of entries) {
          assert.ok(run.tracker.restore(each, () => ({ ...signature, severity: 'medium' })));
        }
        run.tracker.restored();
      }
      for (let i = 0; i < 50; i++) at(31 + i / 10, 'low');
      run.tracker.advance(100);
      at(200, 'high');
      run.tracker.finish(300);
      return [...told, ...run.states()];
    };
    assert.deepEqual(story(true), story(false));
    assert.ok(story(true).includes('update 60'), story(true).join());
  });
});
