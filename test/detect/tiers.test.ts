import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Mark } from '../../src/detect/sources/marked-set.js';
import { SourceProfile } from '../../src/detect/sources/source-profile.js';
import { SourceTable, Tier } from '../../src/detect/sources/sources.js';
import { CountingEngine } from '../../src/rules/counting.js';
import { Counters } from '../../src/telemetry/counters.js';
import { group } from '../support/group.js';

const LIMITS = [100, 50, 50];
const SEEN = 20_000;
const SLOW = 7;

/** One source a minute, and so many forged ones between. */
function flooded(
  between: number,
  minutes: number,
  each: (table: SourceTable, time: number) => void,
) {
  const table = new SourceTable(new Counters(), LIMITS, SEEN);
  let forged = 1000;
  for (let minute = 0; minute < minutes; minute++) {
    each(table, minute * 60);
    for (let i = 0; i < between; i++) table.comes(forged++, minute * 60 + (59 * i) / between);
  }
  return table;
}

describe('sources in three tiers', () => {
  test('who comes at another time rises; what is done to a source does not raise it', () => {
    const table = new SourceTable(new Counters());
    const profile = table.comes(1, 0);
    table.comes(1, 0.5);
    table.touch(1, 5);
    assert.equal(profile.tier, Tier.Stranger);
    table.comes(1, 1);
    assert.equal(profile.tier, Tier.Returning);
    table.proveReturnPath(profile);
    assert.equal(profile.tier, Tier.Settled);
  });

  test('a slow source is kept among forged ones that would push it out many times over', () => {
    let account = 0;
    const table = flooded(15_000, 20, (sources, time) => {
      const profile = sources.comes(SLOW, time);
      sources.markAccount(profile, String(account++), Mark.Tried);
    });
    // The first contact was forgotten, all since are known.
    assert.equal(table.find(SLOW)?.accounts.size, 19);
    assert.equal(table.find(SLOW)?.tier, Tier.Returning);
  });

  test('its counts are kept too', () => {
    const counters = new Counters();
    const sources = new SourceTable(counters, LIMITS, SEEN);
    const counted = { isKnown: (source: number | string) => sources.isKnown(source) };
    const engine = new CountingEngine(counters, { ...counted, limits: [100, 100] });
    const windows = [{ atLeast: 10, within: 3600 }];
    let forged = 1000;
    let found = 0;
    for (let minute = 0; minute < 12; minute++) {
      sources.comes(SLOW, minute * 60);
      const reached = engine.distinct(group('slow'), minute, minute * 60, windows, SLOW);
      if (reached !== undefined) found++;
      for (let i = 0; i < 5000; i++) {
        const source = forged++;
        sources.comes(source, minute * 60 + 30);
        engine.distinct(group(`one ${source}`), 1, minute * 60 + 30, windows, source);
      }
    }
    assert.equal(found, 2, 'the first of twelve was forgotten, so the eleventh is the tenth');
    assert.ok(counters.countersEvicted > 50_000);
  });

  test('a group of many sources that come once each is kept when it goes on', () => {
    const counters = new Counters();
    const engine = new CountingEngine(counters, {
      isKnown: () => false,
      limits: [100, 100],
      seen: SEEN,
    });
    const windows = [{ atLeast: 5, within: 3600 }];
    let found = false;
    for (let turn = 0; turn < 7; turn++) {
      found ||=
        engine.distinct(group('campaign'), turn, turn * 60, windows, turn, true) !== undefined;
      for (let i = 0; i < 5000; i++) {
        engine.distinct(group(`${turn} ${i}`), 1, turn * 60 + 30, windows, i, true);
      }
    }
    assert.ok(found);
  });

  test('all groups together hold no more than their limit, strangers give way first', () => {
    const counters = new Counters();
    const engine = new CountingEngine(counters, {
      entries: 1000,
      isKnown: (source) => source === 1,
    });
    const windows = [{ atLeast: 1000, within: 3600 }];
    for (let i = 0; i < 100; i++) engine.count(group('known'), i, windows, 1);
    for (let i = 0; i < 5000; i++)
      engine.count(group(`stranger ${i % 50}`), i / 10_000, windows, 2);
    const tables = new Map(engine.tables().map((table) => [table.table, table]));
    assert.ok(tables.get('counts_entries')!.entries <= 1000);
    assert.equal(tables.get('counts')?.entries, 1);
    assert.ok(counters.countersEvicted > 0);
  });

  test('a profile that serves again knows nothing of whose it was', () => {
    const fresh = new SourceProfile(2, 5);
    const used = new SourceProfile('x', 1);
    const fields = Object.entries(used).filter(([, value]) => typeof value !== 'object');
    for (const [name, value] of fields) {
      const other = { boolean: true, number: 9, string: 'y', undefined: [1] };
      Object.assign(used, { [name]: other[typeof value as keyof typeof other] });
    }
    for (let i = 0; i < 200; i++) {
      used.targets.mark(i, Mark.Tried, 100);
      used.accounts.mark(String(i), Mark.Tried, 1);
    }
    used.targets.estimateRefused(1000, 1000);
    used.reuse(2, 5);
    const { targets, accounts, ...plain } = used;
    const { targets: _, accounts: __, ...expected } = fresh;
    assert.deepEqual(plain, expected);
    for (const set of [targets, accounts]) {
      assert.deepEqual([set.size, set.distinct, set.weight, set.overflow], [0, 0, 0, 0]);
      assert.deepEqual(set.flat(), []);
    }
    assert.equal(accounts.get('0'), 0);
    accounts.mark('new', Mark.Exists, 10);
    assert.deepEqual(accounts.flat(), ['new', Mark.Exists]);
  });

  test('who asked for a profile may hold it while others are pushed out', () => {
    const table = new SourceTable(new Counters(), LIMITS, SEEN);
    const held = table.comes(1, 0);
    for (let i = 0; i < LIMITS[0]! + 60; i++) table.comes(1000 + i, 0);
    assert.equal(table.find(1), undefined);
    assert.equal(held.address, 1);
  });

  test('of a set that is full, about how many there were is still told', () => {
    const table = new SourceTable(new Counters());
    const profile = table.comes(1, 0);
    for (let i = 0; i < 5000; i++) table.markTarget(profile, i, Mark.Tried);
    assert.equal(profile.targets.size, 128);
    const { distinct } = profile.targets;
    assert.ok(distinct > 4000 && distinct < 6000, `${distinct}`);
  });
});
