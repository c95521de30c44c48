import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DEVIATION_NAMES,
  Deviation,
  deviationNames,
  INFORMATION,
  isMalformed,
  MALFORMED,
} from '../../src/sip/deviations.js';
import { SipMessage } from '../../src/sip/message.js';
import { messageOf, optionsWith } from './messages.js';

function foundIn(message: SipMessage): string[] {
  return deviationNames(message.check());
}

function foundInBytes(text: string): string[] {
  const message = new SipMessage();
  const bytes = Buffer.from(text, 'latin1');
  message.reset(bytes, 0, bytes.length);
  return foundIn(message);
}

const HEAD = `Via: SIP/2.0/UDP h;branch=z9hG4bK1
From: <sip:a@h>;tag=1
To: <sip:b@h>
Call-ID: 1
CSeq: 1 OPTIONS`;

test('names stand at their bit, and malformed and information share no bit', () => {
  const bits = Object.values(Deviation);
  assert.deepEqual(
    bits,
    [...bits.keys()].map((bit) => 1 << bit),
  );
  const names = Object.keys(Deviation).map((name) =>
    name
      .replace('CSeq', 'Cseq')
      .replace(/(?<!^)[A-Z]/g, '_$&')
      .toLowerCase(),
  );
  assert.deepEqual(DEVIATION_NAMES, names);
  assert.equal(MALFORMED & INFORMATION, 0);
  assert.equal(isMalformed(INFORMATION), false);
  assert.equal(isMalformed(Deviation.LfLineEnds), true);
});

test('a correct message has none', () => {
  assert.deepEqual(foundIn(optionsWith('')), []);
  assert.deepEqual(foundIn(messageOf(`SIP/2.0 200 OK\n${HEAD}\n\n`)), []);
});

test('the first line', () => {
  const line = (text: string) => foundIn(messageOf(`${text}\n${HEAD}\n\n`));
  assert.deepEqual(line('OPTIONS  sip:b@h SIP/2.0'), ['start_line_spaces']);
  assert.deepEqual(line('OPTIONS sip:b@h  SIP/2.0'), ['start_line_spaces']);
  assert.deepEqual(line('OPTIONS sip:b@h SIP/2.0 '), ['start_line_spaces']);
  assert.deepEqual(line('OPTIONS\tsip:b@h SIP/2.0'), ['start_line_spaces']);
  assert.deepEqual(line('OPTIONS sip:b@h\tSIP/2.0'), ['start_line_spaces']);
  assert.deepEqual(line('OPTIONS sip:b@h'), ['no_version']);
  assert.deepEqual(line('OPTIONS sip:b@h SIP/3.0'), ['bad_version']);
  assert.deepEqual(line('OPTIONS sip:b@h SIP/2.00'), ['bad_version']);
  assert.deepEqual(line('OPTIONS b@h SIP/2.0'), ['bad_request_uri']);
  assert.deepEqual(line('OPTIONS sip:b@h?x=y SIP/2.0'), ['request_uri_headers']);
  assert.deepEqual(line('\nOPTIONS sip:b@h SIP/2.0'), ['leading_blank_lines']);
  assert.deepEqual(line('SIP/2.0 20 OK'), ['bad_status']);
  assert.deepEqual(line('SIP/2.0 999 OK'), ['bad_status']);
  assert.deepEqual(line('SIP/2.0 2x0 OK'), ['bad_status']);
  assert.deepEqual(line('SIP/1.0 200 OK'), ['bad_version']);
  assert.deepEqual(line('SIP/2.0  200 OK'), ['start_line_spaces']);
  assert.deepEqual(line('SIP/2.0 200'), ['start_line_spaces']);
});

