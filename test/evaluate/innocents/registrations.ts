import type { Host } from '../host.js';
import { Office } from '../office.js';
import type { StageScene } from '../stage.js';
import { innocent } from './innocent.js';

const MINUTE = 60;
const HOUR = 3600;
const DAY = 24 * HOUR;

/** The one outside address of a site whose phones have their own addresses inside. */
const SITE = '192.0.2.60';

function behindNat(stage: StageScene, i: number, port: number): Host {
  return stage.phone(SITE, { port, inside: `192.168.${1 + (i >> 7)}.${20 + (i & 127)}:5060` });
}

export const outageBehindNat = innocent(
  '400 phones behind one NAT after an outage',
  'A site of 400 phones behind one address has registered; its line fails for ten minutes, the router forgets all ports, and all phones register again within two minutes from new ports, challenged each, a tenth of them twice because the server is slow.',
  (stage) => {
    const pbx = stage.server('203.0.113.5');
    const play = (at: number, over: number, firstPort: number, cseq: number) => {
      for (let i = 0; i < 400; i++) {
        const phone = behindNat(stage, i, firstPort + 7 * i);
        stage.at = at + (i * over) / 400;
        stage.register(phone, pbx, `${3000 + i}`, { cseq, callId: `site-${i}@192.168.1.20` });
        if (over < 300 && i % 10 === 0) {
          stage.at += 1;
          stage.register(phone, pbx, `${3000 + i}`, {
            cseq: cseq + 2,
            callId: `site-${i}@192.168.1.20`,
          });
        }
      }
    };
    play(0, 900, 20_000, 1);
    play(1600, 120, 40_000, 11);
  },
);

export const mistypes = innocent(
  'users who mistype',
  'In an office of thirty, people mistype numbers (404, 484), and four who set up a softphone mistype their password two or three times before it works, another does so at home for the account of a desk phone; one gives up after four tries and asks the administrator.',
  (stage) => {
    const office = new Office(stage, { phones: 30 });
    office.registerAll(0, 300);
    office.calls(400, 4 * HOUR, 60);
    for (let i = 0; i < 60; i++) {
      stage.at = 500 + i * 200;
      const own = stage.random.below(30);
      const typed = `${stage.random.between(2, 99_999)}`;
      const fails = typed.length > 3 ? '404 Not Found' : '484 Address Incomplete';
      const user = office.extension(own);
      const login = { user, password: `pw-${user}`, realm: 'asterisk' };
      const call = { from: user, to: typed, login, fails, unrung: true };
      stage.call(office.phones[own]!, office.pbx, call);
    }
    for (const [i, tries] of [2, 3, 2, 3, 4].entries()) {
      const softphone = stage.host(`10.20.0.${100 + i}`, { agent: 'MicroSIP/3.21.3' });
      const account = `${260 + i}`;
      stage.at = 1000 + i * 700;
      for (let turn = 0; turn < tries; turn++) {
        const password = `typo${turn}${stage.hex(3)}`;
        stage.register(softphone, office.pbx, account, {
          result: 'wrong',
          password,
          cseq: 1 + 2 * turn,
        });
        stage.wait(stage.seconds(12, 40));
      }
      if (tries < 4) stage.register(softphone, office.pbx, account, { cseq: 20 });
    }
    const inside = '192.168.178.31:5060';
    const home = stage.host('198.18.9.44', { port: 38_112, inside, agent: 'MicroSIP/3.21.3' });
    const account = office.extension(4);
    stage.at = 9000;
    for (const password of ['Pw-205', 'pw_205']) {
      stage.register(home, office.pbx, account, { result: 'wrong', password });
      stage.wait(15);
    }
    stage.register(home, office.pbx, account);
  },
);

export const stalePassword = innocent(
  'phone with a stale password',
  'One phone of an office still has its old password and tries it every minute, day and night, for three days; the others work.',
  (stage) => {
    const office = new Office(stage, { phones: 8 });
    for (let at = 0; at < 3 * DAY; at += 6 * HOUR) office.registerAll(at, HOUR);
    const phone = stage.phone('10.20.0.99');
    for (let i = 0; i < (3 * DAY) / (2 * MINUTE); i++) {
      stage.at = i * 2 * MINUTE;
      const again = { result: 'wrong', password: 'winter2023', cseq: 1 + 2 * i } as const;
      stage.register(phone, office.pbx, '299', { ...again, callId: 'stale@10.20.0.99' });
    }
  },
);

export const provisioning = innocent(
  'provisioning mistake at one site',
  'Thirty phones of a new branch were delivered with the passwords of another list: each tries its own wrong one every two minutes behind the one address of the branch, until the list is put right after forty minutes.',
  (stage) => {
    const pbx = stage.server('203.0.113.5');
    const old = new Office(stage, { phones: 10, pbx });
    old.registerAll(0, 300);
    for (let i = 0; i < 30; i++) {
      const phone = behindNat(stage, i, 31_000 + 11 * i);
      const account = `${400 + i}`;
      for (let turn = 0; turn < 24; turn++) {
        stage.at = 600 + turn * 2 * MINUTE + i * 1.3;
        const common = { callId: `new-${i}@192.168.1.20`, cseq: 1 + 2 * turn };
        const isRight = turn >= 20;
        const wrong = { result: 'wrong', password: `old-list-${i}` } as const;
        stage.register(phone, pbx, account, isRight ? common : { ...common, ...wrong });
      }
    }
  },
);

