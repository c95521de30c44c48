import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { packageRoot } from '../../src/package-root.js';
import { type CompiledSignature, compileSignature } from '../../src/rules/compile.js';
import { MessageSubject, messageFields } from '../../src/rules/fields/message-fields.js';
import { loadSignatures } from '../../src/rules/load.js';
import { SharedTests } from '../../src/rules/shared-tests.js';
import { SignatureIndex } from '../../src/rules/signature-index.js';
import { examplePackets } from '../../src/selftest/example-messages.js';
import { SipMessage } from '../../src/sip/message.js';
import { Packet } from '../../src/wire/packet.js';
import { request } from '../support/sip-texts.js';

const loaded = loadSignatures([join(packageRoot(), 'signatures')]);
const shared = new SharedTests(messageFields, loaded.lists);
const signatures: CompiledSignature<MessageSubject>[] = loaded.signatures
  .filter(({ subject, status }) => subject === 'message' && status !== 'deprecated')
  .map((signature, i) => compileSignature(signature, i, shared, [])!);
const index = new SignatureIndex(signatures, messageFields);

const message = new SipMessage();
const packet = new Packet();
const subject = new MessageSubject(message, packet);

function found(bytes: Buffer, { onlyCandidates }: { onlyCandidates: boolean }): string[] {
  message.reset(bytes, 0, bytes.length);
  packet.buf = bytes;
  packet.source = 0xc6336407;
  packet.destination = 0xcb007105;
  packet.sourcePort = packet.destinationPort = 5060;
  packet.payloadTo = bytes.length;
  subject.next(message, packet);
  const tried = onlyCandidates ? [...index.candidatesFor(subject)] : signatures;
  return tried.filter((signature) => signature.matches(subject)).map((one) => one.signature.id);
}

/** All messages of the shipped examples: what the signatures are about. */
const messages: Buffer[] = loaded.signatures
  .flatMap(({ examples }) => examples)
  .flatMap((example) => examplePackets(example).slice(0, 6))
  .map(({ payload }) => payload)
  .filter((payload) => payload.length > 0);

function assertSame(bytes: Buffer): number {
  const all = found(bytes, { onlyCandidates: false });
  assert.deepEqual(found(bytes, { onlyCandidates: true }), all, bytes.toString('latin1'));
  return all.length;
}

describe('the index of signatures', () => {
  test('finds on every message of the examples what trying all signatures finds', () => {
    let matches = 0;
    for (const bytes of messages) matches += assertSame(bytes);
    assert.ok(
      messages.length > 200 && matches > 100,
      `${messages.length} messages, ${matches} matches`,
    );
  });

  test('finds the same on mutated messages', () => {
    const pick = fc.nat(messages.length - 1);
    const edits = fc.array(fc.tuple(fc.nat(1500), fc.nat(8), fc.uint8Array({ maxLength: 6 })), {
      maxLength: 6,
    });
    // The tail of one message behind the head of another mixes the traits of two tools.
    fc.assert(
      fc.property(
        pick,
        pick,
        fc.nat(600),
        edits,
        fc.boolean(),
        (first, second, at, list, upper) => {
          let bytes = Buffer.concat([
            messages[first]!.subarray(0, at),
            messages[second]!.subarray(at),
          ]);
          for (const [from, cut, put] of list) {
            bytes = Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + cut)]);
          }
          if (upper) bytes = Buffer.from(bytes.toString('latin1').toUpperCase(), 'latin1');
          assertSame(bytes);
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('tries only a few signatures on the message of an honest phone', () => {
    const text = request({
      method: 'REGISTER',
      user: '2041',
      headers: ['User-Agent: Yealink SIP-T46S 66.85'],
    });
    found(Buffer.from(text), { onlyCandidates: true });
    const tried = index.candidatesFor(subject).length;
    assert.ok(tried <= 2, `${tried} of ${signatures.length}`);
  });

  test('every shipped file is read', () => {
    const files = readdirSync(join(packageRoot(), 'signatures'), {
      recursive: true,
      encoding: 'utf8',
    });
    const count = files.filter((file) => file.endsWith('.yaml')).length;
    assert.equal(loaded.signatures.length, count);
    assert.deepEqual(loaded.problems.map(String), []);
  });
});
