import { type Agent, layout } from './agent.js';
import type { Random } from './random.js';

const AUDIO = `m=audio PORT RTP/AVP 8 0 9 101
a=rtpmap:8 PCMA/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:9 G722/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
a=ptime:20
a=maxptime:150
a=sendrecv`;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A server, and what stands in its challenges. */
export interface ServerAgent extends Agent {
  readonly realm: string;
  challenge(random: Random): string;
  readonly lifetime: number;
}

const ASTERISK_ALLOW =
  'OPTIONS, REGISTER, SUBSCRIBE, NOTIFY, PUBLISH, INVITE, ACK, BYE, CANCEL, UPDATE, PRACK, INFO, MESSAGE, REFER';
const asteriskRequest = layout(`Via
From
To
Contact
Call-ID
CSeq
Route
Allow: ${ASTERISK_ALLOW}
Supported: 100rel, timer, replaces, norefersub, histinfo
Session-Expires
Min-SE
P-Asserted-Identity
Event
Subscription-State
Max-Forwards
User-Agent
Content-Type
Content-Length`);

export const ASTERISK: ServerAgent = {
  userAgents: ['Asterisk PBX 18.9.0'],
  realm: 'asterisk',
  challenge: (random) =>
    `Digest realm="asterisk",nonce="${random.int(1.76e9, 1.77e9)}/${random.hex(32)}",opaque="${random.hex(16)}",algorithm=md5,qop="auth"`,
  lifetime: 1800,
  branch: (random) => `Pj${random.uuid()}`,
  tag: (random) => random.uuid(),
  callId: (random) => random.uuid(),
  via: 'rport;branch',
  sdp: `s=Asterisk\nc=IN IPV HOST\nt=0 0\n${AUDIO}`,
  layouts: {
    register: asteriskRequest,
    invite: asteriskRequest,
    other: asteriskRequest,
    reply: layout(`Via
Record-Route
Call-ID
From
To
CSeq
WWW-Authenticate
Server: Asterisk PBX 18.9.0
Date
Allow: ${ASTERISK_ALLOW}
Contact
Supported: 100rel, timer, replaces, norefersub, histinfo
Content-Type
Content-Length`),
  },
};

const FREEPBX_ALLOW =
  'INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, SUBSCRIBE, NOTIFY, INFO, PUBLISH, MESSAGE';
const freepbxRequest = layout(`Via
Max-Forwards
From
To
Contact
Call-ID
CSeq
Route
User-Agent
Date
Allow: ${FREEPBX_ALLOW}
Supported: replaces, timer
Event
Subscription-State
Content-Type
Content-Length`);

/** chan_sip, as older FreePBX systems have it. */
export const FREEPBX: ServerAgent = {
  userAgents: ['FPBX-15.0.16(13.38.1)'],
  realm: 'asterisk',
  challenge: (random) => `Digest algorithm=MD5, realm="asterisk", nonce="${random.hex(8)}"`,
  lifetime: 3600,
  branch: (random) => random.hex(8),
  tag: (random) => `as${random.hex(8)}`,
  callId: (random, host) => `${random.hex(32)}@${host}:5060`,
  via: 'branch;rport',
  sdp: `s=Asterisk PBX 13.38.1\nc=IN IPV HOST\nt=0 0\n${AUDIO}`,
  layouts: {
    register: freepbxRequest,
    invite: freepbxRequest,
    other: freepbxRequest,
    reply: layout(`Via
Record-Route
From
To
Call-ID
CSeq
Server: FPBX-15.0.16(13.38.1)
Allow: ${FREEPBX_ALLOW}
Supported: replaces, timer
WWW-Authenticate
Contact
Expires
Date
Content-Type
Content-Length`),
  },
};

const FREESWITCH_ALLOW =
  'INVITE, ACK, BYE, CANCEL, OPTIONS, MESSAGE, INFO, UPDATE, REGISTER, REFER, NOTIFY, PUBLISH, SUBSCRIBE';
