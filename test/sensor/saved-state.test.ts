import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { JsonValue, SavedEntry } from '../../src/telemetry/saved-entry.js';
import {
  bundledFrames,
  type CapturedFrame,
  feed,
  linesOf,
  SensorLines,
} from '../support/capture-frames.js';
import type { Event } from '../support/replayed-events.js';
import { SensorRun, START } from '../support/sensor-run.js';
import { loadedOf, signatureOf } from '../support/signature-texts.js';
import { answer, challenge, credentials, request } from '../support/sip-texts.js';

const captures = await bundledFrames();

/** Time that requests, challenges and relayed requests may still be waited for (seconds). */
const QUIET = 10.5;
const CUTS = 8;

/** What a sensor keeps, as a file gives it back. */
function saved({ sensor }: Pick<SensorLines, 'sensor'>): SavedEntry[] {
  return JSON.parse(JSON.stringify([...sensor.save()]));
}

/** The alerts of frames with a restart before frame `cut`, for each of the cuts in turn. */
function* restarts(
  frames: readonly CapturedFrame[],
  cuts: readonly number[],
  wait: number,
): Generator<[cut: number, lines: string[]]> {
  const first = new SensorLines();
  let fed = 0;
  for (const cut of cuts) {
    feed(first.sensor, frames.slice(fed, cut));
    fed = cut;
    first.sensor.advance(frames[cut - 1]!.time + wait);
    const second = new SensorLines();
    const entries = saved(first);
    assert.deepEqual(second.sensor.restore(entries), { restored: entries.length, skipped: 0 });
    feed(second.sensor, frames.slice(cut));
    yield [cut, [...first.lines, ...second.end()]];
  }
}

/** Alerts without the numbers of frames, which begin anew with the process. */
function withoutFrames(lines: readonly string[]): string[] {
  return lines.map((line) => line.replaceAll(/capture:\d+/g, 'capture:N'));
}

function some<T>(list: readonly T[]): T[] {
  const step = Math.max(1, Math.floor(list.length / CUTS));
  return list.filter((_, i) => i % step === 0);
}

/** Who did what, by state: `open 198.51.100.7`. */
function told(lines: readonly string[], state: Event['sipseer']['state']): string[] {
  const events = lines.map((line): Event => JSON.parse(line));
  return events.filter(({ sipseer }) => sipseer.state === state).map(({ src_ip }) => src_ip);
}

describe('a restart', () => {
  test('where nothing is waited for changes no alert', () => {
    let count = 0;
    for (const [name, frames] of captures) {
      const cuts = frames.flatMap(({ time }, i) =>
        i > 0 && time - frames[i - 1]!.time > QUIET ? [i] : [],
      );
      const expected = withoutFrames(linesOf(frames));
      for (const [cut, lines] of restarts(frames, some(cuts), QUIET)) {
        assert.deepEqual(withoutFrames(lines), expected, `${name} ${cut}`);
        count++;
      }
    }
    assert.ok(count >= 50, `${count} restarts`);
  });

  test('at any other moment opens no incident twice, and forgets none that is open', () => {
    for (const [name, frames] of captures) {
      const expected = told(linesOf(frames), 'open');
      const cuts = some(frames.map((_, i) => i).slice(1));
      for (const [cut, lines] of restarts(frames, cuts, 0)) {
        const opened = told(lines, 'open');
        const where = `${name} ${cut}: ${opened}`;
        assert.equal(new Set(opened).size, opened.length, where);
        assert.deepEqual(told(lines, 'close').sort(), opened.sort(), where);
        assert.ok(
          opened.every((source) => expected.includes(source)),
          where,
        );
      }
    }
  });

  test('saving twice gives the same, and so does saving what was restored', () => {
    for (const [name, frames] of captures) {
      const run = new SensorLines();
      feed(run.sensor, frames);
      const entries = saved(run);
      assert.deepEqual(saved(run), entries, name);
      const other = new SensorLines();
      other.sensor.restore(entries);
      assert.deepEqual(saved(other), entries, name);
    }
  });
});

const MATCH = 'match:\n  one: { method: OPTIONS }\n  condition: one';
const one = signatureOf({ id: 'id: SIP-TEST-ONE', match: MATCH });
const two = signatureOf({
  id: 'id: SIP-TEST-TWO',
  match: MATCH,
  severity: 'severity: high',
  count: 'count: { at_least: 3, within: 60s }',
});

