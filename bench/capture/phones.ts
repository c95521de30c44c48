import { type Agent, layout } from './agent.js';
import type { Random } from './random.js';
import { AUDIO, fanvil, linphone, microsip, zoiper } from './softphones.js';

const decimal = (low: number, high: number) => (random: Random) => String(random.int(low, high));

const YEALINK_ALLOW =
  'INVITE, INFO, PRACK, ACK, BYE, CANCEL, OPTIONS, NOTIFY, REGISTER, SUBSCRIBE, REFER, PUBLISH, UPDATE, MESSAGE';

const yealink: Agent = {
  userAgents: [
    'Yealink SIP-T46S 66.86.0.15',
    'Yealink SIP-T42S 66.85.0.5',
    'Yealink SIP-T54W 96.86.0.70',
    'Yealink W60B 77.85.0.25',
  ],
  branch: decimal(1e8, 4e9),
  tag: decimal(1e8, 4e9),
  callId: (random, host) => `${random.int(0, 9)}_${random.int(1e8, 4e9)}@${host}`,
  via: 'branch;rport',
  sdp: `s=SDP data\nc=IN IPV HOST\nt=0 0\n${AUDIO}`,
  layouts: {
    register: layout(`Via
From
To
Call-ID
CSeq
Contact
Authorization
Allow: ${YEALINK_ALLOW}
Max-Forwards
User-Agent
Expires
Allow-Events: talk,hold,conference,refer,check-sync
Content-Length`),
    invite: layout(`Via
From
To
Call-ID
CSeq
Contact
Route
Authorization
Proxy-Authorization
Content-Type
Allow: ${YEALINK_ALLOW}
Max-Forwards
User-Agent
Supported: replaces
Allow-Events: talk,hold,conference,refer,check-sync
Content-Length`),
    other: layout(`Via
From
To
Call-ID
CSeq
Contact
Route
Max-Forwards
User-Agent
Accept: application/sdp, application/dialog-info+xml
Allow: ${YEALINK_ALLOW}
Content-Length`),
    reply: layout(`Via
Record-Route
From
To
Call-ID
CSeq
Contact
Content-Type
Allow: ${YEALINK_ALLOW}
Supported: replaces
User-Agent
Allow-Events: talk,hold,conference,refer,check-sync
Content-Length`),
  },
};

const GRANDSTREAM_ALLOW =
  'INVITE, ACK, OPTIONS, CANCEL, BYE, SUBSCRIBE, NOTIFY, INFO, REFER, UPDATE, MESSAGE';
const grandstreamRequest = layout(`Via
Route
From
To
Call-ID
CSeq
Contact
Authorization
Proxy-Authorization
X-Grandstream-PBX: true
Max-Forwards
User-Agent
Privacy: none
Supported: path, replaces, timer, eventlist
Expires
Allow: ${GRANDSTREAM_ALLOW}
Content-Type
Accept: application/sdp, application/dtmf-relay
Content-Length`);
const grandstream: Agent = {
  userAgents: [
    'Grandstream GXP2170 1.0.11.64',
    'Grandstream GXP1625 1.0.7.49',
    'Grandstream HT814 1.0.35.4',
    'Grandstream GRP2614 1.0.5.67',
  ],
  branch: decimal(1e6, 2e9),
  tag: decimal(1e6, 2e9),
  callId: (random) =>
    `${random.int(1e6, 2e9)}-5060-${random.int(1, 90)}@${random.text(2, 'BCD')}.${random.text(3, 'ABCHJI')}.${random.text(2, 'BCDJ')}.${random.text(2, 'BFGI')}`,
  via: 'branch;rport',
  contact: ';reg-id=1;+sip.instance="<urn:uuid:UUID>"',
  sdp: `s=SIP Call\nc=IN IPV HOST\nt=0 0\n${AUDIO}\na=rtcp-xr:voip-metrics`,
  layouts: {
    register: grandstreamRequest,
    invite: grandstreamRequest,
    other: grandstreamRequest,
    reply: layout(`Via
Record-Route
From
To
Call-ID
CSeq
Contact
Supported: replaces, path, timer, eventlist
User-Agent
Allow: ${GRANDSTREAM_ALLOW}
Content-Type
Content-Length`),
  },
};

const POLYCOM_ALLOW =
  'INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, MESSAGE, SUBSCRIBE, NOTIFY, PRACK, UPDATE, REFER';
const polycomRequest = layout(`Via
From
To
CSeq
Call-ID
Contact
Route
Event
User-Agent
Accept-Language: en
Supported: 100rel,replaces
Allow-Events: conference,talk,hold
Authorization
Proxy-Authorization
Max-Forwards
Expires
Content-Type
Content-Length`);
const polycom: Agent = {
  userAgents: [
    'PolycomVVX-VVX_411-UA/5.9.5.0614',
    'PolycomVVX-VVX_310-UA/5.9.3.2857',
    'PolycomSoundPointIP-SPIP_550-UA/4.0.14.1580',
    'PolyEdge-Edge_E350-UA/8.1.1.3891',
  ],
  branch: (random) => `${random.hex(8)}${random.text(8, '0123456789ABCDEF')}`,
  tag: (random) => `${random.text(8, '0123456789ABCDEF')}-${random.text(8, '0123456789ABCDEF')}`,
  callId: (random, host) => `${random.hex(32)}@${host}`,
  via: 'branch',
  contact: `;methods="${POLYCOM_ALLOW}"`,
  sdp: `s=Polycom IP Phone\nc=IN IPV HOST\nt=0 0\na=sendrecv\n${AUDIO}`,
  layouts: {
    register: polycomRequest,
    invite: polycomRequest,
    other: polycomRequest,
    reply: layout(`Via
Record-Route
From
To
CSeq
Call-ID
Contact
User-Agent
Allow: ${POLYCOM_ALLOW}
Accept-Language: en
Supported: 100rel,replaces
Content-Type
Content-Length`),
  },
};

