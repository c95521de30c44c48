import type { SipMessage } from '../../src/sip/message.js';
import type { NameAddrView } from '../../src/sip/name-addr.js';
import { HEADERS } from '../../src/sip/tokens.js';
import type { UriView } from '../../src/sip/uri.js';

/** Calls everything that reads from a message and returns what came out, for comparison. */
export function everyGetter(message: SipMessage): unknown[] {
  return [
    message.kind,
    message.methodId,
    message.status,
    message.cseqNumber,
    message.contentLength,
    message.maxForwards,
    message.expires,
    message.bodyLength,
    message.bodyText(),
    message.check(),
    message.headerCount,
    message.compactCount,
    message.longCount,
    message.viaCount,
    message.lineEnd,
    message.headerOrder(),
    message.headerNames(),
    message.methodText(),
    message.uriText(),
    message.reasonText(),
    message.startLineText(),
    message.cseqMethodText(),
    message.callIdTo - message.callIdFrom,
    ...HEADERS.map((row) => [message.count(row.id), message.text(row.id), message.rawText(row.id)]),
    ...uri(message.ruri),
    ...nameAddr(message.fromHeader),
    ...nameAddr(message.toHeader),
    ...nameAddr(message.contact),
    message.via.valid,
    message.via.port,
    message.via.transport(),
    message.via.host(),
    message.via.branch(),
    message.via.hasParam('rport'),
    message.via.param('received'),
    message.via.paramsText(),
    ...[message.credentials, message.challenge].flatMap((view) => [
      view.scheme(),
      view.username(),
      view.realm(),
      view.nonce(),
      view.response(),
      view.uri(),
      view.cnonce(),
      view.nc(),
      view.qop(),
      view.algorithm(),
    ]),
    message.sdp.present,
    message.sdp.mediaPort,
    message.sdp.origin(),
    message.sdp.sessionName(),
    message.sdp.connection(),
    message.sdp.mediaLine(),
    message.sdp.originUser(),
    message.sdp.originAddress(),
    message.sdp.connectionAddress(),
  ];
}

function uri(view: UriView): unknown[] {
  return [
    view.valid,
    view.scheme(),
    view.user(),
    view.password(),
    view.host(),
    view.portNumber,
    view.param('transport'),
    view.hasHeaders,
    view.text(),
  ];
}

function nameAddr(view: NameAddrView): unknown[] {
  const { valid, hasBrackets, isStar } = view;
  return [valid, hasBrackets, isStar, view.display(), view.tag(), view.raw(), ...uri(view.uri)];
}

/** Every range a message hands out, as pairs of offsets into its buffer. */
export function everyRange(message: SipMessage): [string, number, number][] {
  const ranges: [string, number, number][] = [
    ['method', message.methodFrom, message.methodTo],
    ['uri', message.uriFrom, message.uriTo],
    ['body', message.bodyFrom, message.bodyTo],
    ['cseq method', message.cseqMethodFrom, message.cseqMethodTo],
    ['call-id', message.callIdFrom, message.callIdTo],
    ['message', message.from, message.messageEnd],
    ['from header', message.fromHeader.from, message.fromHeader.to],
    ['via', message.via.from, message.via.to],
  ];
  for (let i = 0; i < message.headerCount; i++) {
    ranges.push(['name', message.nameFrom(i), message.nameTo(i)]);
    ranges.push(['value', message.valueFrom(i), message.valueTo(i)]);
  }
  for (const view of [message.ruri, message.toHeader.uri, message.contact.uri]) {
    ranges.push(['uri text', view.from, view.to], ['user', view.userFrom, view.userTo]);
    ranges.push(['host', view.hostFrom, view.hostTo], ['params', view.paramsFrom, view.paramsTo]);
    ranges.push(['password', view.passwordFrom, view.passwordTo]);
    ranges.push(['headers', view.headersFrom, view.headersTo]);
  }
  return ranges;
}
