import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachMessage } from '../support/captured-messages.js';
import { PCAPS, replayed } from '../support/replayed-events.js';

/** How svcrack writes a guess into the From tag: hex of `user:password`, the byte 1 and a number. */
function guessIn(tag: string): string | undefined {
  const [guess = '', random = ''] = Buffer.from(tag, 'hex').toString('latin1').split('\x01');
  return guess.includes(':') && /^\d{1,10}$/.test(random) ? guess : undefined;
}

interface Secrets {
  responses: Set<string>;
  tags: Set<string>;
  guesses: Set<string>;
}

async function secretsIn(path: string): Promise<Secrets> {
  const secrets: Secrets = { responses: new Set(), tags: new Set(), guesses: new Set() };
  await eachMessage(path, (message) => {
    const response = message.credentials.response();
    if (response !== undefined) secrets.responses.add(response);
    const tag = message.fromHeader.tag() ?? '';
    const guess = guessIn(tag);
    if (guess === undefined) return;
    secrets.tags.add(tag);
    secrets.guesses.add(guess);
  });
  return secrets;
}

test('no event of any bundled capture shows credentials or a password that was guessed', async () => {
  const { responses, tags, guesses } = await secretsIn(PCAPS);
  assert.ok(responses.size > 300, 'there are digest responses to hide');
  assert.ok(tags.size > 200 && guesses.has('1001:1001') && guesses.has('2000:2000'));
  const { text } = await replayed([PCAPS], 'any');
  assert.ok(text.includes('"password_guess","value":"[redacted]"'), 'a guess was read');
  for (const secret of [...responses, ...tags, ...guesses]) {
    assert.ok(!text.includes(secret), `"${secret}" is shown`);
  }
});