const spaRequest = layout(`Via
Route
From
To
Call-ID
CSeq
Max-Forwards
Authorization
Proxy-Authorization
Contact
Expires
User-Agent
Allow: ACK, BYE, CANCEL, INFO, INVITE, NOTIFY, OPTIONS, REFER, UPDATE
Allow-Events: dialog
Supported: x-sipura, replaces
Content-Type
Content-Length`);
const spa: Agent = {
  userAgents: ['Cisco/SPA504G-7.6.2c', 'Cisco/SPA525G2-7.6.2e', 'Linksys/SPA942-6.1.5(a)'],
  branch: (random) => `-${random.hex(8)}`,
  tag: (random) => `${random.hex(16)}o0`,
  callId: (random, host) => `${random.hex(8)}-${random.hex(8)}@${host}`,
  via: 'branch',
  sdp: `s=-\nc=IN IPV HOST\nt=0 0\n${AUDIO}`,
  layouts: {
    register: spaRequest,
    invite: spaRequest,
    other: spaRequest,
    reply: layout(`Via
Record-Route
To
From
Call-ID
CSeq
Contact
Server: Cisco/SPA504G-7.6.2c
Allow: ACK, BYE, CANCEL, INFO, INVITE, NOTIFY, OPTIONS, REFER, UPDATE
Supported: x-sipura, replaces
Content-Type
Content-Length`),
  },
};

const ciscoRequest = layout(`Via
Route
From
To
Call-ID
Max-Forwards
CSeq
User-Agent
Contact
Authorization
Expires
Accept: application/sdp
Allow: ACK,BYE,CANCEL,INVITE,NOTIFY,OPTIONS,REFER,REGISTER,UPDATE,SUBSCRIBE,INFO
Supported: replaces,join,sdp-anat,norefersub,resource-priority,extended-refer,X-cisco-callinfo,X-cisco-serviceuri,X-cisco-escapecodes,X-cisco-service-control,X-cisco-srtp-fallback,X-cisco-monrec,X-cisco-config
Allow-Events: kpml,dialog
Content-Type
Content-Length`);
const cisco: Agent = {
  userAgents: ['Cisco-CP8841/12.8.1', 'Cisco-CP7841/12.8.1', 'Cisco-CP8865/14.1.1'],
  branch: (random) => random.hex(8),
  tag: (random) => `${random.hex(12)}${random.digits(4)}${random.hex(8)}-${random.hex(8)}`,
  callId: (random, host) =>
    `${random.hex(8)}-${random.hex(8)}-${random.hex(8)}-${random.hex(8)}@${host}`,
  via: 'branch',
  contact: ';+sip.instance="<urn:uuid:UUID>";+u.sip!model.ccm.cisco.com="683"',
  sdp: `s=SIP Call\nc=IN IPV HOST\nt=0 0\n${AUDIO}`,
  layouts: {
    register: ciscoRequest,
    invite: ciscoRequest,
    other: ciscoRequest,
    reply: ciscoRequest,
  },
};

const snomRequest = layout(`Via
Route
From
To
Call-ID
CSeq
Max-Forwards
User-Agent
Contact
X-Serialnumber: 000413A23B7C
P-Key-Flags: resolution="31x13", keys="4"
Accept: application/sdp
Allow: INVITE, ACK, CANCEL, BYE, REFER, OPTIONS, NOTIFY, SUBSCRIBE, PRACK, MESSAGE, INFO, UPDATE
Allow-Events: talk, hold, refer, call-info
Supported: path, timer, 100rel, replaces, from-change
Authorization
Proxy-Authorization
Expires
Content-Type
Content-Length`);
const snom: Agent = {
  userAgents: ['snomD725/10.1.54.13', 'snom320/8.7.5.35', 'snomD785/10.1.101.11'],
  branch: (random) => `-${random.text(12, 'abcdefghijklmnopqrstuvwxyz0123456789')}`,
  tag: (random) => random.text(10, 'abcdefghijklmnopqrstuvwxyz0123456789'),
  callId: (random) =>
    `${random.digits(24)}-${random.text(12, 'abcdefghijklmnopqrstuvwxyz0123456789')}`,
  via: 'branch;rport',
  contact: ';reg-id=1;q=1.0;+sip.instance="<urn:uuid:UUID>"',
  sdp: `s=call\nc=IN IPV HOST\nt=0 0\n${AUDIO}`,
  layouts: { register: snomRequest, invite: snomRequest, other: snomRequest, reply: snomRequest },
};

/** What stands on desks. */
export const DESK_PHONES = [yealink, yealink, yealink, grandstream, polycom, spa, snom, fanvil];
/** What people at home and on the way have. */
export const REMOTE_PHONES = [yealink, grandstream, linphone, zoiper, microsip, fanvil];
export const CISCO_PHONES = [cisco];
