import type { Family } from '../family.js';
import type { Host } from '../host.js';
import type { StageScene } from '../stage.js';
import { Attack } from './attack.js';
import { background, PUBLIC } from './background.js';
import { nmapCallSpoof, sipptsInvite } from './tool-texts.js';

/** Phones with public addresses, as home offices and bad firewalls have them. */
const OUTSIDE = { network: PUBLIC } as const;
/** From the beginning of a scene (nine in the morning) to ten past two at night. */
const UNTIL_NIGHT = 17 * 3600 + 600;

/** A tool's INVITE that makes a phone ring, and is never taken back. */
function rings(stage: StageScene, attack: Attack, from: Host, phone: Host, text: string): void {
  attack.askText(from, phone, text, '100 Trying');
  stage.during(stage.at + 0.1, () => attack.replyToText(from, phone, text, '180 Ringing'));
}

export const ghostCalls: readonly Family[] = [
  {
    name: 'phone-rung-by-100',
    kind: 'attack',
    point: 6,
    description:
      'A stranger rings one registered phone six times as caller 100, ten minutes apart, past its PBX.',
    classes: ['ghost-call'],
    stage: 'recon',
    build(stage, knobs) {
      const { phones } = background(stage, OUTSIDE);
      const attack = new Attack(stage, knobs);
      const phone = phones[2]!;
      for (let i = 0; i < 6; i++) {
        stage.call(attack.next(), phone, { from: '100', to: '100', fails: 'never' });
        attack.pause(600);
      }
      return attack.result();
    },
  },
  {
    name: 'many-phones-in-seconds',
    kind: 'attack',
    point: 6,
    description: 'A stranger makes sixteen phones of a site ring within eight seconds.',
    classes: ['ghost-call'],
    stage: 'recon',
    build(stage, knobs) {
      const office = background(stage, { ...OUTSIDE, phones: 16 });
      const attack = new Attack(stage, knobs);
      for (const [i, phone] of office.phones.entries()) {
        const to = office.extension(i);
        stage.call(attack.next(), phone, { from: '5550100', to, fails: 'never' });
        attack.pause(0.5);
      }
      return attack.result();
    },
  },
  {
    name: 'rings-and-leaves-at-night',
    kind: 'attack',
    point: 6,
    description:
      'From ten past two at night a phone is rung for two seconds every twenty minutes, fifteen times.',
    classes: ['ghost-call'],
    stage: 'recon',
    build(stage, knobs) {
      const { phones } = background(stage, { ...OUTSIDE, hours: 2 });
      const attack = new Attack(stage, knobs);
      stage.wait(UNTIL_NIGHT);
      for (let i = 0; i < 15; i++) {
        const phone = phones[i % 3]!;
        stage.call(attack.next(), phone, { from: '1001', to: '1001', ring: 2, fails: 'cancel' });
        attack.pause(1200);
      }
      return attack.result();
    },
  },
  {
    name: 'caller-id-changes-when-blocked',
    kind: 'attack',
    point: 6,
    description:
      'A phone that declines its ghost calls is rung again under another caller id, eight times within half an hour.',
    classes: ['ghost-call'],
    stage: 'recon',
    build(stage, knobs) {
      const { phones } = background(stage, OUTSIDE);
      const attack = new Attack(stage, knobs);
      const callers = ['100', '1000', '1001', '101', '2001', '01632960123', 'unknown', '9999'];
      for (const from of callers) {
        const to = '203';
        stage.call(attack.next(), phones[2]!, { from, to, ring: 3, fails: '603 Decline' });
        attack.pause(200);
      }
      return attack.result();
    },
  },
  {
    name: 'sippts-ghost-calls',
    kind: 'attack',
    point: 6,
    description: 'sipinvite of sippts rings eight phones, one every three seconds.',
    classes: ['ghost-call'],
    stage: 'recon',
    without: { tcp: 'the family plays the tool as it comes, over UDP' },
    build(stage, knobs) {
      const office = background(stage, OUTSIDE);
      const attack = new Attack(stage, knobs, { agent: 'pplsip', port: 42_117 });
      for (const [i, phone] of office.phones.entries()) {
        const host = attack.next();
        const text = sipptsInvite(stage.random, host, phone, office.extension(i));
        rings(stage, attack, host, phone, text);
        attack.pause(3);
      }
      return attack.result();
    },
  },
  {
    name: 'nmap-call-spoof',
    kind: 'attack',
    point: 6,
    description: "nmap's sip-call-spoof calls five phones by their own names, ten seconds apart.",
    classes: ['ghost-call'],
    stage: 'recon',
    without: { tcp: 'the family plays the script as it comes, over UDP' },
    build(stage, knobs) {
      const office = background(stage, OUTSIDE);
      const attack = new Attack(stage, knobs, { agent: 'Ekiga', port: 38_801 });
      for (const [i, phone] of office.phones.slice(0, 5).entries()) {
        const host = attack.next();
        const text = nmapCallSpoof(stage.random, host, phone, office.extension(i));
        rings(stage, attack, host, phone, text);
        attack.pause(10);
      }
      return attack.result();
    },
  },
  {
    name: 'unregistered-phone-is-rung',
    kind: 'attack',
    point: 6,
    description:
      'A phone that was never seen to register answers 180 by itself: a stranger rings it ten times, three minutes apart.',
    classes: ['ghost-call'],
    stage: 'recon',
    build(stage, knobs) {
      background(stage);
      const phone = stage.phone('198.19.8.50');
      const attack = new Attack(stage, knobs);
      for (let i = 0; i < 10; i++) {
        stage.call(attack.next(), phone, { from: '1000', to: '1000', ring: 4, fails: 'never' });
        attack.pause(180);
      }
      return attack.result();
    },
  },
];
