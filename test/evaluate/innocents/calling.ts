import { digest } from '../digest.js';
import { nationalNumber } from '../numbers.js';
import { Office } from '../office.js';
import { sdp } from '../sip-text.js';
import type { StageScene } from '../stage.js';
import { innocent } from './innocent.js';

const HOUR = 3600;

export const forking = innocent(
  'parallel forking',
  'A hunt group rings eight phones at once through a proxy, sixty times; one answers, seven are cancelled, and now and then nobody answers; sometimes a second answers while the CANCEL is on its way and is hung up at once.',
  (stage) => {
    const office = new Office(stage, { phones: 8 });
    office.registerAll(0, 60);
    for (let turn = 0; turn < 60; turn++) {
      stage.at = 200 + turn * 120;
      const winner = stage.random.below(10);
      const ring = stage.seconds(2, 20);
      const from = `0${nationalNumber(stage.random)}`;
      stage.call(office.trunk, office.pbx, { from, to: '01632960200', ring, talk: 80 });
      for (const [i, phone] of office.phones.entries()) {
        const call = { from, to: office.extension(i), ring };
        if (i === (winner + 1) % 8 && turn % 6 === 0) {
          const late = stage.call(office.pbx, phone, { ...call, talk: 0.3 });
          const cancel = {
            ...late.invite.options,
            method: 'CANCEL',
            contact: false,
            body: '',
          } as const;
          const { callId, branch, fromTag, uri } = late.invite;
          stage.during((late.answeredAt ?? 0) + 0.01, () =>
            stage.ask(
              office.pbx,
              phone,
              { ...cancel, callId, branch, fromTag, uri, headers: [] },
              '481 Call/Transaction Does Not Exist',
            ),
          );
          continue;
        }
        stage.call(
          office.pbx,
          phone,
          i === winner ? { ...call, talk: 80 } : { ...call, fails: 'cancel' },
        );
      }
    }
  },
);

function doctor(stage: StageScene): void {
  const office = new Office(stage, { phones: 4, media: 10 });
  office.registerAll(0, 30);
  for (let i = 0; i < 300; i++) {
    const from = `0${nationalNumber(stage.random)}`;
    const kind = stage.random.below(5);
    stage.during(60 + i * 90 + stage.seconds(0, 40), () => {
      if (kind === 0) office.in(i % 4, from, { ring: stage.seconds(1, 9), fails: 'cancel' });
      else if (kind === 1) office.in(i % 4, from, { ring: 20, talk: stage.seconds(2, 6) });
      else office.in(i % 4, from, { ring: stage.seconds(2, 15), talk: stage.seconds(15, 120) });
    });
  }
}

export const doctorsOffice = innocent(
  "doctor's office",
  'Four phones get 300 short calls a day: patients who hang up while it rings, who meet the answering machine and hang up after a few seconds, or who make an appointment.',
  doctor,
);

export const inDialog = innocent(
  'hold, transfer and session timers',
  'Calls of an office with re-INVITE for hold and for session timers, UPDATE, REFER with NOTIFY for transfers, and INFO for digits.',
  (stage) => {
    const office = new Office(stage, { phones: 12 });
    office.registerAll(0, 60);
    for (let turn = 0; turn < 60; turn++) {
      stage.at = 200 + turn * 240;
      const [from, to] = [turn % 12, (turn + 5) % 12];
      const names = { from: office.extension(from), to: office.extension(to) };
      const dialog = stage.call(office.phones[from]!, office.pbx, { ...names, talk: 200 });
      stage.at += 20;
      const hold = {
        method: 'INVITE',
        cseq: 21,
        body: sdp(office.phones[from]!.address, 12_000, 'sendonly'),
      };
      stage.within(dialog, hold, '100 Trying', '200 OK');
      stage.at += 0.2;
      stage.within(dialog, { method: 'ACK', cseq: 21 });
      stage.at += 20;
      stage.within(
        dialog,
        { method: 'UPDATE', by: 'callee', headers: ['Session-Expires: 90'] },
        '200 OK',
      );
      stage.at += 5;
      for (let i = 0; i < 4; i++) {
        stage.at += 0.4;
        stage.within(
          dialog,
          {
            method: 'INFO',
            body: `Signal=${i}\r\nDuration=160\r\n`,
            contentType: 'application/dtmf-relay',
          },
          '200 OK',
        );
      }
      if (turn % 3 !== 0) continue;
      stage.at += 10;
      const refer = `Refer-To: <sip:${office.extension((turn + 2) % 12)}@${office.pbx.address}>`;
      stage.within(dialog, { method: 'REFER', headers: [refer] }, '202 Accepted');
      for (const body of ['SIP/2.0 100 Trying', 'SIP/2.0 200 OK']) {
        stage.at += 1;
        const notify = {
          method: 'NOTIFY',
          by: 'callee',
          body,
          contentType: 'message/sipfrag',
        } as const;
        stage.within(
          dialog,
          { ...notify, headers: ['Event: refer', 'Subscription-State: active'] },
          '200 OK',
        );
      }
    }
  },
);