describe('what was saved', () => {
  test('goes on with the incident whose leading signature is gone, if another is left', () => {
    const run = new SensorRun(loadedOf(one, two));
    for (let i = 0; i < 3; i++) run.udp(request(), i);
    assert.equal(run.alerts.at(-1)?.rule, two.id);
    const entries = saved(run);

    const other = new SensorRun(loadedOf(one));
    const { skipped } = other.sensor.restore(entries);
    assert.equal(skipped, 3); // the other signature, its count and its suppression
    const [incident] = [...other.sensor.incidents.all()];
    assert.equal(incident?.lead.finding.signature, one);
    assert.equal(other.sensor.incidents.alertOf(incident!).severity, 'high');

    const none = new SensorRun(loadedOf(signatureOf({ id: 'id: SIP-TEST-NEW', match: MATCH })));
    none.sensor.restore(entries);
    assert.deepEqual([...none.sensor.incidents.all()], []);
  });

  test('counts only for a signature that still counts in the same way', () => {
    const run = new SensorRun(loadedOf(two));
    for (let i = 0; i < 2; i++) run.udp(request(), i);
    const entries = saved(run);
    const slower = { ...two, count: { ...two.count!, windows: [{ atLeast: 3, within: 90 }] } };
    for (const [signature, alerts] of [[two, 1] as const, [slower, 0] as const]) {
      const other = new SensorRun(loadedOf(signature));
      other.sensor.restore(entries);
      other.udp(request(), 2);
      assert.equal(other.alerts.length, alerts);
    }
  });

  test('names the address proven by a nonce that was issued before the restart', () => {
    const run = new SensorRun(loadedOf(one));
    const first = run.udp(request({ method: 'REGISTER' }), 0);
    const reply = answer(first, '401 Unauthorized', [challenge('n1')]);
    run.udp(reply, 0.1, '203.0.113.5:5060', '198.51.100.7:5060');
    const other = new SensorRun(loadedOf(one));
    other.sensor.restore(saved(run));
    other.udp(request({ method: 'REGISTER', headers: [credentials('100', 'n1', 'r')] }), 1);
    const [profile] = [...other.sensor.observer.sources.all()];
    assert.equal(profile?.returnPath, true);
  });

  test('goes on with the numbers of a source as long as its incident is open', () => {
    const run = new SensorRun(loadedOf(one));
    for (let hour = 0; hour < 20; hour++) run.udp(request(), 3600 * hour);
    const other = new SensorRun(loadedOf(one));
    other.sensor.restore(saved(run));
    other.udp(request(), 3600 * 30);
    const [incident] = other.sensor.incidents.all();
    assert.equal(other.sensor.incidents.alertOf(incident!).count, 21);
  });

  test('keeps the bytes of a message, at most 4 KiB, so that evidence stays', () => {
    const run = new SensorRun(loadedOf(one));
    run.udp(request({ user: '4711', headers: [`X-Long: ${'x'.repeat(6000)}`] }), 0);
    const entry = saved(run).find(([section]) => section === 'incident');
    assert.ok(JSON.stringify(entry).length < 7000);
    const other = new SensorRun(loadedOf(one));
    other.sensor.restore([entry!]);
    const [alert] = other.finish();
    assert.match(JSON.stringify(alert?.message), /4711/);
  });

  test('may be written while packets go on', () => {
    const frames = captures.find(([name]) => name === 'office-day')![1];
    const run = new SensorLines();
    feed(run.sensor, frames.slice(0, 200));
    const entries: SavedEntry[] = [];
    let at = 200;
    for (const entry of run.sensor.save()) {
      entries.push(JSON.parse(JSON.stringify(entry)));
      feed(run.sensor, frames.slice(at, at + 5));
      at += 5;
    }
    assert.ok(at > 400);
    const other = new SensorLines();
    assert.equal(other.sensor.restore(entries).skipped, 0);
    const known = [...other.sensor.observer.sources.all()].map(({ address }) => address);
    assert.equal(new Set(known).size, known.length);
  });
});

describe('limits', () => {
  test('hold for what is restored', () => {
    const sources = Array.from({ length: 32_778 }, (_, i): SavedEntry => {
      return ['source', i, false, false, START, START, [1, 0, 0, 0, 0, 0], [1, 1], []];
    });
    const run = new SensorRun(loadedOf(one));
    run.sensor.restore(sources);
    const tables = new Map(run.sensor.tables().map((table) => [table.table, table]));
    assert.deepEqual(tables.get('sources_strangers'), {
      table: 'sources_strangers',
      entries: 32_768,
      limit: 32_768,
      evicted: 10,
    });
    assert.equal(tables.get('set_members')?.entries, 32_768);
  });

  test('a source that is named twice is one source', () => {
    const source: SavedEntry = [
      'source',
      7,
      true,
      true,
      1,
      2,
      [1, 0, 0, 0, 0, 0],
      [8, 1, 9, 1],
      [],
    ];
    const run = new SensorRun(loadedOf(one));
    run.sensor.restore([source, ['source', 7, false, ...source.slice(3)]]);
    const members = run.sensor.tables().find(({ table }) => table === 'set_members');
    assert.equal([...run.sensor.observer.sources.all()].length, 1);
    assert.equal(members?.entries, 2);
  });
});

