import { digest } from '../digest.js';
import type { Host } from '../host.js';
import { nationalNumber } from '../numbers.js';
import { Office } from '../office.js';
import { sdp } from '../sip-text.js';
import type { StageScene } from '../stage.js';
import { innocent } from './innocent.js';

export const loadTest = innocent(
  'load test inside',
  'Before opening, an engineer runs SIPp in the own network against the new PBX: 1500 calls in two and a half minutes, all to one service number, all answered.',
  (stage) => {
    const pbx = stage.server('10.0.0.5');
    const sipp = stage.host('10.0.0.77', { port: 5062 });
    for (let i = 0; i < 1500; i++) {
      stage.at = i * 0.1;
      const callId = `${i + 1}-8817@10.0.0.77`;
      const call = { from: 'sipp', to: 'service', callId, ring: 0.3, talk: 3 };
      stage.call(sipp, pbx, { ...call, headers: ['Subject: Performance Test'] });
    }
  },
);

export const paging = innocent(
  'declared paging and door phones',
  'A paging server calls the phones of a school directly, without the PBX, and they answer by themselves; door phones ring two phones each. They are declared as paging devices.',
  (stage) => {
    const office = new Office(stage, { phones: 30 });
    office.registerAll(0, 60);
    const pager = stage.host('192.0.2.40', { agent: 'SIP Paging Server 4.1' });
    for (let turn = 0; turn < 10; turn++) {
      for (const [i, phone] of office.phones.entries()) {
        stage.at = 300 + turn * 600 + i * 0.05;
        const to = office.extension(i);
        const headers = ['Call-Info: <sip:203.0.113.5>;answer-after=0'];
        stage.call(pager, phone, { from: 'paging', to, headers, ring: 0.2, talk: 15 });
      }
      const door = stage.host(`192.0.2.${41 + (turn % 2)}`, { agent: '2N IP Verso 2.41' });
      for (const i of [turn, turn + 1]) {
        stage.at = 500 + turn * 600;
        const call = { from: 'door', to: office.extension(i), ring: 9 };
        stage.call(door, office.phones[i]!, { ...call, fails: 'cancel' });
      }
    }
  },
  {
    peers: [
      { addresses: ['192.0.2.40/30'], role: 'paging', name: 'paging and doors', trusted: false },
    ],
  },
);

export const doorbell = innocent(
  'video doorbell',
  'A doorbell in the house rings three phones and two wall panels directly and all at once; mostly nobody answers within half a minute, sometimes somebody talks for a few seconds.',
  (stage) => {
    const pbx = stage.server('203.0.113.5');
    const bell = stage.host('192.168.1.50', { agent: 'DoorBird SIP 1.9' });
    const rooms = [0, 1, 2, 3, 4].map((i) => stage.phone(`192.168.1.${60 + i}`));
    for (const [i, phone] of rooms.slice(0, 3).entries()) {
      stage.at = i * 5;
      stage.register(phone, pbx, `${10 + i}`);
    }
    for (let turn = 0; turn < 25; turn++) {
      const winner = stage.random.below(12);
      const ring = winner < 5 ? stage.seconds(3, 12) : 30;
      for (const [i, phone] of rooms.entries()) {
        stage.at = 300 + turn * 900;
        const call = { from: 'doorbell', to: `${10 + i}`, ring, displayName: 'Front door' };
        const answered = { ...call, talk: 12, ends: 'callee', media: 20 } as const;
        stage.call(bell, phone, i === winner ? answered : { ...call, fails: 'cancel' });
      }
    }
  },
);

export const directVideo = innocent(
  'direct calls between video systems',
  'Twelve conference systems of one company call each other by address, without any registrar, in one private network.',
  (stage) => {
    const rooms = Array.from({ length: 12 }, (_, i) =>
      stage.host(`10.50.0.${10 + i}`, { agent: 'Polycom/RealPresenceGroup500/6.2.2' }),
    );
    for (let turn = 0; turn < 80; turn++) {
      const [from, to] = [turn % 12, (turn * 5 + 1) % 12];
      if (from === to) continue;
      stage.at = turn * 300;
      const call = { from: `room${from}`, to: `room${to}`, ring: stage.seconds(1, 9), media: 20 };
      const isMissed = stage.random.chance(0.25);
      stage.call(
        rooms[from]!,
        rooms[to]!,
        isMissed ? { ...call, fails: 'cancel' } : { ...call, talk: 250 },
      );
    }
  },
);

