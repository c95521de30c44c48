import type { Family } from '../family.js';
import { Host } from '../host.js';
import type { RequestOptions } from '../sip-text.js';
import type { Reply, StageScene } from '../stage.js';
import { Attack, challenge } from './attack.js';
import { background, PBX } from './background.js';
import { svmapProbe } from './tool-texts.js';

/** What lives in 203.0.113.0/24 beside the PBX; all other addresses there are silent. */
const GATEWAY = '203.0.113.77';
const GREETED = '200 OK';
const AGAIN = challenge('7c01d5e2a94b');

/** Hosts of 203.0.113.0/24 from `first` on. */
function network(stage: StageScene, first: number, count: number): Host[] {
  return Array.from({ length: count }, (_, i) => {
    const address = `203.0.113.${first + i}`;
    const isAlive = address === PBX || address === GATEWAY;
    return isAlive ? stage.server(address) : new Host(address);
  });
}

/** One request to each target, by one attacker after another; two of the targets live. */
function sweep(
  attack: Attack,
  targets: readonly Host[],
  every: number,
  options: RequestOptions,
  greeting: Reply = GREETED,
): void {
  for (const target of targets) {
    if (target.address === PBX) attack.ask(attack.next(), target, options, greeting);
    else if (target.address === GATEWAY)
      attack.ask(attack.next(), target, options, '404 Not Found');
    else attack.askNobody(attack.next(), target, options);
    attack.pause(every);
  }
}

