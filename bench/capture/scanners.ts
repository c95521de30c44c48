import { type Agent, layout } from './agent.js';
import { Dialog, direct, registrarOf } from './dialog.js';
import { Socket } from './packet-file.js';
import { Party } from './party.js';
import { Path, type Recorder } from './path.js';
import { answerTo } from './phone-life.js';
import type { Random } from './random.js';
import type { Script } from './schedule.js';
import type { Site } from './site.js';

const sipvicious: Agent = {
  userAgents: ['friendly-scanner'],
  branch: (random) => `-${random.int(1e8, 4e9)}`,
  tag: (random) => `${random.hex(24)}01363${random.hex(13)}`,
  callId: (random) => String(random.int(1e8, 9e17)),
  via: 'branch;rport',
  sdp: '',
  layouts: same(`Via
Max-Forwards
From
To
Contact
Accept: application/sdp
User-Agent
Call-ID
CSeq
Authorization
Content-Length`),
};

/** A tool of the same family that says to be a phone. */
const disguised: Agent = {
  ...sipvicious,
  userAgents: ['Cisco-SIPGateway/IOS-12.x', 'Avaya', 'Grandstream GXP', 'Linksys-SPA942'],
  tag: (random) => random.hex(8),
  callId: (random) => random.hex(32),
};

const dialler: Agent = {
  userAgents: ['pplsip', 'VaxSIPUserAgent/3.5', 'eyeBeam release 3006o stamp 17551'],
  branch: (random) => random.text(71, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'),
  tag: (random) => random.hex(8),
  callId: (random) => random.hex(32),
  via: 'branch',
  sdp: 's=SIPPTS\nc=IN IPV HOST\nt=0 0\nm=audio PORT RTP/AVP 0 8 101\na=rtpmap:101 telephone-event/8000\na=sendrecv',
  layouts: same(`Via
From
To
Call-ID
CSeq
Contact
User-Agent
Max-Forwards
Allow: INVITE,BYE,CANCEL,OPTIONS,ACK,REGISTER
Content-Type
Content-Length`),
};

function same(lines: string): Agent['layouts'] {
  const all = layout(lines);
  return { register: all, invite: all, other: all, reply: all };
}

/** Of all messages, those of attackers with what they are answered. */
const SHARE = 0.01;
/** So many attack at the same time. */
const AT_ONCE = 6;

/** Attackers, one after another, each with a source and a tool of its own. */
export function startScanners(recorder: Recorder, sites: readonly Site[]): void {
  const quota = { used: 0 };
  for (let i = 0; i < AT_ONCE; i++) {
    recorder.schedule.start(attacks(recorder, sites, quota), 60 * i);
  }
}

function* attacks(recorder: Recorder, sites: readonly Site[], quota: { used: number }): Script {
  const { random } = recorder;
  for (;;) {
    const site = random.pick(sites.filter(({ server }) => !server.own.isV6));
    const attack = random.pick([findServers, findAccounts, findAccounts, guess, dial]);
    const pause = random.between(0.05, 0.6);
    for (const step of attack(recorder, site, random)) {
      while (quota.used > SHARE * recorder.messages) yield pause * random.between(1, 20);
      const before = recorder.messages;
      yield* step;
      quota.used += recorder.messages - before;
      yield pause;
    }
  }
}

type Attack = Generator<Script>;

function attacker(recorder: Recorder, agent: Agent, user: string, name: string): Party {
  const { random } = recorder;
  const socket = new Socket(
    `20.${random.int(100, 250)}.${random.int(0, 255)}.${random.int(1, 254)}`,
    random.int(5060, 5090),
  );
  return new Party(agent, socket, socket, user, name, '1.1.1.1', 'UDP', random);
}

function* ask(dialog: Dialog, method: string, status: string, options = {}): Script<string> {
  const request = yield* dialog.request(method, options);
  const challenge = `Digest realm="asterisk", nonce="${dialog.caller.random.hex(8)}"`;
  const fields = { 'WWW-Authenticate': challenge };
  yield* dialog.reply(request, status, status.startsWith('401') ? { fields } : {});
  return challenge;
}

function* findServers(recorder: Recorder, { server }: Site): Attack {
  const party = attacker(recorder, sipvicious, '100', 'sipvicious');
  const path = new Path(recorder, party.socket, server.socket);
  const uri = `sip:100@${server.own.host}`;
  for (let i = 0; i < 3; i++) {
    const dialog = new Dialog(party, server, direct(path, true), {
      target: uri,
      to: '"sipvicious" <sip:100@1.1.1.1>',
    });
    yield skipResult(ask(dialog, 'OPTIONS', '200 OK'));
  }
}

function* findAccounts(recorder: Recorder, { server }: Site, random: Random): Attack {
  const agent = random.pick([sipvicious, disguised]);
  const path = new Path(recorder, attacker(recorder, agent, '', '').socket, server.socket);
  const last = 100 + random.int(150, 900);
  for (let account = 100; account < last; account++) {
    const user = String(account);
    const party = new Party(
      agent,
      path.near,
      path.near,
      user,
      user,
      server.own.host,
      'UDP',
      random,
    );
    const uri = `sip:${server.own.host}`;
    const dialog = new Dialog(party, server, direct(path, true), {
      target: uri,
      to: party.nameAddr,
    });
    const status = random.chance(0.1) ? '401 Unauthorized' : '404 Not Found';
    yield skipResult(ask(dialog, 'REGISTER', status));
  }
}

function* guess(recorder: Recorder, { server }: Site, random: Random): Attack {
  const party = attacker(
    recorder,
    random.pick([sipvicious, disguised]),
    String(random.int(200, 2200)),
    '',
  );
  const path = new Path(recorder, party.socket, server.socket);
  const dialog = new Dialog(party, server, direct(path, true), {
    target: registrarOf(server),
    to: party.nameAddr,
  });
  let challenge = 'Digest realm="asterisk", nonce="00000000"';
  function* attempt(): Script {
    const Authorization = answerTo(challenge, party, registrarOf(server), 1);
    challenge = yield* ask(dialog, 'REGISTER', '401 Unauthorized', { fields: { Authorization } });
  }
  for (let i = random.int(100, 600); i > 0; i--) yield attempt();
}

function* dial(recorder: Recorder, { server }: Site, random: Random): Attack {
  const party = attacker(recorder, dialler, String(random.int(100, 2000)), '');
  const path = new Path(recorder, party.socket, server.socket);
  const number = `44${random.digits(10)}`;
  for (const prefix of [
    '',
    '0',
    '00',
    '9',
    '900',
    '000',
    '011',
    '9011',
    '0011',
    '+',
    '810',
    '99900',
  ]) {
    const uri = `sip:${prefix}${number}@${server.own.host}`;
    const dialog = new Dialog(party, server, direct(path, true), { target: uri });
    const body = party.sdp(8000, 8000, 12194);
    const offer = { fields: { 'Content-Type': 'application/sdp' }, body };
    yield refusedCall(dialog, offer, random.pick(['401 Unauthorized', '404 Not Found']));
  }
}

function* refusedCall(dialog: Dialog, offer: object, status: string): Script {
  yield* ask(dialog, 'INVITE', status, offer);
  yield* dialog.confirmRefusal();
}

function* skipResult(script: Script<unknown>): Script {
  yield* script;
}