function hosted(stage: StageScene): void {
  const proxies = [5, 6, 7, 8].map((host) =>
    stage.server(`203.0.113.${host}`, { agent: 'kamailio (5.7.2 (x86_64/linux))' }),
  );
  for (let i = 0; i < 60; i++) {
    const inside = `192.168.1.${20 + i}:5060`;
    const phone = stage.phone(`192.0.2.${10 + (i >> 3)}`, { port: 24_000 + 13 * i, inside });
    const home = proxies[i % 4]!;
    stage.at = i * 4;
    stage.register(phone, home, `${800 + i}`, {
      domain: 'pbx.example.net',
      realm: 'pbx.example.net',
    });
    for (let turn = 0; turn < 8; turn++) {
      // Whichever proxy got the call from the trunk sends it.
      const proxy = proxies[stage.random.below(4)]!;
      stage.at = 400 + turn * 700 + i * 9;
      const call = { from: `0${nationalNumber(stage.random)}`, to: `${800 + i}` };
      const ring = stage.seconds(3, 20);
      const vias = [`Via: SIP/2.0/UDP 203.0.113.30:5060;branch=z9hG4bKtrunk${stage.hex(8)}`];
      const isMissed = stage.random.chance(0.3);
      const how = isMissed ? { ring, fails: 'cancel' as const } : { ring, talk: 60 };
      stage.call(proxy, phone, { ...call, ...how, vias });
      stage.ask(proxy, phone, { method: 'OPTIONS', fromUser: 'keepalive' }, '200 OK');
    }
  }
}

export const hostedProxies = innocent(
  'hosted PBX with several proxies',
  'Sixty phones at eight customers register each at one of four proxies of a provider, and are called by all four.',
  hosted,
);

export const separateCallServers = innocent(
  'provider that calls from another network',
  'A provider registers phones at one address and delivers their calls from session border controllers in two other networks; the calls are rung, missed, answered and talked as anywhere.',
  (stage) => {
    const registrar = stage.server('203.0.113.5', { agent: 'kamailio (5.7.2 (x86_64/linux))' });
    const border = ['192.0.2.5', '198.18.0.5'].map((one) =>
      stage.server(one, { agent: 'Oracle SBC 8.4' }),
    );
    for (let i = 0; i < 20; i++) {
      const account = `${900 + i}`;
      const inside = `192.168.2.${20 + i}:5060`;
      const phone = stage.phone(`198.18.${40 + i}.9`, { port: 34_000 + 19 * i, inside });
      stage.at = i * 6;
      stage.register(phone, registrar, account);
      for (let turn = 0; turn < 6; turn++) {
        stage.at = 600 + turn * 900 + i * 11;
        const login = { user: account, password: `pw-${account}`, realm: '203.0.113.5' };
        const out = { from: account, to: '01632960456', login, media: 8, talk: 60 };
        if (turn === 2) stage.call(phone, registrar, out);
        const from = `0${nationalNumber(stage.random)}`;
        const ring = stage.seconds(4, 20);
        const how = stage.random.chance(0.3)
          ? { fails: 'cancel' as const }
          : { talk: 90, media: 8 };
        const sender = border[stage.random.below(2)]!;
        const route = ['Record-Route: <sip:203.0.113.5;lr>'];
        const vias = [`Via: SIP/2.0/UDP 203.0.113.5:5060;branch=z9hG4bK${stage.hex(10)}`];
        stage.call(sender, phone, { from, to: account, ring, ...how, headers: route, vias });
      }
    }
  },
);

