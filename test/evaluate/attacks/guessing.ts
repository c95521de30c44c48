import { digest } from '../digest.js';
import type { Family } from '../family.js';
import type { Host } from '../host.js';
import type { StageScene } from '../stage.js';
import { Attack, challenge, REALM } from './attack.js';
import { background } from './background.js';
import { svcrackGuess } from './tool-texts.js';

/** A first REGISTER, that it is challenged, and one guess, that is rejected with a new nonce. */
function guessAnew(
  stage: StageScene,
  attack: Attack,
  host: Host,
  pbx: Host,
  { user, password }: { user: string; password: string },
): void {
  const nonce = stage.hex(20);
  const first = attack.ask(host, pbx, { method: 'REGISTER', user }, challenge(nonce));
  stage.wait(0.05);
  const { callId, fromTag } = first;
  const again = challenge(stage.hex(20));
  attack.guess(host, pbx, { user, password, nonce, callId, fromTag, cnonce: stage.hex(8) }, again);
}

export const guessing: readonly Family[] = [
  {
    name: 'svcrack-guessing',
    kind: 'attack',
    point: 3,
    description:
      'svcrack tries two hundred passwords for one account, twenty a second, all with one Call-ID and CSeq 2.',
    classes: ['bruteforce'],
    stage: 'credential-attack',
    without: { tcp: 'svcrack speaks UDP only' },
    build(stage, knobs) {
      const { pbx } = background(stage);
      const attack = new Attack(stage, knobs, { agent: 'friendly-scanner' });
      const callId = String(stage.random.between(1e8, 9e8));
      let nonce = stage.hex(16);
      for (let i = 0; i < 200; i++) {
        const host = attack.next();
        const password = `secret${i}`;
        const uri = `sip:${pbx.address}`;
        const login = { user: '201', realm: REALM, password, nonce, method: 'REGISTER', uri };
        const guess = { user: '201', password, callId, authorization: digest(login) };
        const text = svcrackGuess(stage.random, host, pbx, guess);
        nonce = stage.hex(16);
        const { status, headers } = challenge(nonce);
        attack.askText(host, pbx, text, status, headers);
        attack.pause(0.05);
      }
      return attack.result();
    },
  },
  {
    name: 'guessing-one-account',
    kind: 'attack',
    point: 3,
    description:
      'A client that looks like a phone tries 120 passwords for one account, two a second, each after a challenge of its own.',
    classes: ['bruteforce'],
    stage: 'credential-attack',
    without: {
      slow: 'a challenge for each try and five seconds between them are what a phone with a stale password shows',
    },
    build(stage, knobs) {
      const { pbx } = background(stage);
      const attack = new Attack(stage, knobs);
      for (let i = 0; i < 120; i++) {
        const guess = { user: '203', password: `welcome${i}` };
        guessAnew(stage, attack, attack.next(), pbx, guess);
        attack.pause(0.45);
      }
      return attack.result();
    },
  },
  {
    name: 'slow-guessing-with-one-nonce',
    kind: 'attack',
    point: 3,
    description: 'One password a minute for one account, all against the nonce of the first hour.',
    classes: ['bruteforce'],
    stage: 'credential-attack',
    build(stage, knobs) {
      const { pbx } = background(stage);
      const attack = new Attack(stage, knobs);
      const nonce = stage.hex(20);
      const user = '203';
      attack.ask(attack.hosts[0]!, pbx, { method: 'REGISTER', user }, challenge(nonce));
      for (let i = 0; i < 40; i++) {
        const guess = { user, password: `winter${i}`, nonce, cseq: 2 + i };
        attack.guess(attack.next(), pbx, guess, challenge(nonce));
        attack.pause(60);
      }
      return attack.result();
    },
  },
  {
    name: 'password-spraying',
    kind: 'attack',
    point: 3,
    description:
      'One password is tried on sixty accounts, one every five seconds, each after a challenge.',
    classes: ['bruteforce'],
    stage: 'credential-attack',
    without: {
      'one-way':
        'who logs in to many accounts may be a site, unless it is seen that he is rejected',
    },
    build(stage, knobs) {
      const { pbx } = background(stage);
      const attack = new Attack(stage, knobs);
      for (let i = 0; i < 60; i++) {
        const guess = { user: `${1000 + i}`, password: 'Summer2026' };
        guessAnew(stage, attack, attack.next(), pbx, guess);
        attack.pause(5);
      }
      return attack.result();
    },
  },
  {
    name: 'guessing-from-many-sources',
    kind: 'attack',
    point: 3,
    description:
      'Forty addresses in forty networks try three passwords each for one account, within an hour.',
    classes: ['bruteforce'],
    stage: 'credential-attack',
    without: {
      spread: 'it is spread further already',
      scattered: 'it is scattered already',
    },
    build(stage, knobs) {
      const { pbx } = background(stage);
      const addresses = Array.from({ length: 40 }, (_, i) => `198.18.${i + 30}.${i + 3}`);
      const attack = new Attack(stage, knobs, { addresses });
      for (let i = 0; i < 120; i++) {
        guessAnew(stage, attack, attack.next(), pbx, { user: '204', password: `letmein${i}` });
        attack.pause(30);
      }
      return attack.result();
    },
  },
  {
    name: 'guessing-over-tcp',
    kind: 'attack',
    point: 3,
    description:
      'Eighty passwords for one account in one TCP connection, four a second; UDP is never used.',
    classes: ['bruteforce'],
    stage: 'credential-attack',
    without: { tcp: 'it is TCP already' },
    build(stage, knobs) {
      const { pbx } = background(stage);
      const attack = new Attack(stage, knobs, { transport: 'tcp', port: 51_034 });
      for (let i = 0; i < 80; i++) {
        guessAnew(stage, attack, attack.next(), pbx, { user: '205', password: `hello${i}` });
        attack.pause(0.2);
      }
      return attack.result();
    },
  },
  {
    name: 'guessing-by-invite',
    kind: 'attack',
    point: 3,
    description:
      'Passwords are tried where a call is challenged: eighty INVITEs of one account with credentials, four a second.',
    classes: ['bruteforce'],
    stage: 'credential-attack',
    without: {
      slow: 'a challenge for each try and seconds between them are what a phone with a stale password shows',
    },
    build(stage, knobs) {
      const { pbx } = background(stage);
      const attack = new Attack(stage, knobs);
      const [user, method] = ['203', 'INVITE'];
      let nonce = stage.hex(20);
      for (let i = 0; i < 80; i++) {
        const uri = `sip:0163296${1000 + i}@${pbx.name}`;
        const login = digest({ user, realm: REALM, password: `call${i}`, nonce, method, uri });
        const headers = i === 0 ? [] : [`Proxy-Authorization: ${login}`];
        nonce = stage.hex(20);
        const again = challenge(nonce, '407 Proxy Authentication Required');
        attack.invite(attack.next(), pbx, { uri, user: '201', fromUser: user, headers }, again);
        attack.pause(0.25);
      }
      return attack.result();
    },
  },
  {
    name: 'nonce-reuse',
    kind: 'attack',
    point: 3,
    description:
      'A nonce that was issued once is used for thirty passwords, though the server sends a new one each time; one guess in three minutes.',
    classes: ['bruteforce'],
    stage: 'credential-attack',
    build(stage, knobs) {
      const { pbx } = background(stage);
      const attack = new Attack(stage, knobs);
      const nonce = stage.hex(20);
      const user = '206';
      attack.ask(attack.hosts[0]!, pbx, { method: 'REGISTER', user }, challenge(nonce));
      for (let i = 0; i < 30; i++) {
        const guess = { user, password: `office${i}`, nonce, cseq: 2 + i };
        attack.guess(attack.next(), pbx, guess, challenge(stage.hex(20)));
        attack.pause(180);
      }
      return attack.result();
    },
  },
];