const FREESWITCH_EVENTS =
  'talk, hold, conference, presence, as-feature-event, dialog, line-seize, call-info, sla, include-session-description, presence.winfo, message-summary, refer';
const freeswitchRequest = layout(`Via
Route
Max-Forwards
From
To
Call-ID
CSeq
Contact
User-Agent
Allow: ${FREESWITCH_ALLOW}
Supported: timer, path, replaces
Allow-Events: ${FREESWITCH_EVENTS}
Event
Subscription-State
Content-Type
Content-Length
X-FS-Support: update_display,send_info
Remote-Party-ID`);

export const FREESWITCH: ServerAgent = {
  userAgents: ['FreeSWITCH-mod_sofia/1.10.7-release~64bit'],
  realm: 'voice.example.net',
  challenge: (random) =>
    `Digest realm="voice.example.net", nonce="${random.uuid()}", algorithm=MD5, qop="auth"`,
  lifetime: 900,
  branch: (random) => random.text(13, ALPHABET),
  tag: (random) => random.text(13, ALPHABET),
  callId: (random) => random.uuid(),
  via: 'rport;branch',
  sdp: `s=FreeSWITCH\nc=IN IPV HOST\nt=0 0\n${AUDIO}`,
  layouts: {
    register: freeswitchRequest,
    invite: freeswitchRequest,
    other: freeswitchRequest,
    reply: layout(`Via
Record-Route
From
To
Call-ID
CSeq
Contact
Expires
Date
User-Agent: FreeSWITCH-mod_sofia/1.10.7-release~64bit
Allow: ${FREESWITCH_ALLOW}
Supported: timer, path, replaces
Allow-Events: ${FREESWITCH_EVENTS}
WWW-Authenticate
Content-Type
Content-Length`),
  },
};

const kamailioRequest = layout(`Via
To
From
CSeq
Call-ID
Max-Forwards
Content-Length
User-Agent
Contact
Event
Subscription-State
Content-Type`);

/** A proxy and registrar: of its own it sends no more than short answers and NAT pings. */
export const KAMAILIO: ServerAgent = {
  userAgents: ['kamailio (5.6.4 (x86_64/linux))'],
  realm: 'sip.example.net',
  challenge: (random) =>
    `Digest realm="sip.example.net", nonce="${random.text(44, ALPHABET)}", qop="auth"`,
  lifetime: 600,
  branch: (random) => `${random.hex(4)}.${random.hex(32)}.0`,
  tag: (random) => `${random.hex(32)}.${random.hex(8)}`,
  callId: (random, host) => `${random.hex(8)}-${random.hex(7)}-${random.digits(6)}@${host}`,
  via: 'branch',
  sdp: `s=-\nc=IN IPV HOST\nt=0 0\n${AUDIO}`,
  layouts: {
    register: kamailioRequest,
    invite: kamailioRequest,
    other: kamailioRequest,
    reply: layout(`Via
Record-Route
To
From
Call-ID
CSeq
WWW-Authenticate
Proxy-Authenticate
Contact
Server: kamailio (5.6.4 (x86_64/linux))
Content-Type
Content-Length`),
  },
};

const cucmRequest = layout(`Via
From
To
Date
Call-ID
Supported: timer,resource-priority,replaces
Min-SE: 1800
User-Agent
Allow: INVITE, OPTIONS, INFO, BYE, CANCEL, ACK, PRACK, UPDATE, REFER, SUBSCRIBE, NOTIFY
CSeq
Expires: 180
Allow-Events: presence, kpml
Supported: X-cisco-srtp-fallback
Supported: Geolocation
Call-Info: <urn:x-cisco-remotecc:callinfo>; security= NotAuthenticated; orientation= from; gci= 1-348712; call-instance= 1
Session-ID: 4b0d7c5f00105000a000b4de316c2f11;remote=00000000000000000000000000000000
Session-Expires: 1800
P-Asserted-Identity
Remote-Party-ID
Event
Subscription-State
Contact
Max-Forwards
Content-Type
Content-Length`);

