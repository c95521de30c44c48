import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { CapturedFrame } from '../capture-frames.js';
import type { Wrapping } from './catalogue.js';
import type { Form, PlainCaptures } from './plain-captures.js';

/**
 * What is seen in captures must not depend on how they are wrapped. Throws when it does, or when
 * the wrapping found something to change in fewer than `least` of them.
 */
export function checkWrapping(
  t: TestContext,
  { rewrap }: Wrapping,
  series: readonly PlainCaptures[],
  forms: readonly Form[],
  least: number,
): void {
  const differing: string[] = [];
  let changed = 0;
  let count = 0;
  for (const captures of series) {
    for (const form of forms) {
      const plain = captures.framesAs(form);
      const wrapped = plain.map(rewrap);
      changed += wrapped.filter((frames, i) => isChanged(plain[i]!, frames)).length;
      count += wrapped.reduce((sum, { length }) => sum + length, 0);
      const found = captures.differences(captures.seenAs(form), wrapped);
      differing.push(...found.map((line) => `${form}: ${line}`));
    }
  }
  t.diagnostic(`${changed} captures, ${count} frames`);
  assert.ok(changed >= least, `it changed ${changed} captures`);
  assert.deepEqual(differing, []);
}

function isChanged(plain: readonly CapturedFrame[], frames: readonly CapturedFrame[]): boolean {
  return frames.length !== plain.length || frames.some((frame, i) => frame !== plain[i]);
}
