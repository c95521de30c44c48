import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { DistinctCounter } from '../../src/tables/distinct-counter.js';

const COUNTS = [1, 2, 10, 100, 1000, 10_000, 100_000];

function counted(seed: number, keys: Iterable<number | string>): DistinctCounter {
  const counter = new DistinctCounter(seed);
  for (const key of keys) counter.add(key);
  return counter;
}

function* addresses(count: number, from: number, step: number): Generator<number> {
  for (let i = 0; i < count; i++) yield (from + i * step) >>> 0;
}

/** Standard error over 40 seeds, and the worst of them, both relative; one key more or less is none. */
function errors(count: number, keys: () => Iterable<number | string>): [rms: number, max: number] {
  let squares = 0;
  let max = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const off = counted(seed * 7919, keys()).estimate() - count;
    const error = Math.abs(off) <= 1 ? 0 : off / count;
    squares += error * error;
    max = Math.max(max, Math.abs(error));
  }
  return [Math.sqrt(squares / 40), max];
}

describe('the count of different keys', () => {
  test('has the error that is stated, whatever the addresses look like', () => {
    const steps = [1, 256, 65_537];
    for (const count of COUNTS) {
      for (const step of steps) {
        const [rms, max] = errors(count, () => addresses(count, 0x0a000000, step));
        assert.ok(rms <= 0.08, `${count} by ${step}: ${rms}`);
        assert.ok(max <= 0.25, `${count} by ${step}: at most ${max}`);
      }
    }
  });

  test('of IPv6 addresses and names too', () => {
    for (const prefix of ['\u2001\u0db8\u0000\u0000', 'user']) {
      const keys = () => Array.from({ length: 5000 }, (_, i) => `${prefix}${i}`);
      const [rms, max] = errors(5000, keys);
      assert.ok(rms <= 0.08 && max <= 0.25, `${rms} ${max}`);
    }
  });

  test('is the same in any order and however often each comes', () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), fc.integer(), (keys, seed) => {
        const once = counted(seed, keys);
        const again = counted(seed, [...keys, ...keys.toReversed()]);
        again.additions = once.additions;
        assert.equal(again.estimate(), once.estimate());
      }),
    );
  });

  test('never exceeds what was added, though every key was chosen by its hash', () => {
    // The worst keys for 100 additions: those of many that fill the registers highest.
    const keys = [...addresses(200_000, 1, 1)];
    const alone = (key: number) => {
      const counter = counted(0x5ee5ee, [key]);
      counter.additions = Number.MAX_SAFE_INTEGER;
      return counter.save();
    };
    const height = (saved: string) =>
      Buffer.from(saved, 'hex').reduce((sum, register) => sum + register, 0);
    const worst = keys
      .map((key) => ({ key, height: height(alone(key)) }))
      .sort((a, b) => b.height - a.height)
      .slice(0, 100);
    const counter = new DistinctCounter();
    for (const { key } of worst) counter.add(key);
    assert.ok(counter.estimate() <= 100, String(counter.estimate()));
  });

  test('is empty at first and after it was cleared', () => {
    const counter = new DistinctCounter();
    assert.equal(counter.estimate(), 0);
    counter.add(7);
    assert.equal(counter.estimate(), 1);
    counter.clear();
    assert.equal(counter.estimate(), 0);
  });

  test('goes on where it was saved, and takes nothing else', () => {
    const counter = counted(1, addresses(1000, 5, 3));
    const other = new DistinctCounter(1);
    assert.equal(other.restore(counter.save(), counter.additions), true);
    for (const key of addresses(1000, 9_000_000, 3)) {
      counter.add(key);
      other.add(key);
    }
    assert.equal(other.estimate(), counter.estimate());
    for (const wrong of ['', 'zz'.repeat(256), 'ff'.repeat(256), '00'.repeat(255), 7, null]) {
      assert.equal(other.restore(wrong, 1), false, String(wrong));
    }
  });
});