export const sweeps: readonly Family[] = [
  {
    name: 'svmap-sweep',
    kind: 'attack',
    point: 1,
    description:
      'svmap of SIPVicious walks through a /24 with OPTIONS, fifty a second; nobody answers.',
    classes: ['scan'],
    stage: 'recon',
    without: { tcp: 'svmap speaks UDP only' },
    build(stage, knobs) {
      background(stage);
      const attack = new Attack(stage, knobs, { agent: 'friendly-scanner' });
      for (const target of network(stage, 1, 120)) {
        const host = attack.next();
        stage.send(host, target, svmapProbe(stage.random, host, target));
        attack.pause(0.02);
      }
      return attack.result();
    },
  },
  {
    name: 'register-sweep',
    kind: 'attack',
    point: 1,
    description:
      'REGISTER in the words of a desk phone to each address of a network, ten a second; one registrar challenges.',
    classes: ['scan'],
    stage: 'recon',
    build(stage, knobs) {
      background(stage);
      const attack = new Attack(stage, knobs);
      sweep(attack, network(stage, 1, 120), 0.1, { method: 'REGISTER', user: '1000' }, AGAIN);
      return attack.result();
    },
  },
  {
    name: 'invite-sweep',
    kind: 'attack',
    point: 1,
    description:
      'INVITE for a short number to each address of a network, five a second; the PBX challenges.',
    classes: ['scan'],
    stage: 'recon',
    build(stage, knobs) {
      background(stage);
      const attack = new Attack(stage, knobs);
      const call = { method: 'INVITE', user: '1000', fromUser: '2000' };
      sweep(attack, network(stage, 1, 120), 0.2, call, AGAIN);
      return attack.result();
    },
  },
  {
    name: 'toolless-sweep',
    kind: 'attack',
    point: 1,
    description:
      'OPTIONS exactly as a desk phone writes it, two a second, to a network in which two hosts live.',
    classes: ['scan'],
    stage: 'recon',
    build(stage, knobs) {
      background(stage);
      const attack = new Attack(stage, knobs);
      sweep(attack, network(stage, 40, 85), 0.5, { method: 'OPTIONS', user: '1001' });
      return attack.result();
    },
  },
  {
    name: 'empty-datagram-sweep',
    kind: 'attack',
    point: 1,
    description: 'A UDP port scan: a datagram without a byte to port 5060 of each address.',
    classes: ['scan'],
    stage: 'recon',
    without: {
      tcp: 'an empty datagram is UDP',
      renamed: 'a datagram without a byte names nobody',
    },
    build(stage, knobs) {
      background(stage);
      const attack = new Attack(stage, knobs);
      for (const target of network(stage, 1, 80)) {
        stage.send(attack.next(), target, '');
        attack.pause(0.5);
      }
      return attack.result();
    },
  },
  {
    name: 'syn-sweep',
    kind: 'attack',
    point: 1,
    description:
      'A SYN to port 5060 of each address, four a second: one accepts and is dropped, one refuses, the rest stay silent.',
    classes: ['scan'],
    stage: 'recon',
    without: {
      tcp: 'it is TCP already',
      renamed: 'a SYN names nobody',
    },
    build(stage, knobs) {
      background(stage);
      const attack = new Attack(stage, knobs, { transport: 'tcp' });
      for (const [i, target] of network(stage, 1, 120).entries()) {
        const host = attack.next().with({ port: 40_000 + i });
        stage.segment(host, target, 'syn');
        if (target.address === PBX) stage.segment(target, host, 'syn-ack', 0.02);
        if (target.address === PBX) stage.segment(host, target, 'rst', 0.03);
        if (target.address === GATEWAY) stage.segment(target, host, 'rst', 0.02);
        attack.pause(0.25);
      }
      return attack.result();
    },
  },
  {
    name: 'vertical-port-sweep',
    kind: 'attack',
    point: 1,
    description:
      'OPTIONS to the ports 5060 to 5099 of the PBX alone, two a second; only 5060 answers.',
    classes: ['scan'],
    stage: 'recon',
    without: { tcp: 'connections to ports where SIP is not looked for are not followed' },
    build(stage, knobs) {
      const { pbx } = background(stage);
      const attack = new Attack(stage, knobs);
      for (let port = 5060; port < 5100; port++) {
        const options = { method: 'OPTIONS', user: '1001' };
        if (port === 5060) attack.ask(attack.next(), pbx, options, GREETED);
        else attack.askNobody(attack.next(), pbx.with({ port }), options);
        attack.pause(0.5);
      }
      return attack.result();
    },
  },
  {
    name: 'sweep-over-days',
    kind: 'attack',
    point: 1,
    description: 'One OPTIONS every twenty minutes for three days, each to another address.',
    classes: ['scan'],
    stage: 'recon',
    without: { slow: 'it is as slow as a sweep can be: ten times slower, one host takes a month' },
    build(stage, knobs) {
      background(stage);
      const attack = new Attack(stage, knobs);
      sweep(attack, network(stage, 20, 216), 1200, { method: 'OPTIONS', user: '1001' });
      return attack.result();
    },
  },
  {
    name: 'sweep-shared-by-network',
    kind: 'attack',
    point: 1,
    description:
      'Forty addresses of one /24 share a sweep: none of them asks more than four targets, one a minute.',
    classes: ['scan'],
    stage: 'recon',
    without: {
      spread: 'it is spread over a /24 already',
      scattered: 'scattered sources of few requests each are the survey of nobody in particular',
    },
    build(stage, knobs) {
      background(stage);
      const addresses = Array.from({ length: 40 }, (_, i) => `198.51.100.${i + 60}`);
      const attack = new Attack(stage, knobs, { addresses });
      sweep(attack, network(stage, 20, 160), 1.5, { method: 'OPTIONS', user: '1001' });
      return attack.result('198.51.100.0/24');
    },
  },
  {
    name: 'sweep-shared-by-ipv6-network',
    kind: 'attack',
    point: 1,
    description:
      'Sixty addresses of one IPv6 /64 share a sweep over another: two targets each, one a second.',
    classes: ['scan'],
    stage: 'recon',
    without: {
      spread: 'it is spread over a /64 already',
      scattered: 'scattered sources of few requests each are the survey of nobody in particular',
    },
    build(stage, knobs) {
      background(stage);
      const hex = (n: number) => n.toString(16);
      const addresses = Array.from({ length: 60 }, (_, i) => `2001:db8:66:1::${hex(i + 0x100)}`);
      const attack = new Attack(stage, knobs, { addresses });
      const targets = Array.from({ length: 120 }, (_, i) => new Host(`2001:db8:5::${hex(i + 1)}`));
      sweep(attack, targets, 1, { method: 'OPTIONS', user: '1001' });
      return attack.result('2001:db8:66:1::/64');
    },
  },
];
