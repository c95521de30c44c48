import { type Agent, type Layout, layout } from './agent.js';

/** The sound that phones offer. */
export const AUDIO = `m=audio PORT RTP/AVP 9 0 8 18 101
a=rtpmap:9 G722/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:18 G729/8000
a=fmtp:18 annexb=no
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=ptime:20
a=sendrecv`;

/** Softphones: the same layout for all their messages. */
function softphone(
  userAgents: readonly string[],
  lines: string,
  names: Pick<Agent, 'branch' | 'tag' | 'callId'>,
): Agent {
  const all: Layout = layout(lines);
  return {
    userAgents,
    ...names,
    via: 'branch;rport',
    sdp: `s=Talk\nc=IN IPV HOST\nt=0 0\n${AUDIO}\na=rtcp:4001`,
    layouts: { register: all, invite: all, other: all, reply: all },
  };
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-~';

export const linphone = softphone(
  [
    'LinphoneAndroid/5.2.5 (Pixel 7) LinphoneSDK/5.3.47 (tags/5.3.47^0)',
    'Linphone-Desktop/5.2.4 (office-pc) windows/10 Qt/5.15.2 LinphoneSDK/5.3.26',
  ],
  `Via
Route
From
To
CSeq
Call-ID
Max-Forwards
Supported: replaces, outbound, gruu, path, record-aware
Accept: application/sdp
Accept: text/plain
Accept: application/vnd.gsma.rcs-ft-http+xml
Contact
Expires
User-Agent
Authorization
Proxy-Authorization
Content-Type
Content-Length`,
  {
    branch: (random) => `.${random.text(9, BASE64)}`,
    tag: (random) => random.text(9, BASE64),
    callId: (random) => random.text(10, BASE64),
  },
);

export const zoiper = softphone(
  ['Zoiper v2.10.20.4', 'Z 5.6.1 v2.10.19.9'],
  `Via
Route
Max-Forwards
Contact
To
From
Call-ID
CSeq
Expires
Allow: INVITE, ACK, CANCEL, BYE, NOTIFY, REFER, MESSAGE, OPTIONS, INFO, SUBSCRIBE
User-Agent
Authorization
Proxy-Authorization
Allow-Events: presence, kpml, talk, as-feature-event
Supported: replaces, norefersub, extended-refer, timer, outbound, path
Content-Type
Content-Length`,
  {
    branch: (random) => `-524287-1---${random.hex(16)}`,
    tag: (random) => random.hex(8),
    callId: (random) => `${random.text(22, BASE64)}..`,
  },
);

export const microsip = softphone(
  ['MicroSIP/3.21.3', 'MicroSIP/3.20.7', 'Telephone 1.6'],
  `Via
Max-Forwards
From
To
Contact
Call-ID
CSeq
Route
Allow: PRACK, INVITE, ACK, BYE, CANCEL, UPDATE, INFO, SUBSCRIBE, NOTIFY, REFER, MESSAGE, OPTIONS
Supported: replaces, 100rel, timer, norefersub
Session-Expires
Min-SE
User-Agent
Expires
Authorization
Proxy-Authorization
Content-Type
Content-Length`,
  {
    branch: (random) => `Pj${random.hex(32)}`,
    tag: (random) => random.hex(32),
    callId: (random) => random.hex(32),
  },
);

export const fanvil = softphone(
  ['Fanvil X4U 2.12.1.5', 'Fanvil X6 2.4.0', 'Gigaset N510 IP PRO/42.258.00.000.000'],
  `Via
From
To
Call-ID
CSeq
Contact
Route
Authorization
Proxy-Authorization
Max-Forwards
User-Agent
Supported: path,100rel,timer,replaces,eventlist
Allow-Events: presence, dialog, message-summary, refer, call-info
Allow: INVITE, ACK, CANCEL, BYE, UPDATE, OPTIONS, REFER, NOTIFY, INFO, MESSAGE, SUBSCRIBE
Expires
Content-Type
Content-Length`,
  {
    branch: (random) => `${random.int(1e8, 2e9)}${random.int(1e8, 2e9)}`,
    tag: (random) => String(random.int(1e8, 2e9)),
    callId: (random, host) => `${random.int(1e8, 2e9)}${random.int(1e8, 2e9)}@${host}`,
  },
);
