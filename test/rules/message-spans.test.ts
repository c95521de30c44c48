import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { packageRoot } from '../../src/package-root.js';
import { MessageSubject, messageFields } from '../../src/rules/fields/message-fields.js';
import { MESSAGE_SPANS } from '../../src/rules/fields/message-spans.js';
import { Found } from '../../src/rules/fields/span.js';
import { loadSignatures } from '../../src/rules/load.js';
import { examplePackets } from '../../src/selftest/example-messages.js';
import { SipMessage } from '../../src/sip/message.js';
import { Packet } from '../../src/wire/packet.js';

const message = new SipMessage();
const packet = new Packet();
const subject = new MessageSubject(message, packet);

/** Asserts that each span of the message holds the text of its field; how many texts there were. */
function assertSpans(bytes: Buffer): number {
  message.reset(bytes, 0, bytes.length);
  if (!message.isRequest && !message.isResponse) return 0;
  subject.next(message, packet);
  let texts = 0;
  for (const [name, { place, group }] of MESSAGE_SPANS) {
    const { found, from, to, buf } = subject.findSpans(group);
    const text = messageFields.get(name)!.read(subject);
    const told = found[place];
    if (told === Found.Nothing) assert.equal(text, undefined, name);
    if (told !== Found.Text) continue;
    const written = buf.toString('latin1', from[place], to[place]);
    // A scheme is read in lower case; whoever looks at bytes does so in either.
    const wanted = name.endsWith('.scheme') ? written.toLowerCase() : written;
    assert.equal(text, wanted, `${name} of ${bytes.toString('latin1')}`);
    texts++;
  }
  return texts;
}

const messages: Buffer[] = loadSignatures([join(packageRoot(), 'signatures')])
  .signatures.flatMap(({ examples }) => examples)
  .flatMap((example) => examplePackets(example).slice(0, 6))
  .map(({ payload }) => payload)
  .filter((payload) => payload.length > 0);

test('a span holds what its field reads, in every message of the examples', () => {
  let texts = 0;
  for (const bytes of messages) texts += assertSpans(bytes);
  assert.ok(texts > 10 * messages.length, `${texts} texts in ${messages.length} messages`);
});

test('the same in mutated messages, with folds, quotes and escapes put in', () => {
  const put = fc.oneof(
    fc.uint8Array({ maxLength: 6 }),
    fc
      .constantFrom('\r\n ', '"', '\\', '\\"', ';branch="a\\b"', '\no=', '\r\ns=\r\n', '')
      .map((text) => Buffer.from(text)),
  );
  const edits = fc.array(fc.tuple(fc.nat(1500), fc.nat(8), put), { maxLength: 6 });
  fc.assert(
    fc.property(fc.nat(messages.length - 1), edits, (which, list) => {
      let bytes = messages[which]!;
      for (const [from, cut, added] of list) {
        bytes = Buffer.concat([bytes.subarray(0, from), added, bytes.subarray(from + cut)]);
      }
      assertSpans(bytes);
    }),
    { numRuns: 2000 },
  );
});
