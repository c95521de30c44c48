import { SipMessage } from '../../src/sip/message.js';

/** Bytes of a message written with plain line ends: they become CR LF. */
export function crlf(text: string): Buffer {
  return Buffer.from(text.replace(/\r?\n/g, '\r\n'), 'latin1');
}

/** A message read from text with plain line ends. */
export function messageOf(text: string): SipMessage {
  const message = new SipMessage();
  const bytes = crlf(text);
  message.reset(bytes, 0, bytes.length);
  return message;
}

/** A correct OPTIONS with one line more, or with one line replaced by header name. */
export function optionsWith(line: string): SipMessage {
  const name = line.slice(0, line.indexOf(':') + 1);
  const lines = [
    'OPTIONS sip:bob@203.0.113.5 SIP/2.0',
    'Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK1',
    'Max-Forwards: 70',
    'From: <sip:alice@198.51.100.7>;tag=1',
    'To: <sip:bob@203.0.113.5>',
    'Call-ID: 1@198.51.100.7',
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
  ];
  const kept = lines.filter((other) => name === '' || !other.startsWith(name));
  return messageOf([...kept, ...(line === '' ? [] : [line]), '', ''].join('\n'));
}
