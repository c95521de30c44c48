import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ATTACKER, type Between, PBX, Scene } from '../support/scene.js';
import { answer, challenge, credentials, type RequestOptions } from '../support/sip-texts.js';

const SWEEP = 'SIP-BEHAV-001';
const ENUMERATION = 'SIP-BEHAV-010';
const GUESSING = 'SIP-BEHAV-020';
const SPRAYING = 'SIP-BEHAV-021';
const HUNTING = 'SIP-BEHAV-040';

const NOT_FOUND = '404 Not Found';
const again = (nonce: string) => `401 Unauthorized\n${challenge(nonce)}`;

/** Asks for forty accounts that are not there. */
function enumerates(scene: Scene, more: RequestOptions = {}, between: Between = {}): void {
  for (let i = 0; i < 40; i++) {
    scene.ask({ method: 'REGISTER', user: `${3000 + i}`, ...more }, NOT_FOUND, between);
  }
}

/** One password for each of thirty accounts. `nonceFor` may take another account's nonce. */
function sprays(scene: Scene, nonceFor = (i: number) => i): void {
  for (let i = 0; i < 30; i++) {
    const account = { method: 'REGISTER', user: `${1000 + i}` };
    const login = credentials(account.user, `n${nonceFor(i)}`, `guess${i}`);
    if (nonceFor(i) === i) scene.ask(account, again(`n${i}`));
    scene.ask({ ...account, headers: [login] }, again(nonceFor(i) === i ? `m${i}` : `n${i}`));
  }
}

const PREFIXES = ['011', '9011', '810', '1010333011'];

function hunts(scene: Scene, prefixes: readonly string[] = PREFIXES): void {
  for (const prefix of prefixes) {
    scene.ask({ method: 'INVITE', user: `${prefix}441632960001` }, '403 Forbidden');
  }
}

/** Logs in to the account 1001 as its owner does. */
function logsIn(scene: Scene): void {
  const account = { method: 'REGISTER', user: '1001' };
  scene.ask(account, again('own'));
  scene.ask({ ...account, headers: [credentials('1001', 'own', 'right')] }, '200 OK');
}

/** Calls six accounts and gives up while it rings: each CANCEL is answered 200. */
function cancelsCalls(scene: Scene): void {
  for (let i = 0; i < 6; i++) {
    const call = { user: `${200 + i}`, callId: `call${i}`, branch: `z9hG4bKcall${i}` };
    const invite = scene.ask({ ...call, method: 'INVITE' }, '180 Ringing');
    scene.ask({ ...call, method: 'CANCEL' }, '200 OK');
    scene.send(answer(invite, '487 Request Terminated'), PBX, ATTACKER);
  }
}

/** Sends what servers answer 200 without a look at the sender, with and without credentials. */
function isGreeted(scene: Scene, method: string): void {
  for (let i = 0; i < 8; i++) {
    const user = `${200 + i}`;
    scene.ask({ method, user }, '200 OK');
    scene.ask({ method, user, headers: [credentials(user, 'n', `x${i}`)] }, '200 OK');
  }
}

interface Case {
  name: string;
  rules: string[];
  play: (scene: Scene) => void;
}