export const mediaThroughNat = innocent(
  'media through NAT',
  'Phones behind NAT announce private addresses for their media and send from the public one; the PBX answers where media comes from. RTCP goes beside it, and some datagrams come after the BYE.',
  (stage) => {
    const pbx = stage.server('203.0.113.5');
    for (let i = 0; i < 12; i++) {
      const account = `${640 + i}`;
      const inside = `192.168.1.${20 + i}:5060`;
      const phone = stage.phone(`192.0.2.${70 + (i >> 2)}`, { port: 36_000 + 7 * i, inside });
      stage.at = i * 4;
      stage.register(phone, pbx, account);
      for (let turn = 0; turn < 5; turn++) {
        stage.at = 100 + turn * 300 + i * 20;
        const login = { user: account, password: `pw-${account}`, realm: '203.0.113.5' };
        const call = { from: account, to: '01632960456', login, ring: 4, talk: 20 };
        const { invite } = stage.call(phone, pbx, call);
        const [own, theirs] = [
          20_000 + 2 * stage.random.below(9000),
          10_000 + 2 * stage.random.below(4000),
        ];
        const answer = { body: sdp(pbx.address, theirs) };
        // The media port of the answer is given here; the 200 comes again, as when an ACK was lost.
        stage.during(stage.at + 4.7, () => stage.reply(invite, '200 OK', 0, answer));
        const [a, b] = [`${phone.address}:${own}`, `${pbx.address}:${theirs}`];
        stage.rtp(a, b, { count: 60, later: 4.8 });
        stage.rtp(b, a, { count: 60, later: 4.9 });
        const report = Buffer.from(
          '81c80006000000010000000000000000000000000000000000000000',
          'hex',
        );
        for (const later of [6, 11, 16]) {
          stage.datagram(
            `${phone.address}:${own + 1}`,
            `${pbx.address}:${theirs + 1}`,
            report,
            later,
          );
        }
        stage.rtp(b, a, { count: 10, later: 24.3 });
      }
    }
  },
);

/** A proxy's own Via above that of the phone, whose address it notes (RFC 3261 §18.2.1). */
function viaOf(stage: StageScene, phone: Host): string {
  const seen = `received=${phone.address};rport=${phone.port}`;
  return `Via: SIP/2.0/UDP ${phone.ownName};${seen};branch=z9hG4bK${stage.hex(10)}`;
}

/** Eighty remote phones; the sensor stands between the edge proxy and the PBX. */
function behindEdge(stage: StageScene): void {
  const edge = stage.host('203.0.113.4', { agent: 'kamailio (5.7.2 (x86_64/linux))' });
  const pbx = stage.server('203.0.113.5');
  const realm = 'pbx.example.net';
  for (let i = 0; i < 80; i++) {
    const inside = `192.168.1.${20 + i}:5060`;
    const phone = stage.phone(`198.18.${i}.7`, { port: 20_000 + 13 * i, inside });
    const user = `${300 + i}`;
    const own = { user, domain: realm, contact: `<sip:${user}@${phone.endpoint}>` };
    for (let turn = 0; turn < 6; turn++) {
      stage.at = turn * 1700 + i * 11;
      const vias = () => ({
        vias: [viaOf(stage, phone)],
        maxForwards: 69,
        userAgent: phone.agent!,
      });
      const nonce = stage.hex(20);
      const challenge = `WWW-Authenticate: Digest realm="${realm}", nonce="${nonce}", algorithm=MD5`;
      const register = { ...own, method: 'REGISTER', callId: `edge-${i}@192.168.1.20` };
      const first = { ...register, ...vias(), cseq: 2 * turn + 1 };
      stage.ask(edge, pbx, first, { status: '401 Unauthorized', headers: [challenge] });
      stage.at += 0.05;
      // Each tenth user has mistyped his password on the first day.
      const password = i % 10 === 0 && turn === 0 ? 'mistyped' : `pw-${user}`;
      const login = digest({
        user,
        realm,
        password,
        nonce,
        method: 'REGISTER',
        uri: `sip:${realm}`,
      });
      const second = {
        ...register,
        ...vias(),
        cseq: 2 * turn + 2,
        headers: [`Authorization: ${login}`],
      };
      const isWrong = password === 'mistyped';
      stage.ask(
        edge,
        pbx,
        second,
        isWrong ? { status: '401 Unauthorized', headers: [challenge] } : '200 OK',
      );
      stage.at += 300;
      const call = { from: user, to: '01632960456', domain: realm, talk: stage.seconds(20, 200) };
      stage.call(edge, pbx, {
        ...call,
        vias: [viaOf(stage, phone)],
        login: { user, realm, password: `pw-${user}` },
      });
    }
  }
}

const EDGE =
  'The sensor stands behind an edge proxy through which eighty remote phones register and call, a tenth of them with a mistyped password at first';

export const trustedEdge = innocent(
  'phones behind a trusted edge proxy',
  `${EDGE}; the proxy is declared a trusted hop.`,
  behindEdge,
  {
    trustedHops: ['203.0.113.4'],
  },
);

export const unknownEdge = innocent(
  'phones behind an edge proxy',
  `${EDGE}; nothing is declared.`,
  behindEdge,
);