test('lines and their ends', () => {
  const request = `OPTIONS sip:b@h SIP/2.0\n${HEAD}\n`;
  const crlf = request.replaceAll('\n', '\r\n');
  assert.deepEqual(foundInBytes(`${request}\n`), ['lf_line_ends']);
  assert.deepEqual(foundInBytes(`${crlf}\n`), ['lf_line_ends']);
  assert.deepEqual(foundInBytes(crlf), ['no_end_of_head']);
  assert.deepEqual(foundInBytes(`${crlf}Subject: a\rb\r\n\r\n`), ['bare_cr']);
  assert.deepEqual(foundInBytes(`${crlf.replace('b@h', 'b@h;\r')}\r\n`), [
    'bad_request_uri',
    'bare_cr',
  ]);
  assert.deepEqual(foundInBytes(`${crlf}Subject: a\0b\r\n\r\n`), ['nul_byte']);
  assert.deepEqual(foundInBytes(`${crlf}Subject: "a\\\0b"\r\n\r\n`), []);
  assert.deepEqual(foundInBytes(`${crlf}no colon\r\n\r\n`), ['header_without_colon']);
  assert.deepEqual(foundInBytes(`${crlf}: no name\r\n\r\n`), ['header_without_colon']);
  assert.deepEqual(foundInBytes(`${crlf}two words: x\r\n\r\n`), ['header_without_colon']);
  assert.deepEqual(foundInBytes(`${crlf}Subject: a\r\n b\r\n\r\n`), ['folded_lines']);
  assert.deepEqual(foundInBytes(`${crlf}s: a\r\n\r\n`), ['compact_names']);
});

test('the limits: a value is cut at 8 KiB, and 256 header fields are read', () => {
  const long = optionsWith(`Subject: ${'x'.repeat(9000)}`);
  assert.deepEqual(foundIn(long), ['header_too_long']);
  const via = `Via: ${'SIP/2.0/UDP h;branch=z9hG4bK1,'.repeat(400)}`;
  assert.deepEqual(foundIn(optionsWith(via)), ['header_too_long']);
  const many = messageOf(`OPTIONS sip:b@h SIP/2.0\n${HEAD}\n${'X-A: y\n'.repeat(251)}\n`);
  assert.deepEqual(foundIn(many), []);
  assert.equal(many.headerCount, 256);
  const more = messageOf(`OPTIONS sip:b@h SIP/2.0\n${HEAD}\n${'X-A: y\n'.repeat(252)}\nbody`);
  assert.deepEqual(foundIn(more), ['too_many_headers']);
  assert.equal(more.headerCount, 256);
  assert.equal(more.bodyLength, 0);
});

test('header fields that are missing or stand twice', () => {
  for (const name of ['Via', 'From', 'To', 'Call-ID', 'CSeq']) {
    const lines = HEAD.split('\n').filter((line) => !line.startsWith(`${name}:`));
    const missing = messageOf(`OPTIONS sip:b@h SIP/2.0\n${lines.join('\n')}\n\n`);
    assert.deepEqual(foundIn(missing), ['missing_header'], name);
  }
  for (const line of ['From: <sip:a@h>', 'To: <sip:a@h>', 'Call-ID: 2', 'CSeq: 1 OPTIONS']) {
    const twice = messageOf(`OPTIONS sip:b@h SIP/2.0\n${HEAD}\n${line}\n\n`);
    assert.deepEqual(foundIn(twice), ['duplicate_header'], line);
  }
  const twoVias = messageOf(`OPTIONS sip:b@h SIP/2.0\n${HEAD}\nVia: SIP/2.0/UDP h\n\n`);
  assert.deepEqual(foundIn(twoVias), []);
});

test('Content-Length', () => {
  const body = (lines: string) =>
    foundIn(messageOf(`OPTIONS sip:b@h SIP/2.0\n${HEAD}\n${lines}\n\nabc`));
  assert.deepEqual(body('Content-Length: 3'), []);
  assert.deepEqual(body('Content-Length: 2'), ['trailing_bytes']);
  assert.deepEqual(body('Content-Length: 4'), ['content_length_beyond']);
  assert.deepEqual(body('Content-Length: 3x'), ['content_length_unreadable']);
  assert.deepEqual(body('Content-Length:'), ['content_length_unreadable']);
  assert.deepEqual(body('Content-Length: 3\nContent-Length: 2'), [
    'duplicate_header',
    'content_length_conflict',
  ]);
  assert.deepEqual(body('Content-Length: 3\nContent-Length: 3'), ['duplicate_header']);
});