const CASES: Case[] = [
  {
    name: 'enumeration whose answers go to another port, as Via without rport asks',
    rules: [ENUMERATION],
    play: (scene) =>
      enumerates(scene, { via: 'SIP/2.0/UDP 198.51.100.7:5070' }, { replyTo: `${ATTACKER}:5070` }),
  },
  {
    name: 'guessing whose answers go to another port',
    rules: [GUESSING],
    play(scene) {
      const account = { method: 'REGISTER', user: '1001', via: 'SIP/2.0/UDP 198.51.100.7:5070' };
      for (let i = 0; i < 40; i++) {
        const login = credentials('1001', 'n0', `guess${i}`);
        const replyTo = `${ATTACKER}:5070`;
        scene.ask({ ...account, headers: [login] }, again('n0'), { replyTo });
      }
    },
  },
  {
    name: 'enumeration by INVITE after calls that were cancelled',
    rules: [ENUMERATION],
    play(scene) {
      cancelsCalls(scene);
      enumerates(scene, { method: 'INVITE' });
    },
  },
  {
    name: 'prefix hunting after calls that were cancelled',
    rules: [HUNTING],
    play(scene) {
      cancelsCalls(scene);
      hunts(scene);
    },
  },
  ...['NOTIFY', 'OPTIONS', 'INFO', 'CANCEL'].map((method) => ({
    name: `enumeration after ${method} was answered 200`,
    rules: [ENUMERATION],
    play(scene: Scene) {
      isGreeted(scene, method);
      enumerates(scene);
    },
  })),
  {
    name: 'guessing after credentials in OPTIONS, which the server did not look at',
    rules: [GUESSING],
    play(scene) {
      const account = { method: 'REGISTER', user: '1001' };
      scene.ask(account, again('n0'));
      const login = (i: number) => ({ headers: [credentials('1001', 'n0', `guess${i}`)] });
      scene.ask({ method: 'OPTIONS', user: '1001', ...login(0) }, '200 OK');
      for (let i = 1; i < 40; i++) scene.ask({ ...account, ...login(i) }, again('n0'));
    },
  },
  {
    name: 'enumeration, spraying and prefix hunting after one valid login',
    rules: [ENUMERATION, SPRAYING, HUNTING],
    play(scene) {
      logsIn(scene);
      enumerates(scene);
      sprays(scene);
      hunts(scene);
    },
  },
  {
    name: 'spraying with a nonce of its own for each account',
    rules: [SPRAYING],
    play: (scene) => sprays(scene),
  },
  {
    name: 'spraying with the nonce that was issued for the account before',
    rules: [SPRAYING],
    play: (scene) => sprays(scene, (i) => i - 1),
  },
  {
    name: 'enumeration by REGISTER with a To tag',
    rules: [ENUMERATION],
    play: (scene) => enumerates(scene, { toTag: 'x' }),
  },
  {
    name: 'enumeration by register in small letters',
    rules: [ENUMERATION],
    play: (scene) => enumerates(scene, { method: 'register' }),
  },
  {
    name: 'a sweep by OPTIONS with a To tag',
    rules: [SWEEP],
    play(scene) {
      for (let i = 1; i <= 40; i++) {
        const to = `203.0.113.${i}`;
        scene.ask({ host: to, toTag: 'x' }, [], { to });
      }
    },
  },
  {
    name: 'a sweep under the names of a request that the PBX sent it, with the Via of that below',
    rules: [SWEEP],
    play(scene) {
      const names = { callId: 'qualify', fromTag: 'PB' };
      const question = { ...names, branch: 'z9hG4bKpbx', via: `SIP/2.0/UDP ${PBX}:5060` };
      scene.ask(question, '200 OK', { from: PBX, to: ATTACKER });
      const headers = [`Via: SIP/2.0/UDP ${PBX}:5060;branch=z9hG4bKpbx`];
      for (let i = 1; i <= 40; i++) {
        const to = `10.1.0.${i}`;
        scene.ask({ ...names, branch: `z9hG4bKown${i}`, host: to, headers }, [], { to });
      }
      assert.equal(scene.counters.relayed, 7, 'so many hosts are hidden, and no more');
    },
  },
  ...['%2B', '%30%30', '9#', '*9', '#', 'a', '00%2D'].map((prefix) => ({
    name: `prefix hunting of which the fourth prefix is ${prefix}`,
    rules: [HUNTING],
    play: (scene: Scene) => hunts(scene, ['011', '9011', '810', prefix]),
  })),
  {
    name: 'prefix hunting by tel URIs',
    rules: [HUNTING],
    play(scene) {
      for (const prefix of PREFIXES) {
        scene.ask({ method: 'INVITE', uri: `tel:${prefix}441632960001` }, '403 Forbidden');
      }
    },
  },
];

describe('attacks that hide in what innocents do', () => {
  for (const { name, rules, play } of CASES) {
    test(name, () => {
      const scene = new Scene().twoWay();
      play(scene);
      const accused = scene.accused();
      const told = accused.get(ATTACKER) ?? [];
      assert.deepEqual(
        rules.filter((rule) => !told.includes(rule)),
        [],
        `not told; told were ${told.join(' ') || 'none'}`,
      );
      assert.deepEqual([...accused.keys()], [ATTACKER], 'somebody else is accused as well');
    });
  }

  test('three prefixes are no hunt yet, and one prefix written in two ways is one', () => {
    const scene = new Scene().twoWay();
    hunts(scene, ['011', '9011', '+', '%2B', '%2b']);
    assert.deepEqual([...scene.accused().keys()], []);
  });

  test('a server is never accused for what it answers', () => {
    const scene = new Scene().twoWay();
    enumerates(scene);
    assert.equal(scene.accused().has(PBX), false);
  });
});