function challengesBye(stage: StageScene, isRegistered: boolean): void {
  const office = new Office(stage, { phones: 10 });
  if (isRegistered) office.registerAll(0, 60);
  for (let turn = 0; turn < 60; turn++) {
    stage.at = 100 + turn * 60;
    const user = office.extension(turn % 10);
    const login = { user, password: `pw-${user}`, realm: 'asterisk' };
    const call = { from: user, to: '01632960321', login, ends: 'nobody', ring: 5 } as const;
    const dialog = stage.call(office.phones[turn % 10]!, office.pbx, call);
    stage.at += 40;
    const nonce = stage.hex(20);
    const challenge = `Proxy-Authenticate: Digest realm="asterisk", nonce="${nonce}", algorithm=MD5`;
    const status = '407 Proxy Authentication Required';
    stage.within(dialog, { method: 'BYE', cseq: 10 }, { status, headers: [challenge] });
    stage.at += 0.05;
    const answer = digest({ ...login, nonce, method: 'BYE', uri: dialog.invite.uri });
    const again = { method: 'BYE', cseq: 11, headers: [`Proxy-Authorization: ${answer}`] };
    stage.within(dialog, again, '200 OK');
  }
}

export const challengedBye = innocent(
  'proxy that challenges BYE',
  'A proxy asks for credentials for every request, BYE too: its phones answer the 407 and hang up with them.',
  (stage) => challengesBye(stage, true),
);

export const challengedByeUnseen = innocent(
  'proxy that challenges BYE, registrations not seen',
  'A proxy challenges BYE, and the phones that answer the challenge registered before the sensor was started.',
  (stage) => challengesBye(stage, false),
);

export const presence = innocent(
  'presence with many watchers',
  'Forty phones with twenty lamp keys each subscribe to each other (challenged, accepted) and get a NOTIFY at each change; keys for extensions that were deleted get 404.',
  (stage) => {
    const office = new Office(stage, { phones: 40 });
    office.registerAll(0, 120);
    for (const [i, phone] of office.phones.entries()) {
      const user = office.extension(i);
      const login = { user, password: `pw-${user}`, realm: 'asterisk' };
      for (let key = 0; key < 20; key++) {
        stage.at = 200 + i * 3 + key * 0.05;
        const watched = office.extension((i + key + 1) % 43);
        const nonce = stage.hex(20);
        const subscribe = { method: 'SUBSCRIBE', user: watched, fromUser: user };
        const event = ['Event: dialog', 'Expires: 3600'];
        const challenge = `WWW-Authenticate: Digest realm="asterisk", nonce="${nonce}", algorithm=MD5`;
        const first = stage.ask(
          phone,
          office.pbx,
          { ...subscribe, headers: event },
          { status: '401 Unauthorized', headers: [challenge] },
        );
        stage.at += 0.03;
        const answer = digest({ ...login, nonce, method: 'SUBSCRIBE', uri: first.uri });
        const known = Number(watched) < 241;
        const { callId, fromTag } = first;
        const again = { ...subscribe, callId, fromTag, cseq: 2 };
        const headers = [...event, `Authorization: ${answer}`];
        stage.ask(phone, office.pbx, { ...again, headers }, known ? '200 OK' : '404 Not Found');
        if (!known) continue;
        for (let change = 0; change < 3; change++) {
          stage.during(600 + change * 500 + i * 5 + key * 0.1, () =>
            stage.ask(
              office.pbx,
              phone,
              {
                method: 'NOTIFY',
                user,
                fromUser: watched,
                headers: ['Event: dialog', 'Subscription-State: active'],
              },
              '200 OK',
            ),
          );
        }
      }
    }
  },
);