/** Entries of every section. */
function allSections(): SavedEntry[] {
  const bySection = new Map<string, SavedEntry[]>();
  for (const [, frames] of captures) {
    const run = new SensorLines();
    feed(run.sensor, frames);
    for (const entry of saved(run)) {
      const list = bySection.get(entry[0]) ?? [];
      if (list.length < 8) bySection.set(entry[0], [...list, entry]);
    }
  }
  return [...bySection.values()].flat();
}

describe('a damaged file', () => {
  const entries = allSections();
  const junk: fc.Arbitrary<unknown> = fc.oneof(
    fc.constantFrom(null, -1, 1.5, 1e300, '', 'x', true, [], {}, '__proto__', [[[]]]),
    fc.jsonValue({ maxDepth: 2 }),
  );

  /** A copy with the value at a place below it put in the place of another. */
  function damaged(value: unknown, path: readonly number[], put: unknown): unknown {
    const [first, ...rest] = path;
    if (first === undefined || !Array.isArray(value) || value.length === 0) return put;
    const copy = [...value];
    const at = first % copy.length;
    copy[at] = damaged(copy[at], rest, put);
    return copy;
  }

  test('has an entry of each section to damage', () => {
    const sections = [...new Set(entries.map(([section]) => section))].sort();
    assert.deepEqual(sections, [
      'asked',
      'caller',
      'clock',
      'count',
      'first',
      'handset',
      'hunted',
      'incident',
      'login',
      'nonces',
      'opened',
      'proved',
      'registration',
      'replied',
      'role',
      'server',
      'shown',
      'signature',
      'source',
      'suppressed',
      'telephone',
      'visibility',
    ]);
  });

  test('makes nothing throw: what is wrong is skipped and counted, and the sensor goes on', () => {
    const frames = captures.find(([name]) => name === 'svwar-finds-extensions')![1];
    const path = fc.array(fc.nat(40), { minLength: 1, maxLength: 5 });
    const damage = fc.tuple(fc.nat(entries.length - 1), path, junk);
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 20 }), (list) => {
        const broken: unknown[] = [...entries];
        for (const [at, where, put] of list) broken[at] = damaged(broken[at], where, put);
        const run = new SensorLines();
        const { restored, skipped } = run.sensor.restore(broken as SavedEntry[]);
        assert.equal(restored + skipped, entries.length);
        feed(run.sensor, frames);
        for (const incident of run.sensor.incidents.all()) run.sensor.incidents.alertOf(incident);
        run.end();
      }),
      { numRuns: 60 },
    );
  });

  const wrong: [what: string, entry: JsonValue][] = [
    ['no list', 7],
    ['no section', []],
    ['an unknown section', ['nonsense', 1]],
    ['the name of an inherited property', ['constructor', 1]],
    ['a source without an address', ['source', -1, true, true, 1, 2, [1, 0, 0, 0, 0, 0], [], []]],
    ['a source with half a pair', ['source', 1, true, true, 1, 2, [1, 0, 0, 0, 0, 0], [1], []]],
    [
      'a source with unknown marks',
      ['source', 1, true, true, 1, 2, [1, 0, 0, 0, 0, 0], [1, 1024], []],
    ],
    ['a source with half a count', ['source', 1, true, true, 1, 2, [1.5, 0, 0, 0, 0, 0], [], []]],
    ['a count of no signature', ['count', 'SIP-NONE\u001fx', [1], null]],
    ['a count before its signature', ['count', `${two.id}\u001fx`, [1], null]],
    ['too many nonces', ['nonces', 1, ...Array.from({ length: 65 }, (_, i) => i)]],
    ['a login without counts', ['login', 1, false, null, 0, [], [null, null, null]]],
    ['a time beyond all clocks', ['clock', 1e200, null, 0]],
    ['a window that ends before it begins', ['visibility', 100, 40, 0, [], [], []]],
    [
      'an incident of a stage that there is not',
      ['incident', 'a', 1, [1, 1, 1], [1, 1, 1, 1], 'x'],
    ],
  ];
  for (const [what, entry] of wrong) {
    test(`is told by ${what}`, () => {
      const run = new SensorRun(loadedOf(one, two));
      const result = run.sensor.restore([entry as unknown as SavedEntry]);
      assert.deepEqual(result, { restored: 0, skipped: 1 });
    });
  }
});