test('CSeq and numbers', () => {
  assert.deepEqual(foundIn(optionsWith('CSeq: OPTIONS')), ['bad_cseq']);
  assert.deepEqual(foundIn(optionsWith('CSeq: 1')), ['bad_cseq']);
  assert.deepEqual(foundIn(optionsWith('CSeq: -1 OPTIONS')), ['bad_cseq']);
  assert.deepEqual(foundIn(optionsWith('CSeq: 1 OPTIONS x')), ['bad_cseq']);
  assert.deepEqual(foundIn(optionsWith('CSeq: 1OPTIONS')), ['bad_cseq']);
  assert.deepEqual(foundIn(optionsWith('CSeq: 1 INVITE')), ['cseq_method_mismatch']);
  assert.deepEqual(foundIn(optionsWith('CSeq: 1 options')), ['cseq_method_mismatch']);
  assert.deepEqual(foundIn(optionsWith('CSeq: 0000000001 OPTIONS')), []);
  assert.deepEqual(foundIn(optionsWith('CSeq: 2147483647 OPTIONS')), []);
  assert.deepEqual(foundIn(optionsWith('CSeq: 2147483648 OPTIONS')), ['number_out_of_range']);
  assert.deepEqual(foundIn(optionsWith('Max-Forwards: 256')), ['number_out_of_range']);
  assert.deepEqual(foundIn(optionsWith('Max-Forwards: many')), ['number_out_of_range']);
  assert.deepEqual(foundIn(optionsWith('Expires: 4294967296')), ['number_out_of_range']);
  assert.deepEqual(foundIn(optionsWith('Expires: 0')), []);
});

test('names, addresses, Via and Date', () => {
  assert.deepEqual(foundIn(optionsWith('From: "A <sip:a@h>')), ['bad_name_addr']);
  assert.deepEqual(foundIn(optionsWith('To: *')), ['bad_name_addr']);
  assert.deepEqual(foundIn(optionsWith('Contact: *')), []);
  assert.deepEqual(foundIn(optionsWith('Contact: None')), ['bad_name_addr']);
  assert.deepEqual(foundIn(optionsWith('Contact:')), ['bad_name_addr']);
  assert.deepEqual(foundIn(optionsWith('Contact: <sip:a@h>, <sip:b@h>;q=1')), []);
  assert.deepEqual(foundIn(optionsWith('Contact: <sip:a@h>, junk')), ['bad_name_addr']);
  assert.deepEqual(foundIn(optionsWith('Contact: <sip:a@h>,')), ['bad_name_addr']);
  assert.deepEqual(foundIn(optionsWith('Via: SIP/2.0/UDP h')), []);
  assert.deepEqual(foundIn(optionsWith('Via: SIP/2.0/UDP h, SIP/2.0/UDP')), ['bad_via']);
  assert.deepEqual(foundIn(optionsWith('Date: Sat, 13 Nov 2010 23:29:00 GMT')), []);
  assert.deepEqual(foundIn(optionsWith('Date: Sat, 13 Nov 2010 23:29:00 EST')), ['bad_date']);
  assert.deepEqual(foundIn(optionsWith('Date:')), ['bad_date']);
});

test('of very many values, the first are judged', () => {
  const contacts = (before: number) =>
    foundIn(optionsWith(`Contact: ${'<sip:a@h>,'.repeat(before)}<sip:a@h`));
  assert.deepEqual(contacts(50), ['bad_name_addr']);
  assert.deepEqual(contacts(70), []);
  const behind = `Contact: ${'<sip:a@h>,'.repeat(70)}<sip:a@h>\r\nFrom: <sip:a@h`;
  assert.deepEqual(foundIn(optionsWith(behind)).includes('bad_name_addr'), true, 'another field');
});
