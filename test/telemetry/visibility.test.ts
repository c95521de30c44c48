import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CONDITION_NAMES, type ConditionName } from '../../src/telemetry/condition.js';
import { Sight, Visibility } from '../../src/telemetry/visibility.js';

const NOW = 1_768_478_400;

/** What is seen of a mirror, in seconds from now on. */
class Mirror {
  readonly visibility = new Visibility();
  private fragments = 0;

  see(sight: Sight, times: number, at: number): this {
    for (let i = 0; i < times; i++) {
      this.visibility.frame(NOW + at);
      if (sight === Sight.Fragment) this.visibility.seeFragment(this.fragments++ % 3);
      else this.visibility.see(sight);
    }
    return this;
  }

  names(at: number): ConditionName[] {
    this.visibility.advance(NOW + at);
    return this.visibility.conditions().map(({ name }) => name);
  }
}

describe('a condition of the mirror', () => {
  const cases: [name: ConditionName, sight: Sight, least: number, packets: number][] = [
    ['duplicated', Sight.Duplicate, 10, 40],
    ['truncated', Sight.Truncated, 1, 100],
    ['fragments', Sight.Fragment, 3, 297],
    ['drops', Sight.Drop, 1, 1e5],
    ['clock', Sight.ClockJump, 1, 1e5],
  ];
  for (const [name, sight, least, packets] of cases) {
    test(`${name}: holds from ${least} among ${packets} packets on, and two minutes at most`, () => {
      const mirror = new Mirror().see(Sight.Packet, packets, 1).see(sight, least - 1, 2);
      assert.deepEqual(mirror.names(3), []);
      mirror.see(sight, 1, 4);
      assert.deepEqual(mirror.names(5), [name]);
      assert.equal(mirror.visibility.timesBegun(name), 1);
      assert.equal(mirror.visibility.conditions()[0]?.since, NOW + 4);
      assert.deepEqual(mirror.names(59), [name]);
      assert.deepEqual(mirror.names(121), []);
    });
  }

  for (const [name, sight, least, packets] of cases.slice(0, 3)) {
    test(`${name}: is no condition where it is rare among many packets`, () => {
      const mirror = new Mirror().see(Sight.Packet, 3 * packets, 1).see(sight, least, 2);
      assert.deepEqual(mirror.names(3), []);
    });
  }

  test('that goes on holds on, and begins once', () => {
    const mirror = new Mirror();
    for (let minute = 0; minute < 10; minute++) mirror.see(Sight.Drop, 1, 60 * minute + 30);
    assert.deepEqual(mirror.names(600), ['drops']);
    assert.equal(mirror.visibility.timesBegun('drops'), 1);
  });

  test('has one plain sentence that says what to do', () => {
    const mirror = new Mirror();
    for (const [, sight] of cases) mirror.see(sight, 50, 1);
    mirror.see(Sight.Alone, 50, 1);
    mirror.visibility.silence = 50;
    mirror.visibility.tick(NOW + 59);
    const conditions = mirror.visibility.conditions();
    assert.deepEqual(
      conditions.map(({ name }) => name),
      [...CONDITION_NAMES],
    );
    for (const { text } of conditions) assert.match(text, /^[a-zS].*[:;] .*\w$/);
  });

  test('weakens alerts where something may be missing or wrong, and not where it is only twice', () => {
    const weakening = cases.flatMap(([name, sight, least]) => {
      const { visibility } = new Mirror().see(sight, least, 1);
      assert.equal(visibility.weaknesses(NOW + 130).length, 0);
      const mirror = new Mirror().see(sight, least, 1);
      return mirror.visibility.weaknesses(NOW + 2).length === 1 ? [name] : [];
    });
    assert.deepEqual(weakening, ['truncated', 'fragments', 'drops', 'clock']);
  });
});

describe('fragments', () => {
  test('of two sources are no condition, however many; with those of a third they are', () => {
    const mirror = new Mirror();
    for (let i = 0; i < 1000; i++) {
      mirror.visibility.frame(NOW + 1 + i / 10);
      mirror.visibility.seeFragment(i % 2);
    }
    assert.deepEqual(mirror.names(102), []);
    mirror.visibility.seeFragment('the third');
    assert.deepEqual(mirror.names(103), ['fragments']);
    assert.deepEqual(mirror.names(239), []);
  });
});

describe('a mirror that shows one direction', () => {
  test('is noticed after twenty requests or foreign replies without one that belongs together', () => {
    const mirror = new Mirror().see(Sight.Alone, 19, 1);
    assert.deepEqual(mirror.names(2), []);
    mirror.see(Sight.Alone, 1, 3);
    assert.deepEqual(mirror.names(4), ['one_way']);
    assert.deepEqual(mirror.visibility.weaknesses(NOW + 5), [], 'each alert says it for itself');
  });

  test('is so until an answer is seen, however long nothing comes', () => {
    const mirror = new Mirror().see(Sight.Alone, 20, 1);
    assert.deepEqual(mirror.names(50_000), ['one_way']);
    mirror.see(Sight.Answer, 1, 50_001);
    assert.deepEqual(mirror.names(50_002), []);
    mirror.see(Sight.Alone, 500, 50_003);
    assert.deepEqual(mirror.names(50_004), [], 'an answer a moment ago');
    mirror.see(Sight.Alone, 20, 50_200);
    assert.deepEqual(mirror.names(50_201), ['one_way']);
  });
});

describe('silence', () => {
  test('is noticed after ten minutes without a frame, and over with the next', () => {
    const mirror = new Mirror().see(Sight.Packet, 1, 0);
    mirror.visibility.tick(NOW + 599);
    assert.deepEqual(mirror.names(599), []);
    mirror.visibility.tick(NOW + 600);
    assert.deepEqual(mirror.names(600), ['silence']);
    mirror.see(Sight.Packet, 1, 601);
    assert.deepEqual(mirror.names(601), []);
  });

  test('counts from the first look where no frame ever came', () => {
    const { visibility } = new Mirror();
    visibility.silence = 30;
    visibility.tick(NOW);
    visibility.tick(NOW + 29);
    assert.deepEqual(visibility.conditions(), []);
    visibility.tick(NOW + 30);
    assert.deepEqual(
      visibility.conditions().map(({ name }) => name),
      ['silence'],
    );
  });

  test('is never noticed in a replay, where nobody looks', () => {
    const mirror = new Mirror().see(Sight.Packet, 1, 0).see(Sight.Packet, 1, 1e6);
    assert.deepEqual(mirror.names(2e6), []);
  });
});

test('what holds, and what it rests on, outlasts a restart', () => {
  const first = new Mirror().see(Sight.Packet, 100, 10).see(Sight.Truncated, 1, 11);
  first.visibility.requests = 7;
  const second = new Mirror();
  assert.ok(second.visibility.restore(JSON.parse(JSON.stringify([...first.visibility.save()][0]))));
  assert.deepEqual(second.visibility.conditions(), first.visibility.conditions());
  assert.equal(second.visibility.requests, 7);
  assert.deepEqual(second.names(59), ['truncated']);
  assert.deepEqual(second.names(200), []);
});

test('a clock that was set back begins its windows anew', () => {
  const mirror = new Mirror().see(Sight.Drop, 1, 1e6);
  mirror.visibility.setBack(NOW);
  assert.deepEqual(mirror.names(1), ['drops']);
  assert.deepEqual(mirror.names(200), []);
});