export const unknownAccounts = innocent(
  'removed extensions',
  'Three phones whose extensions were deleted last week still register every minute and get 404 or 403, all day.',
  (stage) => {
    const office = new Office(stage, { phones: 10 });
    office.registerAll(0, 300);
    for (let i = 0; i < 3; i++) {
      const phone = stage.phone(`10.20.0.${90 + i}`);
      for (let turn = 0; turn < 8 * 60; turn++) {
        stage.at = turn * MINUTE + i * 7;
        const result = i === 2 ? 'forbids' : 'unknown';
        const password = `gone-${i}`;
        stage.register(phone, office.pbx, `${280 + i}`, { result, password, cseq: 1 + 2 * turn });
      }
    }
  },
);

export const failover = innocent(
  'failover to a standby proxy',
  'The registrar stops answering; forty phones send again, then register at the standby, which also calls them; two hours later they go back.',
  (stage) => {
    const first = stage.server('203.0.113.5');
    const standby = stage.server('192.0.2.5');
    const office = new Office(stage, { phones: 40, pbx: first });
    const second = { phones: office.phones };
    office.registerAll(0, 300);
    office.calls(400, HOUR, 20);
    for (const [i, phone] of second.phones.entries()) {
      const account = office.extension(i);
      stage.at = HOUR + i * 2;
      stage.register(phone, first, account, { result: 'silent', cseq: 41 });
      stage.at += 32;
      stage.register(phone, standby, account, { domain: first.address, cseq: 43 });
      stage.at = HOUR + 300 + i * 60;
      stage.call(standby, phone, { from: '01632960444', to: account, talk: 50 });
    }
    office.registerAll(3 * HOUR, 300);
    office.calls(3 * HOUR + 400, 4 * HOUR, 20);
  },
);

export const roaming = innocent(
  'remote workers between networks',
  'Ten people use a softphone on a mobile phone: it registers from the wireless network at home, then from the mobile network, then from a café, ten times a day, with the old binding still listed.',
  (stage) => {
    const pbx = stage.server('203.0.113.5');
    for (let person = 0; person < 10; person++) {
      const account = `${600 + person}`;
      let last: string[] = [];
      for (let move = 0; move < 10; move++) {
        stage.at = move * 4200 + person * 90 + stage.seconds(0, 60);
        const network = [`192.0.2.${30 + person}`, `198.18.${person}.${move + 3}`, '198.51.100.80'];
        const address = network[move % 3]!;
        const port = stage.random.between(20_000, 60_000);
        const inside = `192.168.8.${20 + person}:${port}`;
        const agent = 'Linphone Android/5.2.4 (Pixel 7) LinphoneSDK/5.3.47';
        const phone = stage.host(address, { port, inside, agent });
        stage.register(phone, pbx, account, { others: last, expires: 3600 });
        last = [`<sip:${account}@${address}:${port}>;expires=${stage.random.between(100, 3000)}`];
        const to = stage.random.chance(0.5) ? '01632960123' : `${600 + ((person + 3) % 10)}`;
        const login = { user: account, password: `pw-${account}`, realm: 'asterisk' };
        stage.at += 300;
        stage.call(phone, pbx, { from: account, to, login, talk: stage.seconds(30, 500) });
        stage.at += 900;
        stage.call(pbx, phone, { from: '01632960777', to: account, talk: 40 });
      }
    }
  },
);

export const twoDevices = innocent(
  'softphone and desk phone',
  'Twelve accounts are each bound to a desk phone in the office and to a softphone at home; both ring at each call, and the one that is not answered is cancelled.',
  (stage) => {
    const pbx = stage.server('203.0.113.5');
    for (let i = 0; i < 12; i++) {
      const account = `${700 + i}`;
      const desk = stage.phone(`10.20.0.${11 + i}`);
      const agent = 'Z 5.6.1 v2.10.19.9';
      const inside = '192.168.178.24:5060';
      const soft = stage.host(`198.18.7.${20 + i}`, { port: 41_000 + i, inside, agent });
      stage.at = i * 20;
      stage.register(desk, pbx, account);
      stage.at += 600;
      const others = [`<sip:${account}@${desk.ownName}>;expires=3000`];
      stage.register(soft, pbx, account, { others });
      for (let turn = 0; turn < 8; turn++) {
        stage.at = 1200 + turn * 1500 + i * 60;
        const call = { from: '01632960555', to: account, ring: stage.seconds(4, 14) };
        stage.call(pbx, desk, { ...call, talk: 100 });
        stage.call(pbx, soft, { ...call, fails: 'cancel' });
      }
    }
  },
);