export const CUCM: ServerAgent = {
  userAgents: ['Cisco-CUCM12.5'],
  realm: 'ccmsipline',
  challenge: (random) =>
    `Digest realm="ccmsipline", nonce="${random.text(32, ALPHABET)}", algorithm=MD5`,
  lifetime: 3600,
  branch: (random) => random.hex(12),
  tag: (random) => `${random.int(1e4, 9e5)}~${random.uuid()}-${random.int(1e7, 9e7)}`,
  callId: (random, host) =>
    `${random.hex(8)}-${random.hex(8)}-${random.hex(5)}-${random.hex(7)}@${host}`,
  via: 'branch',
  sdp: `s=SIP Call\nc=IN IPV HOST\nb=AS:64\nt=0 0\n${AUDIO}`,
  layouts: {
    register: cucmRequest,
    invite: cucmRequest,
    other: cucmRequest,
    reply: layout(`Via
From
To
Date
Call-ID
Server: Cisco-CUCM12.5
CSeq
WWW-Authenticate
Allow: INVITE, OPTIONS, INFO, BYE, CANCEL, ACK, PRACK, UPDATE, REFER, SUBSCRIBE, NOTIFY
Allow-Events: presence
Supported: replaces,X-cisco-srtp-fallback,X-cisco-sis-10.0.0
Session-ID: 00000000000000000000000000000000;remote=4b0d7c5f00105000a000b4de316c2f11
Contact
Expires
Content-Type
Content-Length`),
  },
};

/** A session border controller. */
function carrier(userAgent: string | undefined, lines: string, isCompact = false): Agent {
  const all = layout(lines);
  return {
    userAgents: userAgent === undefined ? [] : [userAgent],
    branch: (random) => `${random.text(6, ALPHABET)}${random.digits(10)}.1`,
    tag: (random) => `${random.text(8, 'ABCDEF0123456789')}-${random.digits(6)}`,
    callId: (random, host) => `${random.digits(10)}_${random.digits(8)}@${host}`,
    via: 'branch',
    isCompact,
    sdp: `s=sip call\nc=IN IPV HOST\nt=0 0\n${AUDIO}`,
    layouts: { register: all, invite: all, other: all, reply: all },
  };
}

export const CARRIERS: readonly Agent[] = [
  carrier(
    undefined,
    `Via
Record-Route
From
To
Call-ID
CSeq
Max-Forwards
Contact
Route
Allow: ACK,BYE,CANCEL,INFO,INVITE,OPTIONS,PRACK,REFER,UPDATE
Supported: 100rel,timer
Session-Expires
Min-SE
P-Asserted-Identity
P-Charging-Vector: icid-value=2f1ad5e7-8f6c-4d3a;icid-generated-at=192.0.2.70;orig-ioi=carrier.example
Accept: application/sdp, application/isup, application/dtmf
Content-Disposition: session; handling=required
Content-Type
Content-Length`,
  ),
  carrier(
    'Metaswitch-Perimeta/4.9.20',
    `Via
Record-Route
Route
Max-Forwards
Contact
To
From
Call-ID
CSeq
Allow: INVITE, ACK, OPTIONS, CANCEL, BYE, UPDATE, INFO, REFER, NOTIFY, PRACK
User-Agent
Supported: timer, 100rel, replaces
Diversion
P-Asserted-Identity
Privacy: none
Content-Type
Content-Length`,
  ),
  carrier(
    undefined,
    `Via
From
To
Call-ID
CSeq
Max-Forwards
Contact
P-Asserted-Identity
Supported: timer,100rel,precondition
Allow: INVITE,ACK,CANCEL,BYE,PRACK,INFO,UPDATE,OPTIONS
Accept: application/sdp,application/dtmf-relay
Content-Type
Content-Length`,
    true,
  ),
];
