import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ObserverRun } from '../support/observer-run.js';
import { answer, request } from '../support/sip-texts.js';

function send(run: ObserverRun, count: number, every: number, from = 0, target?: string): void {
  for (let i = 0; i < count; i++) {
    run.send(request({ callId: `c${from}.${i}` }), from + i * every, undefined, target);
  }
}

describe('how fast a source sends', () => {
  test('is told at each doubling from 32 requests in ten seconds on', () => {
    const run = new ObserverRun();
    send(run, 300, 0.01);
    const told = run.of('source.busy').map(({ rate }) => [rate?.requests, rate?.toTarget]);
    assert.deepEqual(told, [
      [32, 32],
      [64, 64],
      [128, 128],
      [256, 256],
    ]);
    assert.equal(run.of('target.busy').length, 4);
  });

  test('is not told of three a second', () => {
    const run = new ObserverRun();
    send(run, 300, 1 / 3);
    assert.deepEqual(run.of('source.busy'), []);
  });

  test('to many targets is about none of them', () => {
    const run = new ObserverRun();
    for (let i = 0; i < 64; i++) {
      run.send(request({ callId: `c${i}` }), i / 100, undefined, `203.0.113.${i}`);
    }
    const rate = run.of('source.busy').at(-1)?.rate;
    assert.equal(rate?.requests, 64);
    assert.ok((rate?.toTarget ?? 64) <= 1);
    assert.deepEqual(run.of('target.busy'), []);
  });

  test('counts a request that is sent again once, unless it never ends', () => {
    const run = new ObserverRun();
    const text = request({ branch: 'z9hG4bKsame', callId: 'same' });
    for (let i = 0; i < 11; i++) run.send(text, i / 100);
    assert.deepEqual(run.of('source.busy'), []);
    for (let i = 0; i < 40; i++) run.send(text, 0.2 + i / 100);
    assert.equal(run.of('source.busy')[0]?.rate?.requests, 32);
  });
});

describe('how fast a target gets requests', () => {
  test('says about how many strangers send them, and from which network most come', () => {
    const run = new ObserverRun();
    for (let i = 0; i < 512; i++) {
      const host = i % 4 === 0 ? `198.18.${i >> 4}.${i & 255}` : `198.51.100.${i & 255}`;
      run.send(request({ callId: `c${i}` }), i / 100, host);
    }
    const rate = run.of('target.busy').at(-1)?.rate;
    assert.equal(rate?.requests, 512);
    assert.equal(rate?.strangers, 512);
    const sources = rate?.sources ?? 0;
    assert.ok(sources > 230 && sources < 400, `${sources}`);
    assert.equal(rate?.network, '198.51.100.0/24');
    assert.ok((rate?.networkShare ?? 0) > 0.6);
  });

  test('leaves out who was let in', () => {
    const run = new ObserverRun();
    const register = run.send(request({ method: 'REGISTER' }), 0);
    run.reply(answer(register, '200 OK'), 0.1);
    send(run, 64, 0.01, 1);
    assert.equal(run.of('target.busy').at(-1)?.rate?.strangers, 1);
  });
});
