import { digest } from '../digest.js';
import type { Family } from '../family.js';
import { Attack, challenge } from './attack.js';
import { background, PUBLIC } from './background.js';

/** On a mirror of one direction calls that servers began are not seen either. */
const UNKNOWN = {
  'one-way': 'that nobody knows the call is told by the answer 481 alone',
} as const;
const UNKNOWN_CALL = '481 Call/Transaction Does Not Exist';

export const teardowns: readonly Family[] = [
  {
    name: 'bye-guessing',
    kind: 'attack',
    point: 8,
    description:
      'A stranger sends the PBX eighty BYEs of calls that nobody knows, four a second; each is answered 481.',
    classes: ['teardown'],
    stage: 'recon',
    without: UNKNOWN,
    build(stage, knobs) {
      const { pbx } = background(stage);
      const attack = new Attack(stage, knobs);
      for (let i = 0; i < 80; i++) {
        const options = { method: 'BYE', user: '201', fromUser: '202', toTag: stage.hex(8) };
        attack.ask(attack.next(), pbx, { ...options, cseq: 2 }, UNKNOWN_CALL);
        attack.pause(0.25);
      }
      return attack.result();
    },
  },
  {
    name: 'cancel-guessing',
    kind: 'attack',
    point: 8,
    description:
      'A stranger sends the PBX eighty CANCELs of calls that nobody knows, two a second; each is answered 481.',
    classes: ['teardown'],
    stage: 'recon',
    without: UNKNOWN,
    build(stage, knobs) {
      const { pbx } = background(stage);
      const attack = new Attack(stage, knobs);
      for (let i = 0; i < 80; i++) {
        const options = { method: 'CANCEL', user: '201', fromUser: '202' };
        attack.ask(attack.next(), pbx, options, UNKNOWN_CALL);
        attack.pause(0.5);
      }
      return attack.result();
    },
  },
  {
    name: 'forged-bye',
    kind: 'attack',
    point: 8,
    description:
      'Somebody who has learned the Call-IDs of three calls that go on, but not their tags, sends the phones BYEs; they end the calls all the same.',
    classes: ['teardown'],
    stage: 'recon',
    without: { 'one-way': 'the INVITE that began the call came from the server' },
    build(stage, knobs) {
      const { pbx, phones } = background(stage, { network: PUBLIC, media: 10 });
      const attack = new Attack(stage, knobs);
      for (let i = 0; i < 3; i++) {
        const call = { from: '01632960555', to: `20${4 + i}`, ring: 3, ends: 'nobody' } as const;
        const dialog = stage.call(pbx, phones[3 + i]!, { ...call, media: 60, talk: 300 });
        stage.wait(20);
        const tags = { fromTag: stage.hex(8), toTag: stage.hex(8) };
        stage.within(dialog, { method: 'BYE', sender: attack.next(), ...tags }, '200 OK');
        attack.pause(60);
      }
      return attack.result();
    },
  },
  {
    name: 'forged-bye-with-tags',
    kind: 'attack',
    point: 8,
    description:
      'Somebody who reads the signalling ends sixteen calls between trunk and PBX, about one a minute, by BYEs with the right Call-ID and tags.',
    classes: ['teardown'],
    stage: 'recon',
    without: { 'one-way': 'a phone that changed its network is told by what the server says' },
    build(stage, knobs) {
      const { pbx, trunk } = background(stage);
      const attack = new Attack(stage, knobs);
      for (let i = 0; i < 16; i++) {
        const call = { from: '02079460444', to: `0163296020${1 + (i % 8)}`, ring: 2 };
        const dialog = stage.call(trunk, pbx, { ...call, talk: 300, ends: 'nobody' });
        stage.wait(70);
        stage.within(dialog, { method: 'BYE', sender: attack.next() }, '200 OK');
        attack.pause(2);
      }
      return attack.result();
    },
  },
  {
    name: 'digest-leak',
    kind: 'attack',
    point: 8,
    description:
      'A stranger calls a phone; when its user hangs up he answers the BYE with 407, and the phone sends its digest.',
    classes: ['leak'],
    stage: 'credential-attack',
    build(stage, knobs) {
      const { phones } = background(stage, { network: PUBLIC });
      const attack = new Attack(stage, knobs);
      for (let i = 0; i < 2; i++) {
        const phone = phones[2 + i]!;
        const user = `${203 + i}`;
        const caller = attack.next();
        const call = { from: '5550100', to: user, ring: 3, ends: 'nobody' } as const;
        const dialog = stage.call(caller, phone, call);
        stage.wait(12);
        const nonce = stage.hex(8);
        const again = challenge(nonce, '407 Proxy Authentication Required');
        const callee = phone.with({ transport: caller.transport });
        const bye = { method: 'BYE', by: 'callee', sender: callee } as const;
        const { uri, cseq } = stage.within(dialog, { ...bye, cseq: 20 }, again);
        stage.wait(0.1);
        const login = {
          user,
          password: `pw-${user}`,
          realm: 'asterisk',
          nonce,
          method: 'BYE',
          uri,
        };
        const headers = [`Proxy-Authorization: ${digest(login)}`];
        stage.within(dialog, { ...bye, cseq: cseq + 1, headers }, '200 OK');
        attack.pause(300);
      }
      return attack.result();
    },
  },
  {
    name: 'registrations-removed',
    kind: 'attack',
    point: 8,
    description:
      'A stranger removes all contacts of eight accounts by REGISTER with Contact: * at a PBX that asks for no password.',
    classes: ['teardown', 'compromise'],
    stage: 'recon',
    without: { 'one-way': 'that the registrar obeyed is seen in its answer alone' },
    build(stage, knobs) {
      const office = background(stage);
      const attack = new Attack(stage, knobs);
      for (let i = 0; i < 8; i++) {
        const options = {
          method: 'REGISTER',
          user: office.extension(i),
          contact: '*',
          headers: ['Expires: 0'],
        };
        attack.ask(attack.next(), office.pbx, options, '200 OK');
        attack.pause(5);
      }
      return attack.result();
    },
  },
  {
    name: 'rtp-bleed',
    kind: 'attack',
    point: 8,
    description:
      'Datagrams of twelve bytes that look like RTP go to every even port of the PBX from 10000 on; calls are on, and three ports send their sound back.',
    classes: ['leak'],
    stage: 'enumeration',
    without: {
      tcp: 'RTP is UDP',
      renamed: 'RTP names nobody',
    },
    build(stage, knobs) {
      const office = background(stage, { media: 30 });
      const attack = new Attack(stage, knobs, { port: 40_000 });
      for (let i = 0; i < 120; i++) {
        const [own, port] = [attack.next().endpoint, 10_000 + 2 * i];
        const place = `${office.pbx.address}:${port}`;
        stage.rtp(own, place, {
          size: 12,
          ssrc: 0,
          step: 0,
          payloadType: 0,
          count: 2,
          every: 0.01,
        });
        if (i % 40 === 17) stage.rtp(place, own, { count: 8, later: 0.03 });
        attack.pause(0.1);
      }
      return attack.result();
    },
  },
];
