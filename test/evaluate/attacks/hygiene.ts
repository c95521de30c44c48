import type { Family, VariationName } from '../family.js';
import { Host } from '../host.js';
import { challenge } from './attack.js';
import { background, PBX } from './background.js';

/** It is about the operator's own network: there is no attacker to vary. */
const OWN: Partial<Record<VariationName, string>> = {
  spread: 'it is about one host of the own network',
  scattered: 'it is about one host of the own network',
  renamed: 'it is about one host of the own network, whatever it calls itself',
  tcp: 'it is about one host of the own network, however it is reached',
};
const ANSWERS = { ...OWN, 'one-way': 'what a server tells stands in its answers alone' };

export const hygiene: readonly Family[] = [
  {
    name: 'stale-password',
    kind: 'attack',
    point: 9,
    description:
      'A phone of the office whose password was changed on the PBX only tries to register every minute, for an hour.',
    classes: ['hygiene'],
    stage: 'recon',
    without: ANSWERS,
    build(stage, knobs) {
      const { pbx, phones } = background(stage);
      const phone = phones[6]!;
      for (let i = 0; i < 60; i++) {
        stage.register(phone, pbx, '220', {
          result: 'wrong',
          realm: 'asterisk',
          cseq: 2 * i + 1,
          callId: `stale@${phone.address}`,
        });
        stage.wait(60 / knobs.rate);
      }
      return { attackers: [phone.address] };
    },
  },
  {
    name: 'server-that-tells-who-exists',
    kind: 'attack',
    point: 9,
    description:
      'A stranger asks the PBX for six accounts, too few to be called an enumeration: it challenges him for three and says 404 to three, and so tells which exist.',
    classes: ['hygiene'],
    stage: 'recon',
    without: ANSWERS,
    build(stage, knobs) {
      const { pbx } = background(stage);
      const stranger = new Host('198.51.100.7', { agent: 'Linphone/4.4.10' });
      for (const user of ['2011', '201', '2012', '202', '2013', '203']) {
        const reply = user.length === 3 ? challenge(stage.hex(16)) : '404 Not Found';
        stage.ask(stranger, pbx, { method: 'REGISTER', user }, reply);
        stage.wait(30 / knobs.rate);
      }
      return { attackers: [PBX] };
    },
  },
  {
    name: 'version-told-to-strangers',
    kind: 'attack',
    point: 9,
    description:
      'Five strangers ask the PBX by OPTIONS, an hour apart, and it answers each with its name and version.',
    classes: ['hygiene'],
    stage: 'recon',
    without: ANSWERS,
    build(stage, knobs) {
      const { pbx } = background(stage);
      for (let i = 0; i < 5; i++) {
        const stranger = new Host(`198.18.${90 + i}.9`, { agent: 'Zoiper rv2.10.20' });
        stage.ask(stranger, pbx, { method: 'OPTIONS', fromUser: 'hello' }, '200 OK');
        stage.wait(3600 / knobs.rate);
      }
      return { attackers: [PBX] };
    },
  },
  {
    name: 'weak-digest',
    kind: 'attack',
    point: 9,
    description:
      'A second PBX of the office challenges its phones by MD5 without qop, as RFC 2069 had it: who records a login can guess the password at leisure.',
    classes: ['hygiene'],
    stage: 'recon',
    without: ANSWERS,
    build(stage, knobs) {
      background(stage);
      const old = stage.server('203.0.113.9', { agent: 'Asterisk PBX 1.8.32' });
      for (let i = 0; i < 12; i++) {
        const phone = stage.phone(`10.20.1.${20 + (i % 6)}`);
        const account = `${601 + (i % 6)}`;
        const challenge = `WWW-Authenticate: Digest algorithm=MD5, realm="asterisk", nonce="${stage.hex(8)}"`;
        const again = { status: '401 Unauthorized', headers: [challenge] };
        const first = stage.ask(phone, old, { method: 'REGISTER', user: account }, again);
        stage.wait(0.1);
        const { callId, fromTag } = first;
        const login = `Authorization: Digest username="${account}", realm="asterisk", nonce="${stage.hex(8)}", uri="sip:203.0.113.9", response="${stage.hex(32)}", algorithm=MD5`;
        const second = { method: 'REGISTER', user: account, callId, fromTag, cseq: 2 };
        stage.ask(phone, old, { ...second, headers: [login] }, '200 OK');
        stage.wait(100 / knobs.rate);
      }
      return { attackers: ['203.0.113.9'] };
    },
  },
];