export const fax = innocent(
  'fax line',
  'A fax adapter sends and gets sixty pages a day: calls of thirty seconds that change to T.38 by re-INVITE, busy lines that are tried again, and calls from voice lines that end at once.',
  (stage) => {
    const pbx = stage.server('203.0.113.5');
    const adapter = stage.phone('10.20.0.60', { agent: 'Grandstream HT802 1.0.41.2' });
    stage.register(adapter, pbx, '250');
    for (let turn = 0; turn < 120; turn++) {
      stage.at = 60 + turn * 200;
      const far = `0163296${String(4000 + (turn >> 1) * 7).slice(-4)}`;
      const isOut = turn % 2 === 0;
      const names = isOut ? { from: '250', to: far } : { from: far, to: '250' };
      const [caller, callee] = isOut ? [adapter, pbx] : [pbx, adapter];
      if (turn % 7 === 0) {
        for (const wait of [0, 60]) {
          const busy = { ...names, fails: '486 Busy Here', unrung: true };
          stage.during(stage.at + wait, () => stage.call(caller, callee, busy));
        }
        continue;
      }
      const talk = turn % 11 === 0 ? 3 : stage.seconds(20, 45);
      const dialog = stage.call(caller, callee, { ...names, ring: 2, talk, ends: 'callee' });
      if (talk < 10) continue;
      stage.at += 6;
      const body =
        'v=0\r\no=- 1 2 IN IP4 10.20.0.60\r\ns=-\r\nc=IN IP4 10.20.0.60\r\nt=0 0\r\nm=image 12000 udptl t38\r\na=T38FaxVersion:0\r\n';
      stage.within(
        dialog,
        { method: 'INVITE', by: 'callee', cseq: 31, body },
        '100 Trying',
        '200 OK',
      );
      stage.at += 0.1;
      stage.within(dialog, { method: 'ACK', by: 'callee', cseq: 31 });
    }
  },
);

export const callCentre = innocent(
  'registered call centre',
  'A predictive dialler that registers at its provider makes 1200 calls in four hours, ring times from 15 to 30 s, one caller number, agents who talk; 2 % of those who answer hear nobody and hang up.',
  (stage) => {
    const provider = stage.server('203.0.113.5');
    const dialler = stage.phone('192.0.2.90', { agent: 'Asterisk PBX 16.30.0' });
    for (let at = 0; at < 4 * HOUR; at += 1800) {
      stage.at = at;
      stage.register(dialler, provider, 'callcentre', { cseq: 1 + at / 60 });
    }
    for (let i = 0; i < 1200; i++) {
      stage.at = 60 + i * 12;
      const to = `0${1632960000 + stage.random.below(1000)}`;
      const login = { user: 'callcentre', password: 'pw-callcentre', realm: 'provider' };
      const call = { from: '01632960800', to, login };
      const kind = stage.random.below(100);
      if (kind < 55)
        stage.call(dialler, provider, { ...call, ring: stage.seconds(16, 30), fails: 'cancel' });
      else if (kind < 60)
        stage.call(dialler, provider, { ...call, fails: '486 Busy Here', unrung: true });
      else if (kind < 61)
        stage.call(dialler, provider, {
          ...call,
          ring: 10,
          talk: 4,
          ends: 'callee',
          media: { caller: 0, callee: 20 },
        });
      else
        stage.call(dialler, provider, {
          ...call,
          ring: stage.seconds(4, 20),
          talk: stage.seconds(25, 400),
          media: 20,
          ends: i % 2 === 0 ? 'caller' : 'callee',
        });
    }
  },
);
