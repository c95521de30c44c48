import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../src/package-root.js';
import { Deviation } from '../../src/sip/deviations.js';
import { Header } from '../../src/sip/tokens.js';
import { eachMessage } from '../support/captured-messages.js';
import { originFolder } from '../support/third-party.js';

/** Zeek as a second opinion: what its own tests expect in its logs of two captures. */

const BASELINES = join(packageRoot(), 'test/corpus/zeek/testing/btest/Baseline');
/** How Zeek writes a field without a value. */
const UNSET = '-';

type Row = Record<string, string>;

/** The rows of a log, each by the names of its columns. */
function zeekLog(name: string): Row[] {
  const lines = readFileSync(join(BASELINES, name), 'utf8').trimEnd().split('\n');
  const fields = lines
    .find((line) => line.startsWith('#fields'))
    ?.split('\t')
    .slice(1);
  assert.ok(fields);
  return lines
    .filter((line) => !line.startsWith('#'))
    .map((line) => Object.fromEntries(line.split('\t').map((value, i) => [fields[i]!, value])));
}

test('wireshark.pcap: the same requests and replies as in sip.log', async () => {
  const log = zeekLog('scripts.base.protocols.sip.wireshark/sip.log');
  const requests = new Set<string>();
  const acknowledged = new Set<string>();
  const replies: string[] = [];
  await eachMessage(join(originFolder('zeek'), 'wireshark.pcap'), (message) => {
    const id = `${message.text(Header.CallId)} ${message.cseqNumber}`;
    if (message.isResponse) {
      const to = message.text(Header.To);
      replies.push(`${id}: ${message.status} ${message.reasonText()} ${to}`);
      return;
    }
    const line = `${id} ${message.methodText()}: ${message.uriText()} ${message.text(Header.UserAgent) ?? UNSET}`;
    (message.methodText() === 'ACK' ? acknowledged : requests).add(line);
  });

  const answered = log.filter((row) => row.status_code !== UNSET);
  assert.equal(answered.length, 34);
  assert.deepEqual(
    replies.sort(),
    answered
      .map((row) => `${idOf(row)}: ${row.status_code} ${row.status_msg} ${row.response_to}`)
      .sort(),
  );
  const line = (row: Row) => `${idOf(row)} ${row.method}: ${row.uri} ${row.user_agent}`;
  assert.deepEqual([...requests].sort(), [...new Set(answered.map(line))].sort());
  // It gives a row to those ACKs only that do not follow a reply at once.
  const alone = log.filter((row) => row.status_code === UNSET).map(line);
  assert.equal(alone.length, 2);
  for (const ack of alone) assert.ok(acknowledged.has(ack), ack);
});

/** Call-ID and number; the method beside it is that of the latest request, answered or not. */
function idOf(row: Row): string {
  return `${row.call_id} ${row.seq?.split(' ')[0]}`;
}

test('invalid-content-length.pcap: both lengths are called unreadable, as in weird.log', async () => {
  const file = 'scripts.base.protocols.sip.invalid-content-length/weird.log';
  const text = readFileSync(join(BASELINES, file), 'utf8');
  const weird = [...text.matchAll(/\tinvalid_SIP_(request|response)_body_len\t(\w+)\t/g)];
  const seen: string[][] = [];
  await eachMessage(join(originFolder('zeek'), 'invalid-content-length.pcap'), (message) => {
    assert.ok((message.check() & Deviation.ContentLengthUnreadable) !== 0);
    const kind = message.isRequest ? 'request' : 'response';
    seen.push([kind, message.text(Header.ContentLength) ?? '']);
  });
  assert.deepEqual(
    seen,
    weird.map(([, kind, value]) => [kind, value]),
  );
  assert.equal(seen.length, 2);
});
