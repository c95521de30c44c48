import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ATTACKER, PBX, Scene } from '../support/scene.js';
import { loadedOf, signatureOf } from '../support/signature-texts.js';
import { request } from '../support/sip-texts.js';

const PROXY = '203.0.113.1';
const SECOND = '203.0.113.2';
const SCANNER = ['User-Agent: friendly-scanner'];
/** Looks at whatever is judged, unlike the shipped ones, which look at the first hop only. */
const anyScanner = loadedOf(
  signatureOf({ match: 'match:\n  one: { user_agent: friendly-scanner }\n  condition: one' }),
);

/** What a scanner sends, with a Via that names the request. */
function scan(i: number, headers = SCANNER): string {
  const own = { branch: `z9hG4bKleg${i}`, callId: `call${i}`, fromTag: `f${i}` };
  return request({ ...own, user: `${100 + i}`, headers });
}

/** The request as a proxy passes it on: its own Via on top (RFC 3261 §16.6). */
function passedOn(text: string, proxy: string): string {
  const branch = `z9hG4bK${proxy.replaceAll('.', 'x')}`;
  return text.replace('\r\nVia:', `\r\nVia: SIP/2.0/UDP ${proxy};branch=${branch}\r\nVia:`);
}

describe('a proxy whose both legs the mirror shows', () => {
  const ways: [what: string, hops: string[], times: number][] = [
    ['one proxy', [PROXY, PBX], 1],
    ['two proxies in a row', [PROXY, SECOND, PBX], 1],
    ['two proxies, each message three times', [PROXY, SECOND, PBX], 3],
    ['four proxies', [PROXY, SECOND, '203.0.113.3', '203.0.113.4', PBX], 1],
  ];
  for (const [what, hops, times] of ways) {
    test(`${what}: the sender of the first leg is judged, and nobody else`, () => {
      const scene = new Scene(anyScanner);
      for (let i = 0; i < 20; i++) {
        for (let time = 0; time < times; time++) {
          let text = scan(i);
          let from = ATTACKER;
          for (const to of hops) {
            scene.send(text, from, to);
            scene.clock += 0.001;
            text = passedOn(text, to);
            from = to;
          }
          scene.clock += 0.5; // RFC 3261 §17.1.1.1
        }
      }
      assert.deepEqual([...scene.accused().keys()], [ATTACKER]);
      assert.equal(scene.counters.relayed, 20 * times * (hops.length - 1));
    });
  }

  test('one request forked to several servers is passed on to each of them', () => {
    const scene = new Scene(anyScanner);
    const text = scan(1);
    scene.send(text, ATTACKER, PROXY);
    for (let i = 1; i <= 6; i++) scene.send(passedOn(text, PROXY), PROXY, `10.1.0.${i}`);
    assert.deepEqual([...scene.accused().keys()], [ATTACKER]);
  });
});

describe('who only looks like a proxy', () => {
  /** The PBX asks the attacker something; he then sends his own under the same names. */
  function borrows(scene: Scene, later: number, inherit: boolean, targets: number): void {
    const names = { callId: 'qualify', fromTag: 'PB', branch: 'z9hG4bKpbx' };
    const question = request(names);
    scene.send(question, PBX, ATTACKER);
    scene.clock += later;
    for (let i = 1; i <= targets; i++) {
      const own = request({ ...names, branch: `z9hG4bKown${i}`, headers: SCANNER });
      const below = /Via:.*/.exec(question)![0];
      const text = inherit ? own.replace('\r\nMax-', `\r\n${below}\r\nMax-`) : own;
      scene.send(text, ATTACKER, `10.1.0.${i}`);
    }
  }

  const cases: [what: string, later: number, inherit: boolean, targets: number, hidden: number][] =
    [
      ['without the Via of the request that reached him', 0.1, false, 3, 0],
      ['more than ten seconds after it', 10.5, true, 3, 0],
      ['to seven hosts, in time, with that Via: so much is hidden', 0.1, true, 7, 7],
      ['to forty hosts', 0.1, true, 40, 7],
    ];
  for (const [what, later, inherit, targets, hidden] of cases) {
    test(what, () => {
      const scene = new Scene(anyScanner);
      borrows(scene, later, inherit, targets);
      assert.equal(scene.counters.relayed, hidden);
      const accused = [...scene.accused().keys()];
      assert.deepEqual(accused, hidden === targets ? [] : [ATTACKER]);
    });
  }

  test('who repeats the Call-ID of somebody else, but was never sent it', () => {
    const scene = new Scene(anyScanner);
    const text = scan(1, []);
    scene.send(text, '198.51.100.9', PBX);
    const own = passedOn(scan(1), ATTACKER);
    scene.send(own, ATTACKER, PBX);
    assert.deepEqual([...scene.accused().keys()], [ATTACKER]);
  });
});
